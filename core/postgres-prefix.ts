// What `log_line_prefix` of PostgreSQL puts between the time and the severity, in the shapes in use: no pattern has to be given.
import type { Json } from './json.ts'
import { notePostgresClient } from './postgres-client.ts'
import type { Fields } from './record.ts'

/** Names that prefixes give their escapes -> our field. */
const KEYS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    user: 'user usr u username user_name', database: 'db database dbname d datname database_name', app: 'app application application_name appname app_name a',
    client: 'client host remote h r client_addr remote_host', pid: 'pid p process', sqlstate: 'sqlstate state e err error_code sql_error_code sql_state', session_line: 'line l log_line',
    session_id: 'session session_id sess c',
  }).flatMap(([field, names]) => names.split(' ').map((name) => [name, field] as const)),
)
/** Names are words; a longer run of letters is none, and looking for its equals sign ends here. */
const MAX_KEY_CHARS = 20

/** Fills `fields` from the prefix: Debian's `[pid] user@database`, `[pid]: [line-1] user=u,db=d,app=a,client=h`, Amazon RDS's `:host(port):user@database:[pid]:`, Azure's `-session-`. */
export function readPostgresPrefix(prefix: string, fields: Fields): void {
  const { length } = prefix
  const rds = prefix.charCodeAt(0) === 58 ? prefix.lastIndexOf(':[') : -1
  let at = 0
  if (rds !== -1) {
    readRds(prefix.slice(1, rds), fields)
    at = rds + 1
  }
  while (at < length) {
    const first = prefix.charCodeAt(at)
    if (first <= 32 || first === 44 || first === 58 || first === 45 || first === 59) {
      at++
      continue
    }
    if (first === 91) {
      const close = prefix.indexOf(']', at)
      const end = close === -1 ? length : close
      noteBracket(prefix.slice(at + 1, end), fields)
      at = end + 1
      continue
    }
    const equals = keyEnd(prefix, at)
    if (equals !== -1) {
      const end = valueEnd(prefix, equals + 1)
      noteValue(KEYS.get(prefix.slice(at, equals)), prefix.slice(equals + 1, end), fields)
      at = end
      continue
    }
    let end = at
    for (let c = first; c > 32 && c !== 44; c = prefix.charCodeAt(end)) end++
    noteWord(prefix.slice(at, end), fields)
    at = end
  }
}

/** `host(port):user@database`; a host of IPv6 holds colons, a user does not. */
function readRds(text: string, fields: Fields): void {
  const sign = text.lastIndexOf('@')
  const colon = text.lastIndexOf(':', sign)
  if (sign === -1) return
  note('user', text.slice(colon + 1, sign), fields)
  note('database', text.slice(sign + 1), fields)
  if (colon > 0) notePostgresClient(text.slice(0, colon), fields)
}

/** `[pid]`, `[pid-line]`, `[line-1]`, `[local]`, `[session id]`, `[key=value]`. */
function noteBracket(text: string, fields: Fields): void {
  const dash = text.indexOf('-')
  const first = dash === -1 ? text : text.slice(0, dash)
  if (isNumber(first) && (dash === -1 || isNumber(text.slice(dash + 1)))) {
    if (fields['pid'] !== undefined) note('session_line', Number(first), fields)
    else {
      fields['pid'] = Number(first)
      if (dash !== -1) note('session_line', Number(text.slice(dash + 1)), fields)
    }
  } else if (text === 'local') note('client', '[local]', fields)
  else if (text.includes('=')) readPostgresPrefix(text, fields)
  else noteWord(text, fields)
}

function noteWord(word: string, fields: Fields): void {
  const text = word.replace(/[-:;]$/, '')
  const sign = text.indexOf('@')
  if (sign !== -1) {
    note('user', text.slice(0, sign), fields)
    note('database', text.slice(sign + 1), fields)
  } else if (/^[0-9a-f]{6,8}\.[0-9a-f]{1,8}$/.test(text)) {
    note('session_id', text, fields)
    // Behind the dot of a session id stands the process id, in hex.
    note('pid', Number.parseInt(text.slice(text.indexOf('.') + 1), 16), fields)
  } else if (/^(?:\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:.]+)(?:\(\d+\))?$/.test(text)) notePostgresClient(text, fields)
  else if (fields['pid'] === undefined && isNumber(text)) fields['pid'] = Number(text)
  else if (fields['pid'] !== undefined && /^[0-9A-Z]{5}$/.test(text) && /\d/.test(text)) note('sqlstate', text, fields)
}

function noteValue(field: string | undefined, value: string, fields: Fields): void {
  if (field === undefined) return
  const text = value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
  if (field === 'client') notePostgresClient(text, fields)
  else if (field === 'session_line') noteBracket(text, fields)
  else if (field === 'pid') note('pid', isNumber(text) ? Number(text) : '', fields)
  else note(field, text, fields)
}

/** What is empty or `[unknown]` is not there; the first of two counts. */
function note(field: string, value: Json, fields: Fields): void {
  if (value !== '' && value !== '[unknown]' && fields[field] === undefined) fields[field] = value
}

/** Index of the equals sign behind the name at `at`, or -1. */
function keyEnd(text: string, at: number): number {
  let end = at
  for (let c = text.charCodeAt(end); ((c | 32) >= 97 && (c | 32) <= 122) || c === 95; c = text.charCodeAt(end)) if (++end - at > MAX_KEY_CHARS) return -1
  return end > at && text.charCodeAt(end) === 61 ? end : -1
}

/** A value ends at a comma, or at a space before the next part: names of applications hold spaces. */
function valueEnd(text: string, from: number): number {
  let at = from
  for (let c = text.charCodeAt(at); at < text.length && c !== 44; c = text.charCodeAt(++at)) {
    if (c === 32 && (at + 1 === text.length || text.charCodeAt(at + 1) === 91 || keyEnd(text, at + 1) !== -1)) break
  }
  // `user=u,db=d: LOG:`, but `client=::`.
  return text.charCodeAt(at - 1) === 58 && text.charCodeAt(at - 2) !== 58 ? at - 1 : at
}

function isNumber(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!(text.charCodeAt(i) >= 48 && text.charCodeAt(i) <= 57)) return false
  return text !== '' && text.length < 16
}
