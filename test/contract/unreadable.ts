// Makes a record that throws at whatever a plugin asks it, to see whether the rest of the batch gets through.
import type { LogRecord } from '../../core/record.ts'

const ASKED = ['line', 'body', 'object', 'fields', 'readFields', 'tags', 'time', 'level', '_chunk'] as const

export function unreadable(record: LogRecord): LogRecord {
  const fail = () => {
    throw new Error('unreadable')
  }
  for (const key of ASKED) Object.defineProperty(record, key, { get: fail, set: fail })
  return record
}
