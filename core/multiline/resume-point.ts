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

/** What the kinds of lines were told by, as bits of a number: another configuration may take the same line for one of another kind. */
export const CRI_FORMAT = 1
export const DOCKER_FORMAT = 2

export interface ResumePoint {
  /** Read again from here. */
  readonly from: number
  /** Before this offset only the lines of open records, from where they begin, are taken again. */
  readonly read: number
  readonly open: readonly OpenGroup[]
  /** The formats that were looked for; null where that is not known. */
  readonly formats: number | null
}
