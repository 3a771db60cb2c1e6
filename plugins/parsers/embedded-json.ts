// A JSON object after a prefix of text, `2026-11-01T00:00:00Z INFO app: {"a":1}`: the object becomes the body.
import { claimStream, definePlugin, eachRecord, findLevel, isTextTooDeep, levelIn, messageOf, noteTime, readText, timeIn, timeZone, z, type JsonObject, type LogRecord } from '../../core/plugin.ts'

const OPEN = 123
const CLOSE = 125
const QUOTE = 34
const BACKSLASH = 92
/** Braces of a prefix (`{main}`, `${id}`) are rarely followed by a quote; a line with more false starts than this is no such line. Each costs one look at the rest. */
const MAX_TRIES = 3

export default definePlugin({
  kind: 'parser',
  type: 'embedded_json',
  summary: 'Reads a JSON object that stands in a line after a prefix of text.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: 'timezone: Europe/Paris',
  docs: [
    'The body becomes the object, and its bytes are stored as they came. What stands before it is the field `prefix`, what stands behind it the field `suffix`, both without the spaces around them.',
    'Time and level are those of the prefix, and where it has none those of the object, under the names that parser `json` knows. '
      + `The object is the first that is complete: it begins at a brace with a quote or a closing brace behind it. At most ${MAX_TRIES} such places are tried, so the time is linear. Arrays are not looked for.`,
    'A line without such an object is kept as text with the reason in `error`. A line that is nothing but an object is read like any other, without a `prefix`.',
  ].join('\n\n'),
  sample: {
    line: '2026-11-01T00:00:00.013Z ERROR pay: {"order":1042,"msg":"card declined"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":{"order":1042,"msg":"card declined"},"fields":{"prefix":"2026-11-01T00:00:00.013Z ERROR pay:"}}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    const parse = (record: LogRecord): void => {
      if (record.object !== null) return
      const { line } = record
      const found = findObject(line)
      if (found === null) {
        if (line.trim() !== '') record.error = 'no JSON object in the line'
        readText(record, line, zone)
        return
      }
      const { object, from, to } = found
      const prefix = line.slice(0, from).trim()
      const suffix = line.slice(to).trim()
      if (prefix !== '') record.fields['prefix'] = prefix
      if (suffix !== '') record.fields['suffix'] = suffix
      if (from > 0 || to < line.length) record.narrow(from, to)
      record.setParsedJson(object)
      readText(record, prefix, zone)
      readObjectToo(record, object, zone)
    }
    claimStream({ name, type: 'embedded_json', hooks }, 'JSON objects after a prefix', isEmbedded)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, parse))
  },
})

/** What the prefix did not say for sure. */
function readObjectToo(record: LogRecord, object: JsonObject, zone: string | null): void {
  const { guessed } = record
  if (guessed.includes('time')) {
    const time = timeIn(object, zone ?? 'UTC')
    if (time !== null) noteTime(record, time, zone !== null)
  }
  if (guessed.includes('level')) {
    const level = levelIn(object) ?? findLevel(messageOf(object))
    if (level !== null) record.levelFound(level)
  }
}

function isEmbedded(line: string): boolean {
  const found = findObject(line)
  return found !== null && line.slice(0, found.from).trim() !== '' && line.slice(found.to).trim() === ''
}

interface Found {
  readonly object: JsonObject
  readonly from: number
  readonly to: number
}

function findObject(line: string): Found | null {
  let last = line.length
  while (last > 0 && line.charCodeAt(last - 1) <= 32) last--
  let tries = 0
  for (let from = line.indexOf('{'); from !== -1 && tries < MAX_TRIES; from = line.indexOf('{', from + 1)) {
    let next = from + 1
    while (line.charCodeAt(next) <= 32) next++
    const c = line.charCodeAt(next)
    if (c !== QUOTE && c !== CLOSE) continue
    tries++
    // Nearly always the object ends the line; else its end is looked for.
    const object = line.charCodeAt(last - 1) === CLOSE ? parse(line.slice(from, last)) : null
    if (object !== null) return { object, from, to: last }
    const to = endOfObject(line, from)
    if (to === -1 || to === last) continue
    const inner = parse(line.slice(from, to))
    if (inner !== null) return { object: inner, from, to }
  }
  return null
}

function parse(text: string): JsonObject | null {
  if (isTextTooDeep(text)) return null
  try {
    // What begins with a brace and parses is an object.
    return JSON.parse(text) as JsonObject
  } catch {
    return null // a SyntaxError: that is the answer
  }
}

/** Index behind the brace that closes the one at `from`, or -1. */
function endOfObject(line: string, from: number): number {
  let depth = 0
  for (let at = from; at < line.length; at++) {
    const c = line.charCodeAt(at)
    if (c === QUOTE) {
      at = endOfString(line, at + 1)
      if (at === -1) return -1
    } else if (c === OPEN) depth++
    else if (c === CLOSE && --depth === 0) return at + 1
  }
  return -1
}

/** Index of the quote that closes a string which began before `at`, or -1. */
function endOfString(line: string, at: number): number {
  for (let end = at; end < line.length; end++) {
    const c = line.charCodeAt(end)
    if (c === QUOTE) return end
    if (c === BACKSLASH) end++
  }
  return -1
}
