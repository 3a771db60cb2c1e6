// What a query may ask of a record, answered the same by a live record and by a stored line.
import type { Json, JsonObject } from '../json.ts'
import type { Level } from '../level.ts'

/** Everything is read on demand; nothing is changed or kept. */
export interface RecordView {
  /** Epoch ms. */
  time(): number
  level(): Level
  source(): string
  host(): string
  tags(): readonly string[]
  error(): string | null
  guessed(): readonly string[]
  body(): string | JsonObject
  fields(): { readonly [name: string]: Json } | null
  /** The JSON text of the whole record where it is at hand, to look for bytes before parsing; else null. */
  json(): string | null
  /** JSON text that has the body's numbers in all their digits; null where the body never was text. */
  bodyJson(): string | null
}
