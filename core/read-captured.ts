// Time, level and host out of the fields that a pattern of the user captured, under the names loggers use.
import { findLevel } from './find-level.ts'
import type { Json } from './json.ts'
import { levelIn } from './json-level.ts'
import { timeIn } from './json-time.ts'
import { messageOf } from './message.ts'
import { noteTime } from './note-time.ts'
import type { LogRecord } from './record.ts'
import type { TimeReader } from './time-format.ts'

/** What the source gave stays, but for the host, which the line knows better. `zone` is the configured one or null, `format` that of the time. */
export function readCaptured(record: LogRecord, zone: string | null, format: TimeReader | null): void {
  const { fields, guessed } = record
  if (guessed.includes('time')) {
    const time = timeIn(fields, zone ?? 'UTC', format)
    if (time !== null) noteTime(record, time, zone !== null)
  }
  if (guessed.includes('level')) {
    const level = levelIn(fields) ?? findLevel(messageOf(fields))
    if (level !== null) record.levelFound(level)
  }
  const host = nameIn(fields['host']) ?? nameIn(fields['hostname'])
  if (host !== null) record.host = host
}

/** A name, or ECS's `host.hostname` and `host.name`. */
function nameIn(value: Json | undefined): string | null {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return nameIn(value['hostname']) ?? nameIn(value['name'])
}
