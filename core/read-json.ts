// Reads a record whose line is a JSON object: it becomes the body; time and level are read under the names loggers use.
import { findLevel } from './find-level.ts'
import { isValueTooDeep, MAX_JSON_DEPTH } from './json-depth.ts'
import { levelIn } from './json-level.ts'
import { timeIn } from './json-time.ts'
import type { Json, JsonObject } from './json.ts'
import { messageOf } from './message.ts'
import { noteTime } from './note-time.ts'
import { readObject } from './read-object.ts'
import { readText } from './read-text.ts'
import type { LogRecord } from './record.ts'

/** Enough for what is wrong; the samples on the page show the line itself. */
const MAX_REASON_CHARS = 200
const BYTE_ORDER_MARK = 0xfeff

/** A line that is none is kept as text with the reason in `error`; a blank one is left alone. `zone` is the configured one or null. */
export function readJson(record: LogRecord, zone: string | null): void {
  const object = record.object === null ? objectOf(record, zone) : shallow(record, record.object)
  if (object !== null) readEnvelope(record, object, zone)
}

/** What the source already gave stays. */
function readEnvelope(record: LogRecord, object: JsonObject, zone: string | null): void {
  const { guessed } = record
  const both = guessed.length === 2
  if (both || guessed.includes('time')) {
    const time = timeIn(object, zone ?? 'UTC')
    if (time !== null) noteTime(record, time, zone !== null)
  }
  if (both || guessed.includes('level')) {
    const level = levelIn(object) ?? findLevel(messageOf(object))
    if (level !== null) record.levelFound(level)
  }
}

/** The line as an object, which becomes the body; or null and the reason in `record.error`. */
function objectOf(record: LogRecord, zone: string | null): JsonObject | null {
  const { line } = record
  const marked = line.charCodeAt(0) === BYTE_ORDER_MARK
  const value = readObject(marked ? line.slice(1) : line)
  if (value === null) return null
  if (typeof value === 'string') {
    // Kept as text, with what it says about itself.
    record.error = `not a JSON object: ${value}`.slice(0, MAX_REASON_CHARS)
    readText(record, line, zone)
    return null
  }
  // The journal would copy the mark into the middle of its own line, where it is not JSON.
  if (marked) record.replaceBody(value)
  else record.setParsedJson(value)
  return value
}

/** A body that came as an object; what nests too deep for the journal's readers is replaced, with the reason. */
function shallow(record: LogRecord, object: JsonObject): JsonObject {
  if (!isValueTooDeep(object)) return object
  const body: JsonObject = {}
  for (const [key, value] of Object.entries(object)) {
    const kept: Json = isValueTooDeep(value, MAX_JSON_DEPTH - 1) ? `(nested deeper than ${MAX_JSON_DEPTH} levels)` : value
    Object.defineProperty(body, key, { value: kept, enumerable: true, configurable: true, writable: true })
  }
  record.error = `nested deeper than ${MAX_JSON_DEPTH} levels: the values that are were left out`
  record.replaceBody(body)
  return body
}
