// The records of one stream, as a hook gets them.
import { chunkOf, type LineChunk } from '../../core/lines.ts'
import { type Batch, LogRecord, type RecordInit } from '../../core/record.ts'
import { makeRecord } from './make-record.ts'

/** From lines (which then share one buffer, as in the pipeline), ready parts, records, or a chunk of bytes. */
export function makeBatch(from: LineChunk | ReadonlyArray<string | Partial<RecordInit> | LogRecord>, stream = 'test/stream'): Batch {
  const source = stream.split('/', 1)[0] ?? stream
  if (Array.isArray(from) && !from.every((one) => typeof one === 'string')) {
    const parts: ReadonlyArray<string | Partial<RecordInit> | LogRecord> = from
    return { stream, source, records: parts.map((one) => (one instanceof LogRecord ? one : makeRecord(one, source))) }
  }
  const chunk = Array.isArray(from) ? chunkOf(from) : (from as LineChunk)
  const records = chunk.starts.map((start, i) => new LogRecord(source, 'test-host', Date.UTC(2026, 10, 1), chunk, start, chunk.ends[i] ?? start, null))
  return { stream, source, records }
}
