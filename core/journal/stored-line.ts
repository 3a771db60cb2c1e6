// One line as the journal keeps it, handed to outputs and searches.
import type { Json, JsonObject } from '../json.ts'
import type { Level } from '../level.ts'
import { isErasedLine } from './erased-line.ts'
import type { Envelopes, LineHead } from './sealed/envelopes.ts'

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

  /** Time, level, source, host and tags without parsing the rest, valid until `envelopes` reads on; null where the line is not as the journal writes it. */
  head(envelopes: Envelopes): LineHead | null {
    return envelopes.read(this.#source, this.#start, this.#end) ? envelopes.head : null
  }

  /** Writes the bytes and a newline into `target`; returns where they end. */
  copyTo(target: Buffer, at: number): number {
    this.#source.copy(target, at, this.#start, this.#end)
    const end = at + this.length
    target[end] = NEWLINE
    return end + 1
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
