// A compiled regular expression: instructions for core/matcher/run-program.ts.
import type { CharClass } from './char-class.ts'

/** The instructions, with their operands. `guard`: index of the set of characters with which something can go on. */
export const OP = {
  /** Succeeds. */
  match: 0,
  /** unit */
  char: 1,
  /** count, units... */
  text: 2,
  /** class */
  set: 3,
  /** target */
  jump: 4,
  /** first, second, guard of the first, guard of the second, state */
  split: 5,
  /** register */
  save: 6,
  /** class, min, max, guard of what follows, `choice`, state of the loop, state behind it */
  span: 7,
  /** the same; takes as little as it can */
  lazy: 8,
  /** assertion */
  assert: 9,
  /** look */
  look: 10,
  /** register, target: leaves a loop where nothing was read since the register was saved */
  progress: 11,
} as const

export const SPAN_LENGTH = 8

/** How the end of a span is found: all of it or nothing, because what follows is not in the set; */
export const CERTAIN = -2
/** by trying each place where what follows can begin; */
export const OPEN = -1
// or, from 0 on: by looking for this character, the only one that can follow a `.*`.

/** For `max`: no limit. */
export const UNLIMITED = 0x3fff_ffff

export const ASSERTIONS = ['text-start', 'text-end', 'text-end-or-last-break', 'line-start', 'line-end', 'word-edge', 'no-word-edge', 'ascii-word-edge', 'no-ascii-word-edge'] as const

export interface Look {
  readonly ahead: boolean
  readonly negative: boolean
  readonly runs: ReadonlyArray<readonly CharClass[]>
}

export interface Program {
  readonly code: Int32Array
  readonly classes: readonly CharClass[]
  /** Sets of the characters that can come first, with a place for the end of the text. */
  readonly guards: readonly Uint8Array[]
  readonly looks: readonly Look[]
  /** Where a match can begin. */
  readonly first: Uint8Array
  /** It can only match at the start of the text. */
  readonly anchored: boolean
  /** Two for each capture, then those of loops. */
  readonly registers: number
  /** How many places there are that a match comes back to: what has failed at one of them is remembered. */
  readonly states: number
}
