// Ready records of a source that has no lines, made into live records slice by slice.
import type { EmitOptions, IdempotencyKey } from './emit.ts'
import type { StreamMove } from './journal/frame.ts'
import type { Input } from './pipeline.ts'
import { type Fields, LogRecord, type RecordInit } from './record.ts'
import { SLICE_RECORDS } from './slice.ts'
import type { StreamState } from './stream-state.ts'

/** What one such record is taken to weigh against the limit on lines in flight: most are a few hundred bytes. */
const RECORD_BYTES = 256

export class RecordsInput implements Input {
  readonly ready = false
  readonly stream: StreamState
  readonly source: string
  readonly parser: string
  readonly textToo = false
  readonly move: StreamMove | null
  readonly key: IdempotencyKey | null
  readonly patienceMs: number | null
  readonly #inits: readonly RecordInit[]
  readonly #host: string
  readonly #shared: Fields | null
  readonly #now = Date.now()
  #at = 0

  constructor(stream: StreamState, source: string, parser: string, host: string, move: StreamMove | null, options: EmitOptions, inits: readonly RecordInit[]) {
    this.stream = stream
    this.source = source
    // Objects need no detection: the json parser reads their level and time.
    this.parser = parser === 'auto' && inits.every((init) => typeof init.body === 'object') ? 'json' : parser
    this.move = move
    this.key = options.key ?? null
    this.patienceMs = options.patience ?? null
    this.#inits = inits
    this.#host = host
    this.#shared = options.fields ?? null
  }

  get bytes(): number {
    return this.#inits.length * RECORD_BYTES
  }

  /** More than a slice is put together aside: an init that cannot be read must not leave those before it in the frame. */
  get large(): boolean {
    return this.#inits.length > SLICE_RECORDS
  }

  next(): LogRecord[] | null {
    if (this.#at >= this.#inits.length) return null
    const records: LogRecord[] = []
    while (this.#at < this.#inits.length && records.length < SLICE_RECORDS) records.push(this.#record(this.#inits[this.#at++] as RecordInit))
    return records
  }

  /** What the source says of time and level goes before what a parser reads from the body. */
  parsed(records: LogRecord[]): void {
    const first = this.#at - records.length
    for (let i = 0; i < records.length; i++) {
      const { time, level } = this.#inits[first + i] as RecordInit
      const record = records[i] as LogRecord
      if (time !== undefined) record.timeFound(time)
      if (level !== undefined) record.levelFound(level)
    }
  }

  #record(init: RecordInit): LogRecord {
    const record = new LogRecord(this.source, this.#host, this.#now, null, 0, 0, this.#shared)
    record._value = init.body
    record._json = typeof init.body === 'object'
    if (init.fields !== undefined) Object.assign(record.fields, init.fields)
    if (init.tags !== undefined) record.tags.push(...init.tags)
    return record
  }
}
