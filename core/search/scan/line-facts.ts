// What a test on a stored line may ask, read on demand: nothing is parsed and nothing kept.
import type { LineHead } from '../../journal/sealed/envelopes.ts'

export interface LineFacts {
  /** The block that the line is in, one character a byte; the line is from `start` to its newline at `end`. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** The line may have `\u` escapes in it, since the block has some. */
  readonly escapes: boolean
  /** Where in `text` the body begins; -1: the line is not as the journal writes it. */
  body(): number
  /** Null: the line is not as the journal writes it. Valid until the next line. */
  head(): LineHead | null
}
