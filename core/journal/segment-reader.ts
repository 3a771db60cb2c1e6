// Reads the stored lines of one segment forward, in whichever file it is.
import type { Extent } from './extents.ts'
import type { StoredLine } from './stored-line.ts'

export interface SegmentReader {
  /** The file it reads; once the segment has another one, a new reader is needed. */
  readonly file: string
  /** Number of the next record. */
  readonly record: number
  /** Where that is, counted as `Extent.bytes` is; 0 while unknown. */
  readonly offset: number
  /** Wall clock of a commit shortly before, epoch ms, or null. */
  readonly at: number | null
  /** None at the end of `extent`. The lines are valid until the next call. Throws what opening and reading the file throws. */
  read(extent: Extent, maxRecords: number, maxBytes: number): Promise<StoredLine[]>
  close(): Promise<void>
}
