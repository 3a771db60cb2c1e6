// Where the grouping of a stream goes on after a restart. One offset does not do: while a record of stderr is open, later lines of stdout were handed over.

export interface OpenGroup {
  /** Which strand of the stream. */
  readonly kind: number
  /** Where its open record begins. */
  readonly offset: number
  /** The rule's state there. */
  readonly state: number
  /** It is the rest of a line that was cut. */
  readonly goesOn: boolean
}

export interface ResumePoint {
  /** Read again from here. */
  readonly from: number
  /** Before this offset only the lines of open records, from where they begin, are taken again. */
  readonly read: number
  readonly open: readonly OpenGroup[]
}
