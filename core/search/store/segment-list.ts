// What the store needs to know of the journal: which segments there are at this moment and how far each can be read.
import type { ReadableSegment } from '../../journal/readable-segment.ts'

export interface SegmentList {
  /** Ascending by number. Asked once a search; what is sealed or deleted afterwards is found or missed as a whole. */
  list(): ReadableSegment[]
  /** The index of a sealed segment is missing or damaged; told at each search until it is there again. */
  indexLost?(segment: number): void
}
