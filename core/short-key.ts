// A text as a key that is kept: what is long becomes its hash, and what is short a copy, so that the memory of many keys is bounded.
import { createHash } from 'node:crypto'
import { copyText } from './copy-text.ts'

/** Nearly all messages are longer than a hash of 44 characters; a shorter text is its own key. */
const MAX_CHARS = 64

/** Texts differ if their keys do; SHA-256 makes the reverse hold for all purposes. Some 2 us for a long text. */
export function shortKey(text: string): string {
  return text.length <= MAX_CHARS ? copyText(text, MAX_CHARS) : createHash('sha256').update(text).digest('base64')
}
