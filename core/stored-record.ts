// Makes a record of a stored line that came from another journal. Body and fields are checked, not parsed: a quarter of the time.
import type { Envelopes, LineHead } from './journal/sealed/envelopes.ts'
import { LEVELS } from './level.ts'
import type { LineChunk } from './lines.ts'
import { LogRecord } from './record.ts'
import { scanObject, scanString } from './scan-json.ts'

const OPENING = Buffer.from('{"time":"')
const FIELDS = Buffer.from(',"fields":')
const GUESSED = Buffer.from(',"guessed":[')
const ERROR = Buffer.from(',"error":')
const GUESSES: ReadonlyArray<readonly [text: Buffer, time: boolean, level: boolean]> = [
  [Buffer.from('"time"]'), true, false], [Buffer.from('"level"]'), false, true], [Buffer.from('"time","level"]'), true, true],
]
/** Behind `{"time":"`: as far as the seconds. */
const SECONDS = OPENING.length + 17
const QUOTE = 34
const DOT = 46
const ZERO = 48
const BACKSLASH = 92
const CLOSE_BRACE = 125
/** How long a time with milliseconds is; another one is kept as text. */
const MILLIS_TEXT = 24
const MAX_FRACTION = 9

/** The record, or why the line is no record. `envelopes` may be emptied afterwards. */
export function storedRecord(chunk: LineChunk, start: number, end: number, envelopes: Envelopes): LogRecord | string {
  const { bytes } = chunk
  if (!holds(bytes, start, end, OPENING)) return 'it does not begin as stored lines do'
  if (!chunk.wellFormed(start, end)) return 'it is not UTF-8'
  if (!envelopes.read(bytes, start, end) || !isCanonical(bytes, start, envelopes.head)) return 'its time, level, source, host or tags are missing or wrong'
  const { envelope, time, timeEnd, body } = envelopes.head
  if (envelope === null) return 'its head cannot be read'
  const json = bytes[body] !== QUOTE
  const bodyEnd = json ? scanObject(bytes, body, end) : scanString(bytes, body, end)
  if (bodyEnd === -1) return 'its body is neither a JSON object nor a string'
  let at = bodyEnd
  let fieldsStart = at
  let fieldsEnd = at
  if (holds(bytes, at, end, FIELDS)) {
    fieldsStart = at + FIELDS.length
    fieldsEnd = at = scanObject(bytes, fieldsStart, end)
    if (at === -1) return 'its fields are no JSON object'
  }
  let timeGuessed = false
  let levelGuessed = false
  if (holds(bytes, at, end, GUESSED)) {
    at += GUESSED.length
    const guess = GUESSES.find(([text]) => holds(bytes, at, end, text))
    if (guess === undefined) return 'what it says of guesses is not known'
    timeGuessed = guess[1]
    levelGuessed = guess[2]
    at += guess[0].length
  }
  let error: string | null = null
  if (holds(bytes, at, end, ERROR)) {
    const from = at + ERROR.length
    at = bytes[from] === QUOTE ? scanString(bytes, from, end) : -1
    if (at === -1) return 'its error is no text'
    error = JSON.parse(bytes.toString('utf8', from, at)) as string
  }
  if (bytes[at] !== CLOSE_BRACE || at + 1 !== end) return 'it does not end as stored lines do'

  const record = bodyOf(chunk, body, bodyEnd, json, envelope.source, envelope.host, time)
  const timeStart = start + OPENING.length
  const timeText = timeEnd - timeStart === MILLIS_TEXT ? null : bytes.toString('latin1', timeStart, timeEnd)
  record.timeText = timeText
  record.level = LEVELS[envelope.level] as LogRecord['level']
  if (!timeGuessed) record.timeFound(time, timeText)
  if (!levelGuessed) record.levelFound(record.level)
  for (const tag of envelope.tags) record.tags.push(tag)
  record.error = error
  record._stored = {
    chunk, start, end, time, level: record.level, source: record.source, host: record.host, tags: envelope.tags, guessed: record.guessed, error,
    bodyStart: record._start, bodyEnd: record._end, bodyChunk: record._chunk, json, fieldsStart, fieldsEnd,
  }
  return record
}

function bodyOf(chunk: LineChunk, start: number, end: number, json: boolean, source: string, host: string, time: number): LogRecord {
  if (json) {
    const record = new LogRecord(source, host, time, chunk, start, end, null)
    record._json = true
    record._parsed = true
    return record
  }
  // Not indexOf, which would look for it beyond the line.
  let at = start
  while (at < end && chunk.bytes[at] !== BACKSLASH) at++
  if (at === end) return new LogRecord(source, host, time, chunk, start + 1, end - 1, null)
  const record = new LogRecord(source, host, time, null, 0, 0, null)
  record._value = JSON.parse(chunk.bytes.toString('utf8', start, end)) as string
  record._verbatim = true
  return record
}

/** `read` takes the minute apart; here seconds and fraction: `:SS`, up to nine digits. */
function isCanonical(bytes: Buffer, start: number, { timeEnd, time }: LineHead): boolean {
  if (Number.isNaN(time)) return false
  const seconds = start + SECONDS
  if (!isDigit(bytes[seconds]) || !isDigit(bytes[seconds + 1])) return false
  const dot = seconds + 2
  const z = timeEnd - 1
  if (bytes[dot] !== DOT) return z === dot
  if (z - dot - 1 < 1 || z - dot - 1 > MAX_FRACTION) return false
  for (let at = dot + 1; at < z; at++) if (!isDigit(bytes[at])) return false
  return true
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 57
}

function holds(bytes: Buffer, at: number, end: number, text: Buffer): boolean {
  if (at + text.length > end) return false
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false
  return true
}
