// One named part of a record as the value it is.
import type { Json, JsonObject } from './json.ts'
import { lookUp } from './look-up.ts'
import { messageOf } from './message.ts'
import type { LogRecord } from './record.ts'

/** Under the same names as `fieldText`; undefined when there is none. An object is the record's own: do not change it. */
export function fieldValue(record: LogRecord, path: string): Json | undefined {
  switch (path) {
    case 'level': return record.level
    case 'source': return record.source
    case 'host': return record.host
    case 'message': return messageOf(record.body, record.readFields) || undefined
  }
  const { object } = record
  return (object === null ? null : lookUp(object, path)) ?? lookUp(record.readFields as JsonObject, path)
}
