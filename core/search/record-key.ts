// The order of search results: newest first by time, then by place in the journal.

export interface RecordKey {
  /** Record time, epoch ms. */
  readonly time: number
  readonly segment: number
  readonly record: number
}

/** Below zero when `a` comes before `b` in a result, that is, when it is newer. */
export function compareKeys(a: RecordKey, b: RecordKey): number {
  return b.time - a.time || b.segment - a.segment || b.record - a.record
}
