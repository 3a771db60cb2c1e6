// What the store needs to know of the journal: which segments there are at this moment and how far each can be read.

export interface ListedSegment {
  readonly number: number
  /** `raw`: record lines between others, readable up to `bytes`. */
  readonly kind: 'sealed' | 'raw'
  readonly path: string
  /** Path of the index file of a sealed segment; it need not be there. */
  readonly index: string
  readonly bytes: number
  readonly records: number
  /** Earliest and latest record time, epoch ms; null: unknown or without records. */
  readonly firstTime: number | null
  readonly lastTime: number | null
}

export interface SegmentList {
  /** Ascending by number. Asked once a search; what is sealed or deleted afterwards is found or missed as a whole. */
  list(): ListedSegment[]
  /** The index of a sealed segment is missing or damaged; told at each search until it is there again. */
  indexLost?(segment: number): void
}
