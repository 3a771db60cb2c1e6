// key=value pairs as go-logfmt writes them: the pairs become fields; time and level are read under the names loggers use.
import { claimStream, definePlugin, eachRecord, readFields, readText, timeZone, typedValue, z, type Fields, type LogRecord } from '../../core/plugin.ts'

const QUOTE = 34
const EQUALS = 61
const BACKSLASH = 92
/** Keys remembered; longer lines are read all the same. */
const MAX_KNOWN = 64
/** A line of bare words is a sentence from three words on. */
const MAX_LONE_KEYS = 2
const KEY = /^[A-Za-z_@][\w.@:/-]*$/
const REPLACEMENT = '\u{fffd}'

export default definePlugin({
  kind: 'parser',
  type: 'logfmt',
  summary: 'Reads key=value pairs, with time and level under the names of the usual loggers.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: 'timezone: Europe/Paris',
  docs: [
    'The line stays the body and every pair becomes a field under its key. Values in double quotes have the escapes of JSON and stay text. Values without quotes end at a space and may contain `=`; '
      + 'they become numbers or booleans where nothing is lost by it: `200`, `-0.5` and `true` do, while `007`, `1.10`, `1e5` and integers beyond 2^53 stay text.',
    'A key without a value (`debug`, `debug=`) has the empty text. Of a repeated key the first counts, as in Loki, so that nothing appended to a line overrules its time and level. '
      + 'Time and level are looked for as in parser `json` (`time`, `timestamp`, `ts`, ... and `level`, `severity`, `lvl`, ...), then the level in the message.',
    'A line without any pair gets the reason in `error`, unless it is one or two bare keys. A line that is only partly logfmt (a quote that does not close, an unknown escape, a value without a key) keeps the pairs that could be read beside its `error`.',
  ].join('\n\n'),
  sample: {
    line: 'ts=2026-11-01T00:00:00.013Z level=error msg="card declined" status=402 order=0042',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":"ts=2026-11-01T00:00:00.013Z level=error msg=\\"card declined\\" status=402 order=0042",'
      + '"fields":{"ts":"2026-11-01T00:00:00.013Z","level":"error","msg":"card declined","status":402,"order":"0042"}}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    const scan = createScanner()
    const parse = (record: LogRecord): void => {
      if (record.object !== null) return
      const { line } = record
      record.error = line.includes('=') ? scan(line, record.fields) : readLoneKeys(line, record)
      readFields(record, zone)
      if (record.error !== null) readText(record, line, zone)
    }
    claimStream({ name, type: 'logfmt', hooks }, 'logfmt pairs', isLogfmt)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, parse))
  },
})

const NO_PAIR = 'not logfmt: no key=value pair'

