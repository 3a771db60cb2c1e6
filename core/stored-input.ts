// Stored lines that another Sawlog sent, made into records slice by slice. They were parsed and tagged where they were collected; here they are filtered.
import type { EmitOptions, IdempotencyKey } from './emit.ts'
import type { StreamMove } from './journal/frame.ts'
import { Envelopes } from './journal/sealed/envelopes.ts'
import type { LineChunk } from './lines.ts'
import type { Input } from './pipeline.ts'
import { LogRecord } from './record.ts'
import { SLICE_BYTES, SLICE_RECORDS, TURN_BYTES } from './slice.ts'
import { storedRecord } from './stored-record.ts'
import type { StreamState } from './stream-state.ts'

/** Longer heads are not remembered: 10,000 of them must fit into memory. */
const MAX_HEAD_BYTES = 4096
/** What is kept of a line that is no record. */
const MAX_KEPT_BYTES = 1024 * 1024

/** One for all: what it learns of one peer's heads serves the next. */
const envelopes = new Envelopes()

export class StoredInput implements Input {
  readonly textToo = false
  readonly ready = true
  readonly stream: StreamState
  readonly source: string
  readonly parser = ''
  readonly move: StreamMove | null
  readonly key: IdempotencyKey | null
  readonly patienceMs: number | null
  readonly #chunk: LineChunk
  readonly #host: string
  readonly #now = Date.now()
  #at = 0

  /** `source` and `host` are for lines that are no records. */
  constructor(stream: StreamState, source: string, host: string, move: StreamMove | null, options: EmitOptions, chunk: LineChunk) {
    this.stream = stream
    this.source = source
    this.move = move
    this.key = options.key ?? null
    this.patienceMs = options.patience ?? null
    this.#chunk = chunk
    this.#host = host
  }

  get bytes(): number {
    return this.#chunk.bytes.length
  }

  get large(): boolean {
    return this.#chunk.bytes.length > TURN_BYTES && this.#chunk.count > 1
  }

  next(): LogRecord[] | null {
    const { starts, ends, count } = this.#chunk
    if (this.#at >= count) return null
    if (envelopes.full) envelopes.clear()
    const records: LogRecord[] = []
    const limit = (starts[this.#at] as number) + SLICE_BYTES
    do records.push(this.#record(starts[this.#at] as number, ends[this.#at++] as number))
    while (this.#at < count && (ends[this.#at] as number) <= limit && records.length < SLICE_RECORDS)
    return records
  }

  parsed(): void {
    // Nothing was parsed here.
  }

  #record(start: number, end: number): LogRecord {
    const record = storedRecord(this.#chunk, start, end, envelopes)
    if (envelopes.head.body - start > MAX_HEAD_BYTES) envelopes.clear()
    return typeof record === 'string' ? this.#raw(start, end, record) : record
  }

  /** Nothing that was sent is lost, whatever it is. */
  #raw(start: number, end: number, reason: string): LogRecord {
    const record = new LogRecord(this.source, this.#host, this.#now, null, 0, 0, null)
    record.replaceBody(this.#chunk.text(start, Math.min(end, start + MAX_KEPT_BYTES)))
    const cut = end - start > MAX_KEPT_BYTES ? `; its ${end - start} bytes were cut at ${MAX_KEPT_BYTES}` : ''
    record.error = `not a stored line: ${reason}${cut}`
    return record
  }
}
