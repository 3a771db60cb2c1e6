// What a retention plugin may see and do: the oldest segments and their deletion, and the erasing of records that match a query.

/** What is too much. Whole segments go, oldest first, until it holds. */
export type RetentionLimit =
  /** Segments whose last record was committed before this moment of the wall clock, epoch ms. */
  | { readonly time: number }
  /** More bytes on disk than this. */
  | { readonly bytes: number }
  /** More records than this. */
  | { readonly records: number }
  /** Fewer free bytes than this on the disk that holds the journal. */
  | { readonly free: number }

export interface RetentionOptions {
  /** Deletes also what a configured output still has to deliver; the loss is reported. */
  readonly force?: boolean
}

export interface RetentionStore {
  /** Bytes of all segments on disk. */
  readonly bytes: number
  readonly records: number
  /** Epoch ms at which the oldest segment was committed, or null while the store is empty. */
  readonly oldest: number | null
  /** Free bytes on the disk that holds the journal, and all bytes of it. */
  readonly freeDisk: number
  readonly totalDisk: number
  /** Wall clock, epoch ms: what ages are measured with. */
  readonly now: number
  /** Only asks what would go: nothing is deleted or erased, whatever is called. Do not say that it was. */
  readonly dryRun: boolean
  /** Deletes whole closed segments, oldest first; never the active one, never what a configured output still needs unless forced. */
  deleteBefore(limit: RetentionLimit, options?: RetentionOptions): Promise<RetentionPlan>
  /** What `deleteBefore` would delete. */
  plan(limit: RetentionLimit, options?: RetentionOptions): RetentionPlan
  /**
   * Erases the records that match `when` (a query that was checked) in segments whose last record was committed before `before`, epoch ms.
   * Works for some seconds at most; `complete` is false when the next sweep must go on.
   */
  erase(when: string, before: number): Promise<EraseReport>
}

export interface Amount {
  readonly segments: number
  readonly bytes: number
  readonly records: number
}

export interface RetentionPlan extends Amount {
  /** Outputs that still need segments beyond the limit, by name. */
  readonly heldBy: readonly string[]
  /** What those segments are. */
  readonly held: Amount
  /** Why nothing may go by age now (the clock jumped), or null. */
  readonly suspended: string | null
}

export interface EraseReport {
  /** Records erased, or that would be. */
  readonly records: number
  /** Segments rewritten. */
  readonly segments: number
  /** Bytes that they lost on disk. */
  readonly bytes: number
  readonly complete: boolean
}
