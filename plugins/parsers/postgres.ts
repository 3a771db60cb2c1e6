// PostgreSQL's own log: stderr with the usual prefixes, and csvlog.
import {
  claimStream, csvCells, definePlugin, eachRecord, findTime, levelOf, noteTime, notePostgresClient, readPostgresPrefix, readText, timeZone, typedValue, z,
  type Fields, type FoundTime, type Level, type LogRecord,
} from '../../core/plugin.ts'

/** The severities, and the parts of a message that come as lines of their own: those have no level, what they belong to has one. */
const SEVERITIES: ReadonlyMap<string, Level | null> = new Map([
  ...['LOG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'FATAL', 'PANIC', 'DEBUG', 'DEBUG1', 'DEBUG2', 'DEBUG3', 'DEBUG4', 'DEBUG5'].map((name) => [name, levelOf(name)] as const),
  ...['DETAIL', 'HINT', 'QUERY', 'CONTEXT', 'LOCATION', 'STATEMENT', 'BACKTRACE'].map((name) => [name, null] as const),
])
/** The longest of them. */
const MAX_SEVERITY_CHARS = 9
/** A prefix with names of 63 bytes and an application is shorter. */
const MAX_PREFIX_CHARS = 600
/** A message is quoted by what it does and the statement's name, which is an identifier. */
const MAX_OPERATION_CHARS = 200

/** Columns of csvlog in order; '' for those that are read apart or say nothing more. Versions from 13 to 18 have 24 to 26, older ones 23. */
const COLUMNS = [
  '', 'user', 'database', 'pid', '', 'session_id', 'session_line', 'command_tag', '', '', '', 'severity', 'sqlstate', 'message', 'detail', 'hint', 'internal_query', '',
  'context', 'statement', '', 'location', 'app', 'backend_type', 'leader_pid', 'query_id',
] as const
const MIN_COLUMNS = 23
const CLIENT = 4
const SEVERITY = 11
const NUMBERS = new Set(['pid', 'session_line', 'leader_pid', 'query_id'])

// Where the severity that `scan` found is; read at once.
let severityStart = 0
let severityEnd = 0

export default definePlugin({
  kind: 'parser',
  type: 'postgres',
  summary: 'Reads PostgreSQL\'s log: stderr with the usual prefixes, Amazon RDS, csvlog.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone of times whose zone is missing or has an abbreviation with several meanings, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: 'timezone: Europe/Paris',
  docs: [
    'Fields, where the line has them: `pid`, `user`, `database`, `app`, `client`, `client_port`, `session_id`, `session_line`, `severity` as it came (`LOG`, `ERROR`, `STATEMENT`, ...), `sqlstate`, `message`, `duration_ms`, `statement`. The body stays the line.',
    '`log_line_prefix` needs a time first (`%m`, `%t`, `%n`); then process, user, database and the like are told by their shape or name: `%m [%p] %q%u@%d `, `%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h `, '
      + 'RDS\'s `%t:%r:%u@%d:[%p]:`, Azure\'s `%t-%c-`. A bare word without name is passed over. Severities must be in English (`lc_messages`).',
    'csvlog gives also `command_tag`, `detail`, `hint`, `context`, `internal_query`, `location`, `backend_type`, `leader_pid`, `query_id`. For jsonlog take the `json` parser, for logs through syslog the `syslog` parser.',
    '`LOG` is info, `NOTICE` is info, `PANIC` is fatal. `DETAIL`, `HINT`, `CONTEXT`, `QUERY`, `STATEMENT` come as lines of their own behind the message they belong to: they are info, marked as guessed.',
    'Statements span lines: set `multiline: { start: \'^"?\\d{4}-\\d\\d-\\d\\d \\d\\d:\' }` at the source, or each further line is kept by itself, with a reason in `error`.',
  ].join('\n\n'),
  sample: {
    line: '2026-11-01 00:00:00.013 UTC [4711] app@shop LOG:  duration: 12.5 ms  statement: SELECT 1',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"app","host":"web1","tags":["general"],"body":"2026-11-01 00:00:00.013 UTC [4711] app@shop LOG:  duration: 12.5 ms  statement: SELECT 1",'
      + '"fields":{"pid":4711,"user":"app","database":"shop","severity":"LOG","message":"duration: 12.5 ms  statement: SELECT 1","duration_ms":12.5,"statement":"SELECT 1"}}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    claimStream({ name, type: 'postgres', hooks }, 'lines of PostgreSQL', isSuch)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, (record) => parse(record, zone)))
  },
})

function parse(record: LogRecord, zone: string | null): void {
  if (record.object !== null) return
  const { line } = record
  const time = readTime(line, zone ?? 'UTC')
  const cells = isCsv(line, time) ? csvCells(line) : null
  if (time === null || !(cells === null ? scan(line, time.end) : isRow(cells))) {
    if (line.trim() === '') return
    record.error = time === null ? 'no PostgreSQL time at its head' : 'no PostgreSQL severity (LOG:, ERROR:, ...) behind its time'
    readText(record, line, zone)
    return
  }
  if (record.guessed.includes('time')) noteTime(record, time, zone !== null)
  const { fields } = record
  if (cells === null) {
    readPostgresPrefix(line.slice(time.end, severityStart), fields)
    fields['severity'] = line.slice(severityStart, severityEnd)
    fields['message'] = line.slice(severityEnd + 1).trim()
  } else readRow(cells, fields)
  const severity = fields['severity'] as string
  const level = SEVERITIES.get(severity)
  if (level !== null && level !== undefined && record.guessed.includes('level')) record.levelFound(level)
  readMessage(severity, fields)
}

/** The time of stderr or, in quotes or not, csvlog. */
function readTime(line: string, zone: string): FoundTime | null {
  const quoted = line.charCodeAt(0) === 34
  // Names of months begin the lines of syslog, which wraps PostgreSQL's.
  if (!isDigit(line.charCodeAt(quoted ? 1 : 0))) return null
  const time = findTime(quoted ? line.slice(1, 80) : line, zone)
  if (time === null) return null
  const end = quoted ? time.end + 2 : time.end
  return time.zoneGuessed ? zoneBehind(line, time, end, zone) : { ...time, end }
}

/** ` +03`: zones without a name are numbers, which behind a space `findTime` leaves. ` IRST`: names it does not know are passed over. */
function zoneBehind(line: string, time: FoundTime, end: number, zone: string): FoundTime {
  const [, sign = '', name = ''] = /^ (?:([+-]\d{2}(?::?\d{2})?)|([A-Z]{3,5}))(?=[ :,[-])/.exec(line.slice(end, end + 12)) ?? []
  if (name !== '') return { ...time, end: SEVERITIES.has(name) ? end : end + 1 + name.length }
  if (sign === '') return { ...time, end }
  const zoned = findTime(line.slice(0, end) + sign, zone)
  return zoned === null ? { ...time, end } : { ...zoned, end: end + 1 + sign.length }
}

/** Finds the severity behind the prefix: `LOG:` and its kind. */
function scan(line: string, from: number): boolean {
  const limit = from + MAX_PREFIX_CHARS
  for (let colon = line.indexOf(':', from); colon !== -1 && colon < limit; colon = line.indexOf(':', colon + 1)) {
    const next = line.charCodeAt(colon + 1)
    if (next !== 32 && colon + 1 !== line.length) continue
    let start = colon
    while (start > from && colon - start <= MAX_SEVERITY_CHARS && isSeverityChar(line.charCodeAt(start - 1))) start--
    if (!SEVERITIES.has(line.slice(start, colon))) continue
    severityStart = start
    severityEnd = colon
    return true
  }
  return false
}

function isSeverityChar(c: number): boolean {
  return (c >= 65 && c <= 90) || isDigit(c)
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}

function isCsv(line: string, time: FoundTime | null): boolean {
  return time !== null && line.charCodeAt(time.end) === 44
}

function isRow(cells: readonly string[]): boolean {
  return cells.length >= MIN_COLUMNS && SEVERITIES.has(cells[SEVERITY] as string)
}

function readRow(cells: readonly string[], fields: Fields): void {
  for (let i = 0; i < COLUMNS.length; i++) {
    const name = COLUMNS[i] as string
    const cell = cells[i]
    if (name === '' || cell === undefined || cell === '') continue
    const value = NUMBERS.has(name) ? typedValue(cell) : cell
    // The number 0 stands for "none".
    if (value !== 0) fields[name] = value
  }
  // `host:port`, without parentheses, also for IPv6; `[local]` has no port.
  const client = cells[CLIENT] as string
  const colon = client.lastIndexOf(':')
  if (client !== '') notePostgresClient(colon === -1 ? client : `${client.slice(0, colon)}(${client.slice(colon + 1)})`, fields)
}

/** `duration: 1.5 ms  execute name: SELECT ...`, each part of it or none. */
function readMessage(severity: string, fields: Fields): void {
  const message = fields['message']
  if (typeof message !== 'string') return
  if (severity === 'STATEMENT') {
    fields['statement'] = message
    return
  }
  let at = 0
  if (message.startsWith('duration: ')) {
    const end = message.indexOf(' ms', 10)
    const duration = end === -1 || end > 40 ? Number.NaN : Number(message.slice(10, end))
    if (Number.isNaN(duration)) return
    fields['duration_ms'] = duration
    at = end + 3
    while (message.charCodeAt(at) === 32) at++
  }
  if (message.startsWith('statement: ', at)) at += 11
  else if (message.startsWith('execute ', at) || message.startsWith('parse ', at) || message.startsWith('bind ', at)) {
    const colon = message.slice(at, at + MAX_OPERATION_CHARS).indexOf(': ')
    if (colon === -1) return
    at += colon + 2
  } else return
  fields['statement'] = message.slice(at)
}

function isSuch(line: string): boolean {
  const time = readTime(line, 'UTC')
  if (time === null) return false
  if (isCsv(line, time)) {
    const cells = csvCells(line)
    return cells !== null && isRow(cells)
  }
  // Two spaces: other programs write `ERROR: x`.
  return scan(line, time.end) && line.startsWith('  ', severityEnd + 1)
}
