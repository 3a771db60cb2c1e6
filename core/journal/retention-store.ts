// What a retention plugin may see and do: the oldest segments and their deletion, never a record.

export interface RetentionStore {
  /** Bytes of all segments on disk. */
  readonly bytes: number
  readonly records: number
  /** Epoch ms at which the oldest segment was committed, or null while the store is empty. */
  readonly oldest: number | null
  /** Free bytes on the disk that holds the journal. */
  readonly freeDisk: number
  /** Deletes whole closed segments, oldest first; never the active one, never what a configured output still needs. */
  deleteBefore(limit: { time: number } | { bytes: number }): Promise<RetentionPlan>
  /** What `deleteBefore` would delete. */
  plan(limit: { time: number } | { bytes: number }): RetentionPlan
}

export interface RetentionPlan {
  segments: number
  bytes: number
  records: number
  /** Segments inside the limit that an output still needs, by output name. */
  heldBy: string[]
}
