// A record on its way through the pipeline, as a query sees it.
import type { Json, JsonObject } from '../json.ts'
import type { Level } from '../level.ts'
import type { LogRecord } from '../record.ts'
import type { RecordView } from './record-view.ts'

/** One view serves any number of records, one after the other: nothing is allocated per record. */
export class LiveView implements RecordView {
  #shown: LogRecord | null = null

  /** Called by the matcher before each use. */
  show(record: LogRecord): void {
    this.#shown = record
  }

  time(): number {
    return this.#record.time
  }
  level(): Level {
    return this.#record.level
  }
  source(): string {
    return this.#record.source
  }
  host(): string {
    return this.#record.host
  }
  tags(): readonly string[] {
    return this.#record.tags
  }
  error(): string | null {
    return this.#record.error
  }
  guessed(): readonly string[] {
    return this.#record.guessed
  }
  body(): string | JsonObject {
    return this.#record.body
  }
  fields(): { readonly [name: string]: Json } {
    return this.#record.readFields
  }
  json(): null {
    return null
  }
  bodyJson(): string | null {
    const record = this.#record
    return record._json && record._chunk !== null ? record.line : null
  }

  get #record(): LogRecord {
    if (this.#shown === null) throw new Error('BUG: a query looked at no record')
    return this.#shown
  }
}
