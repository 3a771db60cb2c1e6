// One JSON object a line: the body becomes the object; time and level are read under the names loggers use.
import {
  claimStream, definePlugin, eachRecord, findLevel, isTextTooDeep, isValueTooDeep, levelIn, MAX_JSON_DEPTH, messageOf, noteTime, readText, timeIn, timeZone, z,
  type Json, type JsonObject, type LogRecord,
} from '../../core/plugin.ts'

/** Enough for what is wrong; the samples on the page show the line itself. */
const MAX_REASON_CHARS = 200
/** As much of the line as a reason may quote. */
const MAX_QUOTE_CHARS = 40
const BYTE_ORDER_MARK = 0xfeff

export default definePlugin({
  kind: 'parser',
  type: 'json',
  summary: 'Reads one JSON object a line, with time and level under the names of the usual loggers.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: 'timezone: Europe/Paris',
  docs: [
    'Knows pino, winston, bunyan, log4j, zap, zerolog, Python (python-json-logger, structlog, loguru), ECS, OpenTelemetry, CloudNativePG, Google Cloud, Docker, Serilog, GELF and journald. '
      + 'Where a record has several times or levels the order is fixed: `time`, `timestamp`, `@timestamp`, `ts`, ... and `level`, `severity`, `log.level`, ...',
    'Numeric levels: 0 to 7 are syslog severities, from 10 on those of pino and bunyan (30 is info). A record without a level gets the one its message states (`ERROR ...`, `[warn]`), else `info`, marked as guessed.',
    `A line that is no JSON object, or nests deeper than ${MAX_JSON_DEPTH} levels, is kept as text with the reason in \`error\`; an empty line is kept without one.`,
  ].join('\n\n'),
  sample: {
    line: '{"time":1793491200013,"level":50,"msg":"card declined"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":{"time":1793491200013,"level":50,"msg":"card declined"}}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    const parse = (record: LogRecord): void => {
      const object = record.object === null ? readObject(record, zone) : shallow(record, record.object)
      if (object !== null) readEnvelope(record, object, zone)
    }
    claimStream({ name, type: 'json', hooks }, 'JSON objects', isJsonObject)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, parse))
  },
})

/** What the source already gave stays. */
function readEnvelope(record: LogRecord, object: JsonObject, zone: string | null): void {
  const { guessed } = record
  const both = guessed.length === 2
  if (both || guessed.includes('time')) {
    const time = timeIn(object, zone ?? 'UTC')
    if (time !== null) noteTime(record, time, zone !== null)
  }
  if (both || guessed.includes('level')) {
    const level = levelIn(object) ?? findLevel(messageOf(object))
    if (level !== null) record.levelFound(level)
  }
}

/** The line as an object, which becomes the body; or null and the reason in `record.error`. */
function readObject(record: LogRecord, zone: string | null): JsonObject | null {
  const { line } = record
  let text = line
  if (line.charCodeAt(0) !== 123) {
    if (line.charCodeAt(0) === BYTE_ORDER_MARK) text = line.slice(1)
    const start = firstVisible(text)
    if (start === text.length) return null
    if (text.charCodeAt(start) !== 123) return refuse(record, describeStart(text, start), zone)
  }
  if (isTextTooDeep(text)) return refuse(record, `nested deeper than ${MAX_JSON_DEPTH} levels`, zone)
  let value: JsonObject
  try {
    // What begins with a brace and parses is an object.
    value = JSON.parse(text) as JsonObject
  } catch (error) {
    return refuse(record, error instanceof Error ? error.message : String(error), zone)
  }
  record.setJson(value)
  // The journal would copy the mark into the middle of its own line, where it is not JSON.
  if (text !== line) record.replaceBody(value)
  return value
}

/** Keeps the line as text, with what it says about itself. */
function refuse(record: LogRecord, reason: string, zone: string | null): null {
  record.error = `not a JSON object: ${reason}`.slice(0, MAX_REASON_CHARS)
  readText(record, record.line, zone)
  return null
}

function describeStart(text: string, start: number): string {
  const first = text.charAt(start)
  if (first === '[') return 'it begins like an array'
  if (first === '"') return 'it begins like a string'
  const end = start + MAX_QUOTE_CHARS
  return `it begins with ${JSON.stringify(text.slice(start, end))}${text.length > end ? '...' : ''}`
}

/** A body that came as an object; what nests too deep for the journal's readers is replaced, with the reason. */
function shallow(record: LogRecord, object: JsonObject): JsonObject {
  if (!isValueTooDeep(object)) return object
  const body: JsonObject = {}
  for (const [key, value] of Object.entries(object)) {
    const kept: Json = isValueTooDeep(value, MAX_JSON_DEPTH - 1) ? `(nested deeper than ${MAX_JSON_DEPTH} levels)` : value
    Object.defineProperty(body, key, { value: kept, enumerable: true, configurable: true, writable: true })
  }
  record.error = `nested deeper than ${MAX_JSON_DEPTH} levels: the values that are were left out`
  record.replaceBody(body)
  return body
}

function isJsonObject(line: string): boolean {
  const text = line.trim()
  if (!text.startsWith('{') || !text.endsWith('}') || isTextTooDeep(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false // a SyntaxError: that is the answer
  }
}

/** Index of the first character that JSON does not count as space. */
function firstVisible(text: string): number {
  let at = 0
  for (let c = text.charCodeAt(0); c === 32 || c === 9 || c === 10 || c === 13; c = text.charCodeAt(at)) at++
  return at
}
