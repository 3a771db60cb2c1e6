// The head of an index file, as JSON: where the blocks are, when, and how many records of what kind they hold.
import type { FilterShape } from './token-filters.ts'

/** One block; the last three: earliest and latest record time in epoch ms (0 and -1 when it holds none), flags. */
export type BlockRow = [offset: number, length: number, raw: number, records: number, first: number, minTime: number, maxTime: number, flags: number]

/** The block holds JSON numbers that are not written as JavaScript writes them (`1e3`, `1.50`): a numeric word must not rule it out. */
export const FLAG_ODD_NUMBERS = 1
/** Too many different sources or tags in the segment, or lines that are no records: the block's counts lack some. */
export const FLAG_INCOMPLETE = 2

export interface IndexHeader {
  readonly v: 2
  readonly segment: number
  /** The sealed file this index is of: another length means that it is not. */
  readonly file: { readonly bytes: number; readonly name: string }
  readonly blocks: readonly BlockRow[]
  readonly sources: readonly string[]
  readonly tags: readonly string[]
  /** A list a block: minute since 1970, index into LEVELS, index into `sources`, records, and again. Erased records are not counted. */
  readonly counts: ReadonlyArray<readonly number[]>
  /** A list a block: index into `tags`, records that have it, and again. */
  readonly tagCounts: ReadonlyArray<readonly number[]>
  readonly filters: FilterShape & {
    /** Where the filters begin in the file. */
    readonly offset: number
    /** CRC-32 of the filters. */
    readonly crc: number
  }
}
