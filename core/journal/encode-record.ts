// Writes a record as a stored line: an envelope around the body, whose bytes are copied where nobody changed them.
import { formatTime } from '../time.ts'
import { type Level, LEVELS } from '../level.ts'
import type { Fields, LogRecord, StoredOrigin } from '../record.ts'
import { copyText } from '../copy-text.ts'
import type { LineChunk } from '../lines.ts'
import type { FrameBuffer } from './frame-buffer.ts'

const TIME_KEY = Buffer.from('{"time":"')
const LINE_END = Buffer.from('}\n')

/** Envelopes differ only by level, source, host and tags; beyond this many combinations the cache starts anew. */
const MAX_ENVELOPES = 5000

/** What follows the time, by level, then source, then host, then tags: looked up with interned strings, 45 ns against 160 ns for building and writing it. */
let envelopes = new Map<Level, Map<string, Map<string, Map<string, Buffer>>>>()
let envelopeCount = 0

/** The `"fields"` part of a batch's shared fields, made once per object. */
const sharedFields = new WeakMap<Fields, Buffer>()

const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const SPACE = 32

/** What `timeText` may be: canonical UTC. */
const TIME_TEXT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

/** Appends the stored line, newline included. Throws, with part of it written, when a plugin left what no stored line can say. */
export function encodeRecord(record: LogRecord, out: FrameBuffer): void {
  const { _stored: stored } = record
  if (stored !== null && isAsStored(record, stored)) {
    out.writeBytes(stored.chunk.bytes, stored.start, stored.end)
    out.writeBytes(LINE_END, 1, LINE_END.length)
    return
  }
  const time = timeOf(record)
  const envelope = envelopeOf(record)
  const chunk = record._chunk
  const verbatim = saysObject(record) && (chunk as LineChunk).wellFormed(record._start, record._end)
  const bodyBytes = verbatim ? record._end - record._start : 0
  out.reserve(TIME_KEY.length + time.length + envelope.length + bodyBytes + LINE_END.length)
  put(TIME_KEY, out)
  out.writeAscii(time)
  put(envelope, out)
  if (verbatim) out.writeBytes((chunk as LineChunk).bytes, record._start, record._end)
  else out.writeText(bodyText(record))
  writeExtras(record, out)
  out.writeBytes(LINE_END, 0, LINE_END.length)
}

/** Whether everything is as it came from the other journal. */
function isAsStored(record: LogRecord, stored: StoredOrigin): boolean {
  if (record.time !== stored.time || record.level !== stored.level || record.source !== stored.source || record.host !== stored.host) return false
  if (record.error !== stored.error || record.guessed !== stored.guessed || record._fields !== null) return false
  if (!record._verbatim || record._chunk !== stored.bodyChunk || record._start !== stored.bodyStart || record._end !== stored.bodyEnd || record._json !== stored.json) return false
  const { tags } = record
  if (tags.length !== stored.tags.length) return false
  for (let i = 0; i < tags.length; i++) if (tags[i] !== stored.tags[i]) return false
  return true
}

function timeOf({ time, timeText }: LogRecord): string {
  if (!Number.isFinite(time)) throw new Error('its time is not a number')
  if (timeText !== null && !TIME_TEXT.test(timeText)) throw new Error('the text of its time is not in UTC as in 2026-11-01T00:00:00.013456Z')
  return formatTime(time, timeText)
}

/** Whether the line can stand for the body: one line of JSON that is an object. A plugin that calls `setJson` for another must not get it copied. */
function saysObject(record: LogRecord): boolean {
  const chunk = record._chunk
  if (!record._json || !record._verbatim || chunk === null || !chunk.flat || !isBraced(chunk.bytes, record._start, record._end)) return false
  return record._parsed || isJson(record.line)
}

function isBraced(bytes: Buffer, start: number, end: number): boolean {
  let first = start
  let last = end - 1
  while (first < last && (bytes[first] as number) <= SPACE) first++
  while (last > first && (bytes[last] as number) <= SPACE) last--
  return bytes[first] === OPEN_BRACE && bytes[last] === CLOSE_BRACE
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function bodyText(record: LogRecord): string {
  // A JSON line with invalid UTF-8 is stored as decoded, with U+FFFD; what has line breaks of its own is serialised anew.
  if (saysObject(record)) return record.line
  const text = jsonOf(record._json ? record._value : record.body)
  if (!text.startsWith('{') && !text.startsWith('"')) throw new Error('its body is neither text nor an object')
  return text
}

/** `JSON.stringify` has no text for undefined, functions and what a `toJSON` refuses. */
function jsonOf(value: unknown): string {
  return (JSON.stringify(value) as string | undefined) ?? 'undefined'
}

function writeExtras(record: LogRecord, out: FrameBuffer): void {
  if (record._fields !== null || record._stored !== null) {
    const text = jsonOf(record.readFields)
    if (!text.startsWith('{')) throw new Error('its fields are not an object')
    if (text !== '{}') out.writeText(`,"fields":${text}`)
  } else if (record._shared !== null) {
    let bytes = sharedFields.get(record._shared)
    if (bytes === undefined) {
      bytes = Buffer.from(`,"fields":${JSON.stringify(record._shared)}`)
      sharedFields.set(record._shared, bytes)
    }
    out.writeBytes(bytes, 0, bytes.length)
  }
  const { guessed, error } = record
  if (guessed.length === 2) out.writeAscii(',"guessed":["time","level"]')
  else if (guessed.length === 1) out.writeAscii(guessed[0] === 'time' ? ',"guessed":["time"]' : ',"guessed":["level"]')
  if (error === null) return
  if (typeof error !== 'string') throw new Error('its error is not text')
  out.writeText(`,"error":${JSON.stringify(error)}`)
}

/** What is in the cache was checked; anything else is looked at on its way in. */
function envelopeOf(record: LogRecord): Buffer {
  const { level, source, host, tags } = record
  let bySource = envelopes.get(level)
  if (bySource === undefined) {
    if (!LEVELS.includes(level)) throw new Error('its level is none of the six')
    envelopes.set(level, (bySource = new Map()))
  }
  let byHost = bySource.get(source)
  if (byHost === undefined) {
    if (typeof source !== 'string') throw new Error('its source is not text')
    bySource.set(copyText(source, source.length), (byHost = new Map()))
  }
  let byTags = byHost.get(host)
  if (byTags === undefined) {
    if (typeof host !== 'string') throw new Error('its host is not text')
    // Cut out of a line it would keep all of its chunk alive, as would a tag.
    byHost.set(copyText(host, host.length), (byTags = new Map()))
  }
  // A lone tag is its own key, which saves making a string; the NUL keeps it apart from every list.
  const only = tags.length === 1 ? (tags[0] as string) : null
  const key = only !== null && only.charCodeAt(0) !== 0 ? only : `\0${JSON.stringify(tags)}`
  let envelope = byTags.get(key)
  if (envelope === undefined) {
    if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) throw new Error('its tags are not a list of texts')
    envelope = Buffer.from(`","level":${JSON.stringify(level)},"source":${JSON.stringify(source)},"host":${JSON.stringify(host)},"tags":${JSON.stringify(tags)},"body":`)
    if (++envelopeCount > MAX_ENVELOPES) {
      envelopes = new Map()
      envelopeCount = 0
    }
    byTags.set(copyText(key, key.length), envelope)
  }
  return envelope
}

/** Room was reserved by the caller. */
function put(source: Buffer, out: FrameBuffer): void {
  out.bytes.set(source, out.length)
  out.length += source.length
}
