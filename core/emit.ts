// What a source hands in and gets back.
import type { Position } from './journal/commit.ts'
import type { Fields, RecordInit } from './record.ts'
import type { LineChunk } from './lines.ts'
import type { Json } from './json.ts'

/** Lines as bytes (fastest), as strings, or ready records. */
export type EmitInput = LineChunk | readonly string[] | readonly RecordInit[]

/** Makes a request repeatable: what was answered is stored in the frame that holds its records. */
export interface IdempotencyKey {
  /** Unique per token and source; build it from both. */
  readonly id: string
  /** Hash of the request body: the same key with another body is refused. */
  readonly hash: string
  /** The answer a repeat gets. */
  readonly answer: Json
}

export interface EmitOptions {
  /** Offset of the first byte (or number) these lines stand for; must equal the stream's last `to`. */
  from?: number
  /** Where the stream stands once these lines are durable. Without it the stream has no memory. */
  to?: Position
  /** These lines fill a gap that recovery reported: the stream's own position stays. */
  gap?: boolean
  key?: IdempotencyKey
  /** They are stored lines of another journal: neither parsed nor tagged again, and stored as they are. A line that is none is kept as text with an `error`. */
  stored?: boolean
  /** Fields that all these records get (`log.file.path`). */
  fields?: Fields
  /** Who sent them; this machine's name by default. */
  host?: string
  /** Overrides the component's name as `source` (an `/ingest?source=NAME`). */
  source?: string
  /** Overrides the component's `parser`. */
  parser?: string
  /** Lines that do not fit the parser, unless it was configured, are plain text and no parse errors. */
  textToo?: boolean
  /** Rejects with `Busy`, storing nothing, when the pipeline has not let these lines in by then, ms. Without it the source waits as long as it takes. */
  patience?: number
}

/** The pipeline is full or cannot write: nothing of this input was or will be stored. */
export class Busy extends Error {
  override readonly name = 'Busy'
}

export interface EmitReceipt {
  /** Records that passed the filters. */
  readonly kept: number
  /** Settles when the lines and their position are on disk; rejects only when the process stops before that. */
  readonly durable: Promise<void>
}

/** Awaiting it is the backpressure. All of one call's lines, its position and its key become durable together, or none. */
export type Emit = (stream: string, input: EmitInput, options?: EmitOptions) => Promise<EmitReceipt>

/** A stretch of a stream that was committed once but did not survive on disk. */
export interface Gap {
  readonly stream: string
  readonly from: number
  readonly to: number
}
