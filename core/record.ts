// One log record on its way from a source to the journal. Valid only during a hook call: copy what must last.
import type { Json, JsonObject } from './json.ts'
import type { Level } from './level.ts'
import { chunkOf, type LineChunk } from './lines.ts'

export type Fields = { [name: string]: Json }

/** What was inferred rather than found in the record. */
export type Guess = 'time' | 'level'

const NOTHING: readonly Guess[] = Object.freeze([])
const TIME: readonly Guess[] = Object.freeze<Guess[]>(['time'])
const LEVEL: readonly Guess[] = Object.freeze<Guess[]>(['level'])
const BOTH: readonly Guess[] = Object.freeze<Guess[]>(['time', 'level'])

const EMPTY_FIELDS: Fields = Object.freeze(Object.create(null)) as Fields

/** What a source may give instead of a line. Missing time is the time of arrival, missing level is read from the body. */
export interface RecordInit {
  time?: number
  level?: Level
  tags?: readonly string[]
  fields?: Fields
  body: string | JsonObject
}

/** The stored line of another journal that a record was made of. As long as nobody changes the record, the line is copied as it is. */
export interface StoredOrigin {
  readonly chunk: LineChunk
  readonly start: number
  readonly end: number
  /** What the record was born with. */
  readonly time: number
  readonly level: Level
  readonly source: string
  readonly host: string
  readonly tags: readonly string[]
  readonly guessed: readonly Guess[]
  readonly error: string | null
  readonly bodyStart: number
  readonly bodyEnd: number
  readonly bodyChunk: LineChunk | null
  readonly json: boolean
  /** The fields as JSON text; equal where there are none. */
  readonly fieldsStart: number
  readonly fieldsEnd: number
}

/**
 * Timestamp, Severity, Body, Attributes and Resource of OpenTelemetry's log data model under short names.
 * Every key exists from birth, so all records share one hidden class.
 */
export class LogRecord {
  /** Epoch milliseconds; the time of arrival until a parser finds a better one. */
  time: number
  /** The time as canonical UTC text (`2026-11-01T00:00:00.013456789Z`) where the source was finer than a millisecond; else null. */
  timeText: string | null = null
  level: Level = 'info'
  source: string
  host: string
  tags: string[] = []
  /** Which of time and level were inferred. Both until a parser says otherwise; set through `timeFound` and `levelFound`. */
  guessed: readonly Guess[] = BOTH
  /** Why the line did not parse, or null. */
  error: string | null = null

  // The way back to the bytes. `#`-private fields cost a brand check per access, which showed in the hot path.
  /** @internal */ _chunk: LineChunk | null
  /** @internal */ _start: number
  /** @internal */ _end: number
  /** @internal The body where it is not the line: an object that was parsed, or a replacement. */
  _value: string | JsonObject | undefined = undefined
  /** @internal The body still is what the bytes of the line say: copy them. */
  _verbatim: boolean
  /** @internal The body is an object. */
  _json = false
  /** @internal That object is what `JSON.parse` makes of the line. */
  _parsed = false
  /** @internal Own fields; null while there are only the batch's. */
  _fields: Fields | null = null
  /** @internal Fields every record of the batch has. */
  _shared: Fields | null
  /** @internal The line it was made of, where it came from another journal; body and fields are parsed when asked for. */
  _stored: StoredOrigin | null = null

  constructor(source: string, host: string, time: number, chunk: LineChunk | null, start: number, end: number, shared: Fields | null) {
    this.source = source
    this.host = host
    this.time = time
    this._chunk = chunk
    this._start = start
    this._end = end
    this._verbatim = chunk !== null
    this._shared = shared
  }

  /** The line as it came (or the body as text, where there was no line). */
  get line(): string {
    if (this._chunk !== null) return this._chunk.text(this._start, this._end)
    return typeof this._value === 'string' ? this._value : JSON.stringify(this._value ?? null)
  }

  /** The line as a string, or the JSON object as it came. Do not change the object: use `replaceBody`. */
  get body(): string | JsonObject {
    if (this._value !== undefined) return this._value
    return this.object ?? this.line
  }

