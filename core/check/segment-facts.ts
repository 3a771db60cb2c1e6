// What reading a segment from end to end told about it, to be compared with what the catalog says.

export interface SegmentFacts {
  readonly number: number
  /** Journal it belongs to; null where that cannot be read. */
  readonly journal: string | null
  /** Number it was written under, which for a copy is not its file's; null where that cannot be read. */
  readonly writtenAs: number | null
  readonly kind: 'jsonl' | 'gzip' | 'zstd'
  /** Every byte is what was written. */
  readonly whole: boolean
  /** Length of the file as far as it counts, without its index. */
  readonly bytes: number
  readonly records: number
  /** Earliest and latest record time, wall clock of first and last commit, epoch ms; null where there is none. */
  readonly firstTime: number | null
  readonly lastTime: number | null
  readonly firstCommit: number | null
  readonly lastCommit: number | null
  /** Earlier segments given up after a failed write, and how much of them counts. */
  readonly supersedes: ReadonlyArray<{ readonly segment: number; readonly bytes: number }>
}
