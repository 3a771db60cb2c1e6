// Pairs with separators of any kind (`user: ann; action: login`); logfmt, which has rules of its own, is another parser.
import { definePlugin, eachRecord, readFields, readText, timeZone, typedValue, z, type Fields, type Json, type LogRecord } from '../../core/plugin.ts'

const QUOTE = 34
const BACKSLASH = 92
const NO_PAIR = 'no pair of a key and a value'

export default definePlugin({
  kind: 'parser',
  type: 'key_value',
  summary: 'Reads pairs of keys and values with separators of your choice, such as `user: ann; action: login`.',
  options: z.strictObject({
    value_separator: z.string().min(1).default('=').describe('What stands between a key and its value.'),
    pair_separator: z.string().min(1).default(' ').describe('What stands between pairs. A space stands for any run of spaces and tabs.'),
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }).refine(({ value_separator: value, pair_separator: pair }) => value !== pair, { error: 'expected two different separators' }),
  example: 'value_separator: ":"\npair_separator: ";"',
  docs: [
    'The line stays the body and every pair becomes a field. Spaces around keys, values and separators do not count. Keys and values may be in double quotes, in which a backslash escapes a quote or a backslash and nothing else; '
      + 'quotes with more text behind them are part of the value. Values without quotes become numbers or booleans where nothing is lost by it, as in parser `logfmt`.',
    'A word without a value is `true`. A repeated key has the list of its values. Time and level are looked for as in parser `json`. A line without any pair is kept with the reason in `error`.',
    'For `key=value` separated by spaces use `logfmt`, which knows the escapes of Go and tells broken lines. `auto` never chooses this parser.',
  ].join('\n\n'),
  sample: {
    line: 'time: 2026-11-01T00:00:00.013Z; level: error; user: "ann; b"; attempts: 3',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":[],"body":"time: 2026-11-01T00:00:00.013Z; level: error; user: \\"ann; b\\"; attempts: 3",'
      + '"fields":{"time":"2026-11-01T00:00:00.013Z","level":"error","user":"ann; b","attempts":3}}',
  },
  setup({ value_separator: valueSeparator, pair_separator: pairSeparator, timezone }, { hooks, name }) {
    const zone = timezone ?? null
    const parse = (record: LogRecord): void => {
      if (record.object !== null) return
      const { line } = record
      if (line.trim() === '') return
      // Asked first, so that a line of prose does not become fields.
      if (!line.includes(valueSeparator) || !scan(line, record.fields, valueSeparator, pairSeparator)) {
        record.error = NO_PAIR
        readText(record, line, zone)
      } else readFields(record, zone)
    }
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, parse))
  },
})

/** Puts pairs into `fields`; false where there was none. */
function scan(line: string, fields: Fields, valueSeparator: string, pairSeparator: string): boolean {
  const { length } = line
  const spaced = pairSeparator === ' '
  let nextValue = -1
  let nextPair = -1
  let bare: string[] | null = null
  let pairs = 0

  // Where the next separators are. Both are asked for ever greater indexes and search from where they were: the time is linear.
  const valueFrom = (at: number): number => {
    if (nextValue < at) nextValue = indexOrEnd(line, valueSeparator, at)
    return nextValue
  }
  const pairFrom = (at: number): number => {
    if (spaced) return endOfWord(line, at)
    if (nextPair < at) nextPair = indexOrEnd(line, pairSeparator, at)
    return nextPair
  }

  let at = 0
  for (;;) {
    at = spaced ? afterSpaces(line, at) : afterSeparators(line, at, pairSeparator)
    if (at >= length) break
    const start = at
    const closing = line.charCodeAt(at) === QUOTE ? endOfQuoted(line, at + 1) : -1
    const keyEnd = closing === -1 ? Math.min(valueFrom(at), pairFrom(at)) : closing + 1
    const sign = afterSpaces(line, keyEnd)
    if (keyEnd === start || !line.startsWith(valueSeparator, sign) || (!spaced && pairFrom(keyEnd) < sign)) {
      at = pairFrom(keyEnd)
      bare ??= []
      bare.push(closing === -1 || sign < at ? line.slice(start, at).trim() : unquoted(line, start + 1, closing))
      continue
    }
    const key = closing === -1 ? line.slice(start, keyEnd).trim() : unquoted(line, start + 1, closing)
    at = sign + valueSeparator.length
    pairs++
    const from = afterSpaces(line, at)
    // The value is empty where the pair ends first, or where what follows a space is the next pair.
    if (from > at && (spaced ? line.charCodeAt(from) !== QUOTE && valueFrom(from) < endOfWord(line, from) : pairFrom(at) < from)) {
      add(fields, key, '')
      continue
    }
    const end = line.charCodeAt(from) === QUOTE ? endOfQuoted(line, from + 1) : -1
    at = pairFrom(end === -1 ? from : end + 1)
    const whole = end !== -1 && afterSpaces(line, end + 1) >= at
    add(fields, key, whole ? unquoted(line, from + 1, end) : typedValue(line.slice(from, at).trim()))
  }
  if (pairs === 0) return false
  if (bare !== null) for (const key of bare) if (fields[key] === undefined) fields[key] = true
  return true
}

/** A key that comes again makes a list. */
function add(fields: Fields, key: string, value: Json): void {
  const before = fields[key]
  if (before === undefined) fields[key] = value
  else if (Array.isArray(before)) before.push(value)
  else fields[key] = [before, value]
}

function indexOrEnd(line: string, text: string, at: number): number {
  const index = line.indexOf(text, at)
  return index === -1 ? line.length : index
}

function afterSpaces(line: string, at: number): number {
  let end = at
  while (line.charCodeAt(end) <= 32) end++
  return end
}

function afterSeparators(line: string, at: number, separator: string): number {
  let end = afterSpaces(line, at)
  while (line.startsWith(separator, end)) end = afterSpaces(line, end + separator.length)
  return end
}

function endOfWord(line: string, at: number): number {
  let end = at
  while (line.charCodeAt(end) > 32) end++
  return end
}

/** Index of the closing quote, or -1. */
function endOfQuoted(line: string, from: number): number {
  for (let at = from; at < line.length; at++) {
    const c = line.charCodeAt(at)
    if (c === QUOTE) return at
    if (c === BACKSLASH) at++
  }
  return -1
}

function unquoted(line: string, from: number, to: number): string {
  const text = line.slice(from, to)
  return text.includes('\\') ? text.replaceAll(/\\(["\\])/g, '$1') : text
}
