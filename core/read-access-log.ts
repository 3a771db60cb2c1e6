// Fields, time and level of a web server's access log line.
import { emptyAccessLine, scanAccessLine } from './access-line.ts'
import { noteTime } from './note-time.ts'
import { readText } from './read-text.ts'
import { unescapeAccess } from './unescape-access.ts'
import type { Fields, LogRecord } from './record.ts'

const found = emptyAccessLine()

/**
 * What `-` or nothing stands for is left out. The request line stays as it came in `message`, and is split where it is one. A level is not in the
 * line: the status gives it, marked as guessed. `zone` is the configured one or null.
 */
export function readAccessLog(record: LogRecord, zone: string | null): void {
  if (record.object !== null) return
  const { line } = record
  const wrong = scanAccessLine(line, zone ?? 'UTC', found)
  if (wrong !== null) {
    if (line.trim() === '') return
    record.error = `not an access log line: ${wrong}`
    readText(record, line, zone)
    return
  }
  const { fields, guessed } = record
  const { status, size, rest } = found
  if (found.time !== null && guessed.includes('time')) noteTime(record, found.time, zone !== null)
  if (status >= 400 && guessed.includes('level')) record.level = status >= 500 ? 'error' : 'warn'
  if (found.vhostEnd > 0) fields['vhost'] = line.slice(0, found.vhostEnd)
  put(fields, 'client', line, found.client, found.clientEnd)
  put(fields, 'identity', line, found.identity, found.identityEnd)
  put(fields, 'user', line, found.user, found.userEnd)
  if (found.request !== -1) readRequest(fields, line.slice(found.request, found.requestEnd))
  if (status !== -1) fields['status'] = status
  if (size !== -1) fields['size'] = size
  if (found.agent !== -1) {
    put(fields, 'referrer', line, found.referrer, found.referrerEnd)
    put(fields, 'agent', line, found.agent, found.agentEnd)
  }
  if (rest < line.length) readRest(fields, line.slice(rest).trim(), found.agent !== -1)
}

function put(fields: Fields, name: string, line: string, from: number, to: number): void {
  if (to <= from || (to === from + 1 && line.charCodeAt(from) === 45)) return
  fields[name] = unescapeAccess(line.slice(from, to))
}

/** `GET /path?query HTTP/1.1`; what is no such line (TLS on a plain port, binary rubbish) is only the message. */
function readRequest(fields: Fields, request: string): void {
  if (request === '' || request === '-') return
  fields['message'] = request
  const space = request.indexOf(' ')
  if (space <= 0 || !isMethod(request, space)) return
  const last = request.lastIndexOf(' ')
  const protocol = last > space && request.startsWith('HTTP/', last + 1)
  const target = unescapeAccess(request.slice(space + 1, protocol ? last : request.length))
  // HTTP/0.9 had no protocol; then only a path tells a request from a sentence.
  if (target === '' || (!protocol && target.charCodeAt(0) !== 47)) return
  fields['method'] = request.slice(0, space)
  const question = target.indexOf('?')
  if (question !== 0) fields['path'] = question === -1 ? target : target.slice(0, question)
  if (question !== -1 && question < target.length - 1) fields['query'] = target.slice(question + 1)
  if (protocol) fields['protocol'] = request.slice(last + 1)
}

function isMethod(request: string, end: number): boolean {
  for (let i = 0; i < end; i++) {
    const c = request.charCodeAt(i)
    if (!((c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 45 || c === 95)) return false
  }
  return true
}

/** nginx's `main` format ends with one quoted value, the `X-Forwarded-For` header; anything else is kept as it is. */
function readRest(fields: Fields, rest: string, afterAgent: boolean): void {
  if (rest === '') return
  if (!afterAgent || rest.length < 2 || rest.charCodeAt(0) !== 34 || rest.indexOf('"', 1) !== rest.length - 1) fields['extra'] = rest
  else put(fields, 'forwarded_for', rest, 1, rest.length - 1)
}
