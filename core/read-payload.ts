// Reads what a program wrote, once the line of the runtime that wraps it is off: a JSON object becomes the body, the level is what it states.
import { findLevel } from './find-level.ts'
import { levelIn } from './json-level.ts'
import { messageOf } from './message.ts'
import { readObject } from './read-object.ts'
import type { LogRecord } from './record.ts'

/** `text` is the record's body by now. The time is left to the runtime's line: it always has a zone, and nanoseconds. */
export function readPayload(record: LogRecord, text: string): void {
  // What is not between braces costs two comparisons here, not an exception.
  const value = text.charCodeAt(0) === 123 && endsWithBrace(text) ? readObject(text) : null
  const object = typeof value === 'string' ? null : value
  if (object !== null) {
    if (record._chunk === null) record.replaceLine(text)
    record.setParsedJson(object)
  }
  if (!record.guessed.includes('level')) return
  const level = object === null ? findLevel(text) : (levelIn(object) ?? findLevel(messageOf(object)))
  if (level !== null) record.levelFound(level)
}

function endsWithBrace(text: string): boolean {
  let last = text.length - 1
  while (text.charCodeAt(last) <= 32) last--
  return text.charCodeAt(last) === 125
}
