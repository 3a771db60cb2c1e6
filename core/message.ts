// The human part of a record: what it says, under whichever name its logger keeps it.
import type { Json, JsonObject } from './json.ts'
import type { LogRecord } from './record.ts'

/** Tried in this order; the first non-empty string wins. Pino, bunyan and zap say `msg`, GELF `short_message`, Serilog `@m`, journald `MESSAGE`, structlog `event`. */
const NAMES = ['message', 'msg', '@message', 'log', 'event', 'text', 'textPayload', 'body', 'log.message', 'short_message', 'MESSAGE', '@m', '@mt', 'error.message'] as const

/** Objects that wrap the real record: CloudNativePG's and loguru's `record`, Google Cloud's `jsonPayload`, an error. */
const WRAPPERS = ['jsonPayload', 'record', 'error', 'err', 'log'] as const

/** The message of a record: what a parser found in a line of text, or the text itself, or what an object has under the usual names; empty when there is none. */
export function messageOf(body: string | JsonObject, fields?: Readonly<JsonObject>): string {
  if (typeof body === 'string') {
    const message = fields?.['message']
    return typeof message === 'string' && message !== '' ? message : body
  }
  // CloudNativePG wraps what PostgreSQL said: {"msg":"record","record":{"message":"..."}}.
  const inner = body['msg'] === 'record' ? messageIn(body['record']) : ''
  if (inner !== '') return inner
  const first = body['message'] ?? body['msg']
  if (typeof first === 'string' && first !== '') return first
  for (let i = 0; i < NAMES.length; i++) {
    const value = body[NAMES[i] as string]
    if (typeof value === 'string' && value !== '') return value
  }
  for (let i = 0; i < WRAPPERS.length; i++) {
    const message = messageIn(body[WRAPPERS[i] as string])
    if (message !== '') return message
  }
  return ''
}

function messageIn(value: Json | undefined): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ''
  const message = value['message'] ?? value['msg']
  return typeof message === 'string' ? message : ''
}

/**
 * Gives `visit` the texts taggers look at: of a JSON body the message and who speaks, or the whole line where there is no message; else the line.
 * One by one, for joining them costs more than looking at them.
 */
export function eachTagText(record: LogRecord, visit: (text: string) => void): void {
  const { object } = record
  const message = object === null ? '' : messageOf(object)
  if (object === null || message === '') {
    visit(record.line)
    return
  }
  visit(message)
  // Reads of fixed names are cached by V8 at their place; names out of a list are not.
  visitOrigin(object['service'], visit)
  visitOrigin(object['logger'], visit)
  visitOrigin(object['component'], visit)
  if (object['event'] !== message) visitOrigin(object['event'], visit)
}

function visitOrigin(value: Json | undefined, visit: (text: string) => void): void {
  if (value === undefined) return
  if (typeof value === 'string') visit(value)
  // ECS: {"service":{"name":"..."}}.
  else if (typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value['name'] === 'string') visit(value['name'])
}