  /** The body where it is an object, else null. */
  get object(): JsonObject | null {
    if (!this._json) return null
    return (this._value ??= JSON.parse(this.line) as JsonObject) as JsonObject
  }

  /**
   * What a parser calls when the line is a JSON object: the body becomes `value`, the journal still copies the line's bytes, unless it finds that
   * they are no JSON.
   */
  setJson(value: JsonObject): void {
    this._value = value
    this._json = true
    this._parsed = false
  }

  /** The same for a `value` that `JSON.parse` made of exactly this line: the journal need not parse it again, which takes 10 times as long as copying it. */
  setParsedJson(value: JsonObject): void {
    this.setJson(value)
    this._parsed = true
  }

  /**
   * What a parser calls for a line that wraps another (CRI's `TIME stdout F ...`): from here on `line` and `body` are only what lies between
   * the two indexes of the line, and its bytes are still copied. May be followed by `setJson` for what is left.
   */
  narrow(from: number, to: number): void {
    const { line } = this
    if (this._chunk === null || this._value !== undefined) {
      this.replaceBody(line.slice(from, to))
      return
    }
    const ascii = this._end - this._start === line.length
    this._end -= ascii ? line.length - to : Buffer.byteLength(line.slice(to))
    this._start += ascii ? from : Buffer.byteLength(line.slice(0, from))
  }

  /**
   * What a parser calls for a line that holds another one encoded (Docker's `{"log":"{\\"a\\":1}\\n",...}`): from here on `line` and `body` are that
   * text. `setJson` may follow, and then its bytes are copied, so that long numbers stay what they are.
   */
  replaceLine(line: string): void {
    this._chunk = chunkOf([line])
    this._start = 0
    this._end = this._chunk.bytes.length
    this._value = undefined
    this._json = false
    this._verbatim = true
  }

  /** Replaces the body; from here on it is serialised, not copied. */
  replaceBody(body: string | JsonObject): void {
    this._value = body
    this._json = typeof body === 'object'
    this._verbatim = false
    this._chunk = null
  }

  /** Replaces the body by an object given as JSON text; from here on this text is copied, so its numbers keep all their digits. */
  replaceJson(text: string): void {
    const value = JSON.parse(text) as JsonObject
    const chunk = chunkOf([text])
    this.setParsedJson(value)
    this._chunk = chunk
    this._start = 0
    this._end = chunk.ends[0] as number
    this._verbatim = true
  }

  /** What parsers and taggers extracted, own and shared; writing to it is local to this record. */
  get fields(): Fields {
    if (this._fields === null) this._fields = Object.assign(Object.create(null) as Fields, this.readFields)
    return this._fields
  }

  /** The fields without making an object where there is none: for reading in hot loops. */
  get readFields(): Readonly<Fields> {
    return this._fields ?? this._shared ?? (this._stored === null ? EMPTY_FIELDS : this.#storedFields(this._stored))
  }

  #storedFields({ chunk, fieldsStart, fieldsEnd }: StoredOrigin): Readonly<Fields> {
    if (fieldsStart === fieldsEnd) return EMPTY_FIELDS
    return (this._shared = JSON.parse(chunk.text(fieldsStart, fieldsEnd)) as Fields)
  }

  /** The time was in the record. `text` where it was finer than a millisecond, canonical UTC. */
  timeFound(time: number, text: string | null = null): void {
    this.time = time
    this.timeText = text
    this.guessed = this.guessed === BOTH || this.guessed === LEVEL ? LEVEL : NOTHING
  }

  /** The level was in the record. */
  levelFound(level: Level): void {
    this.level = level
    this.guessed = this.guessed === BOTH || this.guessed === TIME ? TIME : NOTHING
  }
}

/** The lines of one stream from one read. Valid during the hook call only. */
export interface Batch {
  /** One file, one connection or one `?source=` name. */
  readonly stream: string
  readonly source: string
  records: LogRecord[]
}
