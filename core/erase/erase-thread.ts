// Hands segments to a thread that erases; the thread lives while there is something to do.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { EraseJob, EraseResult } from './erase-job.ts'
import { CannotErase } from './rewrite-segment.ts'

export interface Rewriter {
  /** One segment at a time. Rejects with CannotErase for a damaged segment, with what the disk says otherwise. */
  rewrite(job: EraseJob): Promise<EraseResult>
  close(): Promise<void>
}

export function eraseThread(): Rewriter {
  const worker = new Worker(new URL('./erase-worker.js', import.meta.url), { name: 'sawlog-erase' })
  worker.unref()
  return {
    async rewrite(job) {
      worker.ref()
      try {
        worker.postMessage(job, [])
        // `once` rejects when the thread ends with an error: out of memory, a missing file.
        const [answer] = (await once(worker, 'message')) as [{ result?: EraseResult; failed?: string; code?: string; damaged?: boolean }]
        if (answer.result !== undefined) return answer.result
        throw answer.damaged === true ? new CannotErase(answer.failed) : Object.assign(new Error(answer.failed), { code: answer.code })
      } finally {
        worker.unref()
      }
    },
    close: async () => void (await worker.terminate()),
  }
}
