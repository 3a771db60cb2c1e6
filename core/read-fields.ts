// Time and level out of the fields a parser found in a line of text.
import { findLevel } from './find-level.ts'
import { levelIn } from './json-level.ts'
import { timeIn } from './json-time.ts'
import { messageOf } from './message.ts'
import { noteTime } from './note-time.ts'
import type { LogRecord } from './record.ts'

/**
 * Sets the record's time and level from its fields, under the names loggers use, where its source did not give them; a level may also be said
 * by the message among the fields. `zone` is the configured one or null.
 */
export function readFields(record: LogRecord, zone: string | null): void {
  const { fields, guessed } = record
  if (guessed.includes('time')) {
    const time = timeIn(fields, zone ?? 'UTC')
    if (time !== null) noteTime(record, time, zone !== null)
  }
  if (guessed.includes('level')) {
    const level = levelIn(fields) ?? findLevel(messageOf(fields))
    if (level !== null) record.levelFound(level)
  }
}
