// One named part of a record as text.
import type { JsonObject } from './json.ts'
import { lookUpText } from './look-up-text.ts'
import { messageOf } from './message.ts'
import type { LogRecord } from './record.ts'

/**
 * `level`, `source` and `host` are the record's; `message` is its message under whichever name; anything else is looked up in the body, then in
 * the extracted fields: a key of that very name, or a path with dots. Numbers and booleans as text, objects as JSON; null when there is none.
 */
export function fieldText(record: LogRecord, path: string): string | null {
  switch (path) {
    case 'level': return record.level
    case 'source': return record.source
    case 'host': return record.host
    case 'message': return messageOf(record.body, record.readFields) || null
  }
  const { object } = record
  return (object === null ? null : lookUpText(object, path)) ?? lookUpText(record.readFields as JsonObject, path)
}
