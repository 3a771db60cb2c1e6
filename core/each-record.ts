// The loops plugins use: one record that throws is named and skipped, the rest of the batch goes on.
import type { Batch, LogRecord } from './record.ts'

/** Thrown after the loop when single records failed, so that the guard counts and reports them once per batch. */
export class RecordErrors extends Error {
  override readonly name = 'RecordErrors'
  readonly failed: readonly LogRecord[]
  constructor(failed: readonly LogRecord[], count: number, first: unknown) {
    super(`${count} of the batch's records failed; the first: ${first instanceof Error ? first.message : String(first)}`)
    this.failed = failed
  }
}

/** Calls `fn` for every record. A record it throws on is isolated; the others are still visited. */
export function eachRecord(batch: Batch, fn: (record: LogRecord) => void): void {
  const { records } = batch
  let failed: LogRecord[] | null = null
  let first: unknown
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as LogRecord
    try {
      fn(record)
    } catch (error) {
      if (failed === null) {
        failed = []
        first = error
      }
      failed.push(record)
    }
  }
  if (failed !== null) throw new RecordErrors(failed, failed.length, first)
}

/** Keeps the records for which `keep` is true, in place; a record it throws on is kept. Returns the batch, for `filter` taps. */
export function keepRecords(batch: Batch, keep: (record: LogRecord) => boolean): Batch {
  const { records } = batch
  let failed: LogRecord[] | null = null
  let first: unknown
  let kept = 0
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as LogRecord
    let stays = true
    try {
      stays = keep(record)
    } catch (error) {
      if (failed === null) {
        failed = []
        first = error
      }
      failed.push(record)
    }
    if (stays) records[kept++] = record
  }
  records.length = kept
  if (failed !== null) throw new RecordErrors(failed, failed.length, first)
  return batch
}
