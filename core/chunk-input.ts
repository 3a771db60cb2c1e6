// Lines as bytes, made into records slice by slice. A class, not spread objects: that was 3 % of a one-record request.
import type { EmitOptions, IdempotencyKey } from './emit.ts'
import type { StreamMove } from './journal/frame.ts'
import type { LineChunk } from './lines.ts'
import type { Input } from './pipeline.ts'
import { type Fields, LogRecord } from './record.ts'
import { SLICE_BYTES, SLICE_RECORDS, TURN_BYTES } from './slice.ts'
import type { StreamState } from './stream-state.ts'

/** Whatever its source allows, a longer line is cut: the largest request body by default. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024

export class ChunkInput implements Input {
  readonly ready = false
  readonly stream: StreamState
  readonly source: string
  readonly parser: string
  readonly textToo: boolean
  readonly move: StreamMove | null
  readonly key: IdempotencyKey | null
  readonly patienceMs: number | null
  readonly #chunk: LineChunk
  readonly #host: string
  readonly #shared: Fields | null
  readonly #now = Date.now()
  /** What is wrong with each line of the slice at hand that its source cut. A parser may narrow a record, so its bytes are no key. */
  #wrong: Map<LogRecord, string> | null = null
  #at = 0

  constructor(stream: StreamState, source: string, parser: string, host: string, move: StreamMove | null, options: EmitOptions, chunk: LineChunk) {
    this.stream = stream
    this.source = source
    this.parser = parser
    this.textToo = options.textToo === true && (parser === 'auto' || options.parser !== undefined)
    this.move = move
    this.key = options.key ?? null
    this.patienceMs = options.patience ?? null
    this.#chunk = chunk
    this.#host = host
    this.#shared = options.fields ?? null
  }

  get bytes(): number {
    return this.#chunk.bytes.length
  }

  get large(): boolean {
    return this.#chunk.bytes.length > TURN_BYTES && this.#chunk.count > 1
  }

  next(): LogRecord[] | null {
    const chunk = this.#chunk
    const { starts, ends, count, cut, wrong } = chunk
    if (this.#at >= count) return null
    this.#wrong = null
    const records: LogRecord[] = []
    const limit = (starts[this.#at] as number) + SLICE_BYTES
    do {
      const start = starts[this.#at] as number
      const end = ends[this.#at] as number
      const record = new LogRecord(this.source, this.#host, this.#now, chunk, start, end, this.#shared)
      if (end - start > MAX_RECORD_BYTES) cutRecord(record, chunk, end - start)
      const length = cut?.get(this.#at)
      const reason = wrong?.get(this.#at) ?? (length === undefined ? undefined : `line of ${length} bytes cut at ${end - start}`)
      if (reason !== undefined) (this.#wrong ??= new Map()).set(record, reason)
      records.push(record)
      this.#at++
    } while (this.#at < count && (ends[this.#at] as number) <= limit && records.length < SLICE_RECORDS)
    return records
  }

  /** Lines that were cut say so, whatever the parser made of the stump. */
  parsed(records: LogRecord[]): void {
    if (this.#wrong === null) return
    for (const record of records) {
      const reason = this.#wrong.get(record)
      if (reason !== undefined) record.error = reason
    }
  }
}

function cutRecord(record: LogRecord, chunk: LineChunk, length: number): void {
  record.replaceBody(chunk.bytes.toString('utf8', record._start, record._start + MAX_RECORD_BYTES))
  record.error = `record of ${length} bytes cut at ${MAX_RECORD_BYTES}`
}
