// Time and level of a line of plain text, as far as it states them.
import { findLevel } from './find-level.ts'
import { findTime } from './time.ts'
import { noteTime } from './note-time.ts'
import type { LogRecord } from './record.ts'

/** Sets the record's time and level from `line`, where its source did not give them. `zone` is the configured one or null. */
export function readText(record: LogRecord, line: string, zone: string | null): void {
  const { guessed } = record
  const time = findTime(line, zone ?? 'UTC')
  if (time !== null && guessed.includes('time')) noteTime(record, time, zone !== null)
  if (!guessed.includes('level')) return
  const level = findLevel(line, time === null ? 0 : time.end)
  if (level !== null) record.levelFound(level)
}
