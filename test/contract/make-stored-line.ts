// A stored line as an output gets it.
import { StoredLine, type StoredRecord } from '../../core/journal/stored-line.ts'

export function makeStoredLine(segment: number, record: number, parts: Partial<StoredRecord> = {}): StoredLine {
  const time = new Date(Date.UTC(2026, 10, 1) + record).toISOString()
  const { fields, guessed, error } = parts
  const value: StoredRecord = {
    time: parts.time ?? time,
    level: parts.level ?? 'info',
    source: parts.source ?? 'test',
    host: parts.host ?? 'test-host',
    tags: parts.tags ?? ['general'],
    body: parts.body ?? `line ${segment}/${record}`,
    ...(fields === undefined ? {} : { fields }),
    ...(guessed === undefined ? {} : { guessed }),
    ...(error === undefined ? {} : { error }),
  }
  return new StoredLine(segment, record, Buffer.from(JSON.stringify(value)))
}