/** Puts the pairs of a line into `fields`; says what is wrong with it, or null. */
function createScanner(): (line: string, fields: Fields) => string | null {
  // The keys of the line before, by place. Lines of one program repeat theirs: a key found here is compared in place and already interned,
  // which saves a slice and a hash a pair: 92 MB/s instead of 74.
  const known: string[] = []
  return (line, fields) => {
    const { length } = line
    let error: string | null = null
    let bare: string[] | null = null
    let pairs = 0
    let place = 0
    let at = 0
    // Where the next backslash is; no quoted value before it needs a second look.
    let escape = -2
    for (;;) {
      while (at < length && line.charCodeAt(at) <= 32) at++
      if (at >= length) break
      const before = known[place]
      let key: string
      if (before !== undefined && line.charCodeAt(at + before.length) === EQUALS && line.startsWith(before, at)) {
        key = before
        at += before.length
      } else {
        const from = at
        at = endOfKey(line, at)
        key = line.slice(from, at)
        if (line.charCodeAt(at) === QUOTE) {
          error ??= 'not logfmt: a quote in a key'
          at = endOfToken(line, at)
          continue
        }
        if (key.includes(REPLACEMENT)) error ??= 'not logfmt: a key is not valid UTF-8'
        else if (line.charCodeAt(at) === EQUALS && key !== '' && place < MAX_KNOWN) known[place] = key
      }
      if (line.charCodeAt(at) !== EQUALS) {
        bare ??= []
        bare.push(key)
        continue
      }
      place++
      at++
      let value: string | number | boolean
      if (line.charCodeAt(at) === QUOTE) {
        const from = at + 1
        let end = line.indexOf('"', from)
        if (escape !== -1 && escape < from) escape = line.indexOf('\\', from)
        if (escape === -1 || end < escape) value = line.slice(from, end)
        else {
          end = endOfQuoted(line, from)
          const text = end === -1 ? null : unescape(line.slice(from, end))
          if (text === null && end !== -1) error ??= 'not logfmt: an unknown escape in a quoted value'
          value = text ?? line.slice(from, end)
        }
        if (end === -1) {
          error ??= 'not logfmt: a quoted value is not closed'
          break
        }
        at = end + 1
      } else {
        const from = at
        let quoted = false
        for (let c = line.charCodeAt(at); c > 32; c = line.charCodeAt(++at)) if (c === QUOTE) quoted = true
        if (quoted) error ??= 'not logfmt: a quote inside a value without quotes'
        value = typedValue(line.slice(from, at))
      }
      if (key === '') error ??= 'not logfmt: a value without a key'
      else {
        pairs++
        if (fields[key] === undefined) fields[key] = value
      }
    }
    if (pairs === 0) return error ?? NO_PAIR
    if (bare !== null) for (const key of bare) fields[key] ??= ''
    return error
  }
}

/** A line without `=`: a bare key or two are fields, more words are no logfmt. Returns what is wrong with it, or null. */
function readLoneKeys(line: string, record: LogRecord): string | null {
  const text = line.trim()
  if (text === '') return null
  const keys = text.split(/\s+/, MAX_LONE_KEYS + 1)
  if (keys.length > MAX_LONE_KEYS || !keys.every((key) => KEY.test(key))) return NO_PAIR
  for (const key of keys) record.fields[key] ??= ''
  return null
}

/** Index of the space, `=` or quote that ends a key. */
function endOfKey(line: string, at: number): number {
  let end = at
  for (let c = line.charCodeAt(end); c > 32 && c !== EQUALS && c !== QUOTE; c = line.charCodeAt(++end));
  return end
}

function endOfToken(line: string, at: number): number {
  let end = at
  while (line.charCodeAt(end) > 32) end++
  return end
}

/** Index of the quote that closes a value which began before `at`, or -1. */
function endOfQuoted(line: string, at: number): number {
  for (let end = at; end < line.length; end++) {
    const c = line.charCodeAt(end)
    if (c === QUOTE) return end
    if (c === BACKSLASH) end++
  }
  return -1
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** JSON's escapes; control characters may stand for themselves. Null where there is another escape. */
function unescape(text: string): string | null {
  let result = ''
  let copied = 0
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', copied)) {
    const kind = text.charAt(at + 1)
    result += text.slice(copied, at)
    if (kind === 'u') {
      const hex = text.slice(at + 2, at + 6)
      if (!/^[\da-f]{4}$/i.test(hex)) return null
      result += String.fromCharCode(Number.parseInt(hex, 16))
      copied = at + 6
    } else {
      const plain = ESCAPES[kind]
      if (plain === undefined) return null
      result += plain
      copied = at + 2
    }
  }
  return result + text.slice(copied)
}

/** Begins with a pair, holds two, and no more words beside them than pairs. */
function isLogfmt(line: string): boolean {
  const sign = line.indexOf('=')
  if (sign <= 0 || !KEY.test(line.slice(0, sign))) return false
  const fields = Object.create(null) as Fields
  if (createScanner()(line, fields) !== null) return false
  const values = Object.values(fields)
  return values.length >= 2 && values.filter((value) => value === '').length * 2 <= values.length
}
