// What one durable frame held, as the `committed` hook and the statistics see it.
import type { Json } from '../json.ts'
import type { Level } from '../level.ts'

/** Where a stream stands. `offset` is bytes, a sequence number or whatever the source counts; the rest is the source's own. */
export type Position = { offset: number } & { [key: string]: Json }

/** How many records of what kind; kept per frame so that totals are exactly as durable as the records. */
export interface Counts {
  records: number
  /** Bytes of the stored lines, newline included. */
  bytes: number
  levels: Partial<Record<Level, number>>
  tags: Record<string, number>
  sources: Record<string, number>
  streams: Record<string, number>
  /** Lines that did not parse, per stream. */
  errors: Record<string, number>
  /** Records that filters dropped. */
  dropped: number
}

export interface Commit {
  readonly segment: number
  /** Record number, within the segment, of the first record. */
  readonly first: number
  readonly counts: Counts
  /** The streams whose position moved, by full name (`source/stream`). */
  readonly positions: ReadonlyMap<string, Position | null>
}
