// Everything a plugin may have changed in a record, as a plain value to compare.
import type { LogRecord } from '../../core/record.ts'

export function recordState(record: LogRecord): object {
  const { time, timeText, level, source, host, tags, guessed, error, body, readFields } = record
  return { time, timeText, level, source, host, tags: [...tags], guessed: [...guessed], error, body, fields: { ...readFields } }
}
