// What a query text means, as plain data: it can be planned over blocks, compiled to a predicate and sent to a worker thread.
import type { Level } from '../level.ts'

export type Query =
  /** The empty query, and a lone `*`. */
  | { readonly kind: 'all' }
  /** Two parts or more, never an `and` directly inside an `and`; the same holds for `or`. */
  | { readonly kind: 'and'; readonly of: readonly Query[] }
  | { readonly kind: 'or'; readonly of: readonly Query[] }
  | { readonly kind: 'not'; readonly of: Query }
  | LevelQuery
  | TimeQuery
  | NameQuery
  | ValueQuery

/** `level:`, whatever way it was written, is the set of levels that match. */
export interface LevelQuery {
  readonly kind: 'level'
  readonly levels: readonly Level[]
}

/** `time:`, whatever way it was written, is one span. */
export interface TimeQuery {
  readonly kind: 'time'
  /** Inclusive; null: no lower end. */
  readonly from: Moment | null
  /** Exclusive; null: no upper end. */
  readonly to: Moment | null
}

/** A moment may be relative to when the query runs: the `when:` of a component lives for months. */
export type Moment = { readonly kind: 'at'; readonly ms: number } | { readonly kind: 'ago'; readonly ms: number }

/** `tag:`, `source:`, `host:`: the whole name is compared, ASCII letters in either case. */
export interface NameQuery {
  readonly kind: 'name'
  readonly name: 'tag' | 'source' | 'host'
  readonly test: NameTest
}

export type NameTest =
  /** `text` is in lower case. */
  | { readonly kind: 'equals'; readonly text: string }
  | Wildcard
  | Regex
  | { readonly kind: 'exists' }

/** Everything else: a test on the values of a record. */
export interface ValueQuery {
  readonly kind: 'value'
  /** The name it was asked for by (`user.id`, `error`, `body`, `fields.x`), or null: any value of the record but its time. */
  readonly field: string | null
  readonly test: ValueTest
}

export type ValueTest =
  /**
   * `text`, in lower case, stands in a string where no token begins before it or goes on after it. A number matches when it equals
   * `number`, however it is written in the line (`1e3` for 1000): who prunes on the word's digits must know that.
   */
  | { readonly kind: 'word'; readonly text: string; readonly number: number | null }
  | Wildcard
  /** `text`, in lower case, stands somewhere in the value. */
  | { readonly kind: 'phrase'; readonly text: string }
  /** The value is exactly `text`; only the empty string is asked for this way. */
  | { readonly kind: 'equals'; readonly text: string }
  | Regex
  | { readonly kind: 'range'; readonly min: Bound | null; readonly max: Bound | null }
  /** Present and not null. */
  | { readonly kind: 'exists' }

/** The pieces between the stars, in lower case; the first and the last are empty where a star stands at that end. */
export interface Wildcard {
  readonly kind: 'wildcard'
  readonly pieces: readonly string[]
}

/** For `compilePattern`, which has accepted it. */
export interface Regex {
  readonly kind: 'regex'
  readonly source: string
  readonly flags: string
}

export interface Bound {
  readonly value: number
  readonly inclusive: boolean
}
