// A retention store of segments that exist only as numbers.
import type { EraseReport, RetentionLimit, RetentionPlan, RetentionStore } from '../../core/journal/retention-store.ts'

export interface FakeSegment {
  readonly bytes: number
  readonly records?: number
  /** Age of its last commit, ms before now. */
  readonly ageMs: number
}

/** Where clocks and disks do not matter. */
const DISK_BYTES = 1e12

export class FakeRetentionStore implements RetentionStore {
  /** Oldest first. The last one is being written and is never deleted. */
  left: readonly FakeSegment[]
  readonly totalDisk = DISK_BYTES
  readonly dryRun = false
  readonly now = Date.now()
  /** What was asked to be erased, as it was asked. */
  readonly erased: Array<{ readonly when: string; readonly ageMs: number }> = []
  readonly #free: number
  readonly #bytes: number

  constructor(segments: readonly FakeSegment[], freeDisk = DISK_BYTES) {
    this.left = segments
    this.#free = freeDisk
    this.#bytes = this.bytes
  }

  get bytes(): number {
    return this.left.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  get records(): number {
    return this.left.reduce((sum, { records = 0 }) => sum + records, 0)
  }

  /** What was deleted is free. */
  get freeDisk(): number {
    return this.#free + this.#bytes - this.bytes
  }

  get oldest(): number | null {
    const [first] = this.left
    return first === undefined ? null : this.now - first.ageMs
  }

  async deleteBefore(limit: RetentionLimit): Promise<RetentionPlan> {
    const plan = this.plan(limit)
    this.left = this.left.slice(plan.segments)
    return plan
  }

  plan(limit: RetentionLimit): RetentionPlan {
    let segments = 0
    let bytes = 0
    let records = 0
    for (const segment of this.left.slice(0, -1)) {
      if (!this.#goes(limit, segment, bytes, records)) break
      segments++
      bytes += segment.bytes
      records += segment.records ?? 0
    }
    return { segments, bytes, records, heldBy: [], held: { segments: 0, bytes: 0, records: 0 }, suspended: null }
  }

  erase(when: string, before: number): Promise<EraseReport> {
    this.erased.push({ when, ageMs: this.now - before })
    return Promise.resolve({ records: 0, segments: 0, bytes: 0, complete: true })
  }

  /** Whether this segment goes too, once `bytes` and `records` are gone. */
  #goes(limit: RetentionLimit, segment: FakeSegment, bytes: number, records: number): boolean {
    if ('time' in limit) return this.now - segment.ageMs < limit.time
    if ('bytes' in limit) return this.bytes - bytes > limit.bytes
    if ('records' in limit) return this.records - records > limit.records
    return this.freeDisk + bytes < limit.free
  }
}
