// What one output's delivery has come to: counts, the last error, what it is doing.
import type { OutputStatus } from './read-model.ts'

/** Written by the delivery and its attempts, read for the page. */
export class DeliveryProgress {
  delivered = 0
  errors = 0
  rejected = 0
  lastError: string | null = null
  stopped = false
  /** Batches whose last attempt failed. */
  retrying = 0

  get state(): OutputStatus['state'] {
    return this.stopped ? 'stopped' : this.retrying > 0 ? 'retrying' : 'running'
  }
}
