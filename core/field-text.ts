// One named part of a record as text.
import type { Json, JsonObject } from './json.ts'
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
    case 'message': return messageOf(record.body) || null
  }
  const { object } = record
  return (object === null ? null : lookUp(object, path)) ?? lookUp(record.readFields as JsonObject, path)
}

function lookUp(object: JsonObject, path: string): string | null {
  if (Object.hasOwn(object, path)) return asText(object[path])
  const dot = path.indexOf('.')
  if (dot === -1) return null
  let value: Json | undefined = object
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null
    value = (value as JsonObject)[key]
  }
  return asText(value)
}

function asText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
