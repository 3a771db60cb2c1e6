// What a regular expression is made of, once it is parsed.
import type { CharClass } from './char-class.ts'

export type Assertion = 'text-start' | 'text-end' | 'text-end-or-last-break' | 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge' | 'ascii-word-edge' | 'no-ascii-word-edge'

export type Node =
  | { readonly kind: 'char'; readonly set: CharClass }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly branches: readonly Node[] }
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number; readonly lazy: boolean }
  | { readonly kind: 'capture'; readonly slot: number; readonly item: Node }
  | { readonly kind: 'assert'; readonly what: Assertion }
  /** Lookahead or lookbehind for one of a few runs of single characters. */
  | { readonly kind: 'look'; readonly ahead: boolean; readonly negative: boolean; readonly runs: ReadonlyArray<readonly CharClass[]> }
