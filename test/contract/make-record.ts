// A record as a plugin meets it.
import { chunkOf } from '../../core/lines.ts'
import { LogRecord, type RecordInit } from '../../core/record.ts'

/** A line as it comes from a source, or the parts of a record that was parsed. Time is fixed so that results can be compared. */
export function makeRecord(from: string | Partial<RecordInit> = 'a line', source = 'test'): LogRecord {
  const time = Date.UTC(2026, 10, 1)
  if (typeof from === 'string') {
    const chunk = chunkOf([from])
    return new LogRecord(source, 'test-host', time, chunk, chunk.starts[0] ?? 0, chunk.ends[0] ?? 0, null)
  }
  const record = new LogRecord(source, 'test-host', from.time ?? time, null, 0, 0, from.fields ?? null)
  record.replaceBody(from.body ?? 'a line')
  if (from.time !== undefined) record.timeFound(from.time)
  if (from.level !== undefined) record.levelFound(from.level)
  record.tags.push(...(from.tags ?? []))
  return record
}
