// What takes the place of an erased or redacted record: never a byte of its text.
import { tombstone } from '../journal/frame.ts'
import type { EraseMode } from './erase-job.ts'

/** As `formatTime` writes it, with up to nine digits of a second. */
const TIME = /^\{"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)"/
/** Quotes inside strings are escaped, so the first one of these is the key itself. */
const BODY = ',"body":'
const REDACTED = '"[redacted]"'

/** `text` is the stored line; the answer ends in a newline. */
export function erasedText(text: string, mode: EraseMode, at: number): string {
  const time = TIME.exec(text)?.[1]
  const body = text.indexOf(BODY)
  // A line whose shape is not known cannot be cut safely.
  if (mode === 'redact' && time !== undefined && body !== -1) return `${text.slice(0, body)}${BODY}${REDACTED}}\n`
  return tombstone(at, 'erased', time)
}

/** Redacting it again would change nothing. */
export function isRedacted(text: string): boolean {
  return text.endsWith(`${BODY}${REDACTED}}`) && text.indexOf(BODY) === text.length - BODY.length - REDACTED.length - 1
}
