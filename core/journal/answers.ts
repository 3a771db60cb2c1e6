// What requests with an Idempotency-Key were answered, so that a repeat gets the first answer.
import type { Json } from '../json.ts'

export type Known =
  | { readonly state: 'new' }
  /** The same key and body were answered before. */
  | { readonly state: 'done'; readonly answer: Json }
  /** The same key and body are being worked on: the promise gives the answer, or null if that attempt failed. */
  | { readonly state: 'pending'; readonly answer: Promise<Json | null> }
  /** The key was used with another body. */
  | { readonly state: 'conflict' }

export interface Answers {
  /** Looks the key up; `new` also claims it, so `finish` must follow whatever happens. */
  begin(id: string, hash: string): Known
  /** Ends a claim: `answer` where the records became durable with this key, null where they did not. */
  finish(id: string, answer: Json | null): void
}
