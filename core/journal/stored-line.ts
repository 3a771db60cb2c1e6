// One line as the journal keeps it, handed to outputs and searches.
import type { Json, JsonObject } from '../json.ts'
import type { Level } from '../level.ts'

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

/** Read-only, valid until the `deliver` that received it settles. */
export class StoredLine {
  readonly segment: number
  /** Record number within the segment; (segment, record) names the record for ever. */
  readonly record: number
  /** The stored line's bytes without the newline: one JSON object. */
  readonly bytes: Buffer
  #text: string | null = null
  #value: StoredRecord | null = null

  constructor(segment: number, record: number, bytes: Buffer) {
    this.segment = segment
    this.record = record
    this.bytes = bytes
  }

  get text(): string {
    return (this.#text ??= this.bytes.toString('utf8'))
  }

  /** Parsed on first use. */
  get value(): StoredRecord {
    return (this.#value ??= JSON.parse(this.text) as StoredRecord)
  }
}

/** Where an output stands: the first record not yet delivered, and what the output itself wants to remember with it. */
export interface Cursor {
  readonly segment: number
  readonly record: number
  /** The output's own state, saved in the same transaction (a file output keeps inode and length here). */
  readonly state: Json
}
