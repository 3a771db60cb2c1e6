// Time and level out of the fields a parser found in a line of text.
import { findLevel } from './find-level.ts'
import { levelIn } from './json-level.ts'
import { levelOf, type Level } from './level.ts'
import { timeIn } from './json-time.ts'
import { messageOf } from './message.ts'
import { noteTime } from './note-time.ts'
import { parseTime, type ParsedTime } from './time.ts'
import type { Json } from './json.ts'
import type { LogRecord } from './record.ts'

/**
 * Sets the record's time and level from its fields, where its source did not give them: from `timeField` and `levelField`, else under the names
 * loggers use; a level may also be said by the message among the fields. `zone` is the configured one or null.
 */
export function readFields(record: LogRecord, zone: string | null, timeField?: string, levelField?: string): void {
  const { fields, guessed } = record
  if (guessed.includes('time')) {
    const time = timeField === undefined ? timeIn(fields, zone ?? 'UTC') : timeOf(fields[timeField], zone ?? 'UTC')
    if (time !== null) noteTime(record, time, zone !== null)
  }
  if (guessed.includes('level')) {
    const level = levelField === undefined ? levelIn(fields) ?? findLevel(messageOf(fields)) : levelAs(fields[levelField])
    if (level !== null) record.levelFound(level)
  }
}

function timeOf(value: Json | undefined, zone: string): ParsedTime | null {
  return typeof value === 'string' || typeof value === 'number' ? parseTime(value, zone) : null
}

function levelAs(value: Json | undefined): Level | null {
  return typeof value === 'string' || typeof value === 'number' ? levelOf(value) : null
}
