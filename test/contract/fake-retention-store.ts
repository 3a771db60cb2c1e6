// A retention store of segments that exist only as numbers.
import type { RetentionPlan, RetentionStore } from '../../core/journal/retention-store.ts'

export interface FakeSegment {
  readonly bytes: number
  readonly records?: number
  /** Age of its last commit, ms before now. */
  readonly ageMs: number
}

export class FakeRetentionStore implements RetentionStore {
  /** Oldest first. The last one is being written and is never deleted. */
  left: readonly FakeSegment[]
  readonly freeDisk: number
  readonly #now = Date.now()

  constructor(segments: readonly FakeSegment[], freeDisk = 1e12) {
    this.left = segments
    this.freeDisk = freeDisk
  }

  get bytes(): number {
    return this.left.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  get records(): number {
    return this.left.reduce((sum, { records = 0 }) => sum + records, 0)
  }

  get oldest(): number | null {
    const [first] = this.left
    return first === undefined ? null : this.#now - first.ageMs
  }

  async deleteBefore(limit: { time: number } | { bytes: number }): Promise<RetentionPlan> {
    const plan = this.plan(limit)
    this.left = this.left.slice(plan.segments)
    return plan
  }

  /** `time`: segments whose last commit is older. `bytes`: the oldest segments, until no more than this is left. */
  plan(limit: { time: number } | { bytes: number }): RetentionPlan {
    let segments = 0
    let bytes = 0
    let records = 0
    for (const segment of this.left.slice(0, -1)) {
      const goes = 'time' in limit ? this.#now - segment.ageMs < limit.time : this.bytes - bytes > limit.bytes
      if (!goes) break
      segments++
      bytes += segment.bytes
      records += segment.records ?? 0
    }
    return { segments, bytes, records, heldBy: [] }
  }
}
