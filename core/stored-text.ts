// One named part of a stored record as text, for outputs that write columns or templates.
import type { JsonObject } from './json.ts'
import type { StoredLine } from './journal/stored-line.ts'
import { lookUpText } from './look-up-text.ts'
import { messageOf } from './message.ts'
import { rawBody } from './raw-body.ts'

/**
 * `time`, `level`, `source`, `host`, `guessed` and `error` are the record's, `tags` are joined by commas, `message` is its message under
 * whichever name (an object without one: as it came), `body` and `fields` are whole; anything else is looked up in the body, then in the
 * extracted fields. Empty when there is none.
 */
export function storedText(line: StoredLine, name: string): string {
  const { value } = line
  switch (name) {
    case 'time': return value.time
    case 'level': return value.level
    case 'source': return value.source
    case 'host': return value.host
    case 'tags': return value.tags.join(',')
    case 'message': return messageOf(value.body, value.fields) || rawBody(line)
    case 'body': return rawBody(line)
    case 'fields': return value.fields === undefined ? '' : JSON.stringify(value.fields)
    case 'guessed': return (value.guessed ?? []).join(',')
    case 'error': return value.error ?? ''
  }
  const { body, fields } = value
  return (typeof body === 'string' ? null : lookUpText(body, name)) ?? (fields === undefined ? null : lookUpText(fields as JsonObject, name)) ?? ''
}
