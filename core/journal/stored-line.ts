// One line as the journal keeps it, handed to outputs and searches.
import type { Json, JsonObject } from '../json.ts'
import type { Level } from '../level.ts'
import { isErasedLine } from './erased-line.ts'

/** The parsed form of a stored line. */
export interface StoredRecord {
  time: string
  level: Level
  source: string
  host: string
  tags: string[]
  body: string | JsonObject
  fields?: { [name: string]: Json }
  guessed?: string[]
  error?: string
}

const NEWLINE = 10
const QUOTE = 34
const BACKSLASH = 92
/** `{"time":"2026-11-01T00:00:00`: behind it come a fraction or not, and `Z`. */
const SHORTEST_TIME = 28
const LEVEL = Buffer.from('","level":"')
const SOURCE = Buffer.from('","source":"')

/** Where a source stands; overwritten by each look. */
export interface SourceSpan {
  bytes: Buffer
  start: number
  end: number
}

/** Read-only, valid until the `deliver` that received it settles. */
export class StoredLine {
  readonly segment: number
  /** Record number within the segment; (segment, record) names the record for ever. */
  readonly record: number
  // A Buffer object a line costs more than the line's own bytes: made only when asked for.
  readonly #source: Buffer
  readonly #start: number
  readonly #end: number
  #text: string | null = null
  #value: StoredRecord | null = null

  constructor(segment: number, record: number, source: Buffer, start = 0, end = source.length) {
    this.segment = segment
    this.record = record
    this.#source = source
    this.#start = start
    this.#end = end
  }

  /** The same line on memory of its own, valid for as long as it is held. */
  copy(): StoredLine {
    return new StoredLine(this.segment, this.record, Buffer.from(this.bytes))
  }

  /** The stored line's bytes without the newline: one JSON object. */
  get bytes(): Buffer {
    return this.#source.subarray(this.#start, this.#end)
  }

  get length(): number {
    return this.#end - this.#start
  }

  /** It only keeps the number of a record that was erased or lost to damage. */
  get erased(): boolean {
    return isErasedLine(this.#source, this.#end)
  }

  get text(): string {
    return (this.#text ??= this.#source.toString('utf8', this.#start, this.#end))
  }

  /** Parsed on first use. Never throws: bytes that went bad on disk must not stop an output for ever. */
  get value(): StoredRecord {
    return (this.#value ??= parsed(this.text))
  }

  /** Finds the source without parsing the line: its bytes are in `span` then. False where it is not as the journal writes it, or has escapes. */
  findSource(span: SourceSpan): boolean {
    const bytes = this.#source
    let at = this.#start + SHORTEST_TIME
    while (bytes[at] !== QUOTE && at < this.#end) at++
    at += LEVEL.length
    while (bytes[at] !== QUOTE && at < this.#end) at++
    for (let i = 0; i < SOURCE.length; i++) if (bytes[at + i] !== SOURCE[i]) return false
    const start = at + SOURCE.length
    let end = start
    while (bytes[end] !== QUOTE && bytes[end] !== BACKSLASH && end < this.#end) end++
    span.bytes = bytes
    span.start = start
    span.end = end
    return bytes[end] === QUOTE && end < this.#end
  }

  /** Writes the bytes and a newline into `target`; returns where they end. */
  copyTo(target: Buffer, at: number): number {
    this.#source.copy(target, at, this.#start, this.#end)
    const end = at + this.length
    target[end] = NEWLINE
    return end + 1
  }

  /** All lines with their newlines where they lie one behind the other in memory; null where they do not. Read-only, valid as long as they are. */
  static together(lines: readonly StoredLine[]): Buffer | null {
    const first = lines[0]
    const last = lines.at(-1)
    if (first === undefined || last === undefined) return null
    const source = first.#source
    let end = first.#start - 1
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as StoredLine
      if (line.#source !== source || line.#start !== end + 1) return null
      end = line.#end
    }
    return source[end] === NEWLINE ? source.subarray(first.#start, end + 1) : null
  }

  /** Writes lines from `first` to before `last`, each with its newline. Those that lie one behind the other are copied at once, in a third of the time. */
  static copyAll(lines: readonly StoredLine[], first: number, last: number, target: Buffer): void {
    let at = 0
    for (let i = first; i < last; ) {
      const begin = lines[i] as StoredLine
      let end = begin.#end
      for (i++; i < last; i++) {
        const next = lines[i] as StoredLine
        if (next.#start !== end + 1 || next.#source !== begin.#source) break
        end = next.#end
      }
      begin.#source.copy(target, at, begin.#start, end)
      at += end - begin.#start
      target[at++] = NEWLINE
    }
  }
}

function parsed(text: string): StoredRecord {
  try {
    const value = JSON.parse(text) as StoredRecord | null
    if (value !== null && typeof value === 'object' && value.body !== undefined && value.body !== null) return value
    return damaged(text, 'it is no record')
  } catch (error) {
    return damaged(text, (error as Error).message)
  }
}

/** The time is unknown: the beginning of 1970 is not mistaken for one that was measured. */
function damaged(text: string, reason: string): StoredRecord {
  return { time: '1970-01-01T00:00:00.000Z', level: 'error', source: '', host: '', tags: [], body: text, guessed: ['time', 'level'], error: `damaged on disk: ${reason}` }
}

/** Where an output stands: the first record not yet delivered, and what the output itself wants to remember with it. */
export interface Cursor {
  readonly segment: number
  readonly record: number
  /** The output's own state, saved in the same transaction (a file output keeps inode and length here). */
  readonly state: Json
}
