// Lines of Kubernetes' klog and Google's glog: `I0505 17:59:40.692994   28133 klog.go:70] message`, structured messages included.
import {
  claimStream, definePlugin, eachRecord, findKlogTime, goUnquote, levelOfLetter, noteTime, readText, timeZone, typedValue, z, type Fields, type Json, type Level, type LogRecord,
} from '../../core/plugin.ts'

/** ` hh:mm:ss`. */
const CLOCK_CHARS = 9
/** Thread ids are at most 64 bits; beyond this many digits they would not be exact. */
const MAX_ID_DIGITS = 15
/** Keys of structured messages are names; what is longer is prose with an equals sign in it. */
const MAX_KEY_CHARS = 100
/** More fields are of no use to anyone; the body has all. */
const MAX_PAIRS = 200
/** No file name is longer, on any system. */
const MAX_FILE_CHARS = 255

// What `scan` found beside the level; read at once, so that nothing is allocated for a line that is none.
let timeStart = 0
let pid = 0
let fileStart = 0
let fileEnd = 0
let lineNumber = 0
let messageStart = 0

export default definePlugin({
  kind: 'parser',
  type: 'klog',
  summary: 'Reads lines of klog (Kubernetes) and glog, structured messages included.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone the times are in, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: 'timezone: UTC',
  docs: [
    'A line is `I0505 17:59:40.692994   28133 klog.go:70] message`; glog may write the year, `I20240505 ...`. Fields: `pid` (the thread), `file`, `line`, `message`. The body stays the line.',
    'Pairs behind a quoted message (`"Pod updated" pod="kube-system/dns" ready=true`) become fields too, numbers and booleans with their type; `message` is then what is in the quotes. '
      + 'A pair named like one of the four fields above is not taken, and of a key that comes twice the first counts.',
    'klog names no year: it is the latest in which the day is not yet to come. Such a time stays marked as guessed, as does one without `timezone`.',
    'A line of another shape is kept with the reason in `error`. Messages over several lines need `multiline: { start: \'^[IWEF]\\d{4}\' }` at the source.',
  ].join('\n\n'),
  sample: {
    line: 'E20261101 00:00:00.013456   28133 pay.go:70] "Card declined" order=17',
    record: '{"time":"2026-11-01T00:00:00.013456Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":"E20261101 00:00:00.013456   28133 pay.go:70] \\"Card declined\\" order=17",'
      + '"fields":{"pid":28133,"file":"pay.go","line":70,"message":"Card declined","order":17},"guessed":["time"]}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    claimStream({ name, type: 'klog', hooks }, 'klog lines', (line) => scan(line) !== null && findKlogTime(line, timeStart, 'UTC') !== null)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, (record) => parse(record, zone)))
  },
})

function parse(record: LogRecord, zone: string | null): void {
  if (record.object !== null) return
  const { line } = record
  const level = scan(line)
  const time = level === null ? null : findKlogTime(line, timeStart, zone ?? 'UTC', record.time)
  if (level === null || time === null) {
    if (line.trim() === '') return
    record.error = 'not a klog line: expected I0102 15:04:05.000000 THREAD FILE:LINE] message'
    readText(record, line, zone)
    return
  }
  if (record.guessed.includes('time')) noteTime(record, time, zone !== null)
  if (record.guessed.includes('level')) record.levelFound(level)
  const { fields } = record
  fields['pid'] = pid
  fields['file'] = line.slice(fileStart, fileEnd)
  fields['line'] = lineNumber
  const message = line.slice(messageStart).trimEnd()
  fields['message'] = message
  if (message.charCodeAt(0) === 34) readPairs(message, fields)
}

/** The line's level, or null where its head is not klog's. Whether the time is one is not looked at. */
function scan(line: string): Level | null {
  let at = 0
  while (line.charCodeAt(at) <= 32) at++
  const level = letterLevel(line, at)
  if (level === null) return null
  timeStart = at + 1
  // The date, with a year or without, then the clock; `findKlogTime` looks at them closely.
  at = digitsEnd(line, timeStart)
  if ((at - timeStart !== 8 && at - timeStart !== 4) || line.charCodeAt(at) !== 32 || line.charCodeAt(at + 3) !== 58) return null
  at += CLOCK_CHARS
  if (line.charCodeAt(at) === 46) at = digitsEnd(line, at + 1)
  if (line.charCodeAt(at) !== 32) return null
  while (line.charCodeAt(at) === 32) at++
  const idStart = at
  at = digitsEnd(line, at)
  if (at === idStart || at - idStart > MAX_ID_DIGITS || line.charCodeAt(at) !== 32) return null
  pid = Number(line.slice(idStart, at))
  fileStart = at + 1
  // The line number is what stands before the first `]`, behind the last colon: file names may hold colons.
  const close = line.indexOf(']', fileStart)
  if (close === -1 || close - fileStart > MAX_FILE_CHARS) return null
  fileEnd = line.lastIndexOf(':', close)
  if (fileEnd <= fileStart || digitsEnd(line, fileEnd + 1) !== close || close === fileEnd + 1) return null
  lineNumber = Number(line.slice(fileEnd + 1, close))
  messageStart = line.charCodeAt(close + 1) === 32 ? close + 2 : close + 1
  return level
}

function letterLevel(line: string, at: number): Level | null {
  const letter = line.charCodeAt(at)
  return letter === 73 || letter === 87 || letter === 69 || letter === 70 ? levelOfLetter(line.charAt(at)) : null
}

function digitsEnd(line: string, from: number): number {
  let at = from
  while (line.charCodeAt(at) >= 48 && line.charCodeAt(at) <= 57) at++
  return at
}

/** `"message" key="value" n=1`: the pairs become fields, the message is what is in the quotes. Other text is left as it is. */
function readPairs(text: string, fields: Fields): void {
  const messageEnd = quoteEnd(text, 0)
  if (messageEnd === -1) return
  let at = messageEnd + 1
  for (let count = 0; at < text.length && count < MAX_PAIRS; count++) {
    const equals = text.indexOf('=', at)
    // Anything but pairs behind the quotes: a sentence that begins with a quoted word.
    if (text.charCodeAt(at) !== 32 || equals <= at + 1 || equals - at > MAX_KEY_CHARS) {
      if (count === 0) return
      break
    }
    const key = text.slice(at + 1, equals).trimStart()
    at = valueEnd(text, equals + 1)
    if (fields[key] === undefined) fields[key] = valueOf(text, equals + 1, at)
  }
  fields['message'] = goUnquote(text, 1, messageEnd)
}

/** Index of the quote that closes the one at `open`, or -1. */
function quoteEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c === 34) return at
    if (c === 92) at++
  }
  return -1
}

/** Where the value at `from` ends: quoted, a block of lines (`<` to ` >`), in brackets, or a word. What is never closed reaches to the end. */
function valueEnd(text: string, from: number): number {
  const first = text.charCodeAt(from)
  if (first === 34) {
    const end = quoteEnd(text, from)
    return end === -1 ? text.length : end + 1
  }
  if (first === 60 && text.charCodeAt(from + 1) === 10) {
    const end = text.indexOf('\n >', from)
    return end === -1 ? text.length : end + 3
  }
  let depth = 0
  let at = from
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c === 32 && depth === 0) break
    if (c === 123 || c === 91) depth++
    else if ((c === 125 || c === 93) && depth > 0) depth--
    else if (c === 34 && depth > 0) {
      const end = quoteEnd(text, at)
      if (end === -1) return text.length
      at = end
    }
  }
  return at
}

function valueOf(text: string, from: number, to: number): Json {
  const first = text.charCodeAt(from)
  if (first === 34 && to > from + 1 && text.charCodeAt(to - 1) === 34) return goUnquote(text, from + 1, to - 1)
  const word = text.slice(from, to)
  if (first === 60 && word.startsWith('<\n') && word.endsWith('\n >')) return word.slice(1, -3).replaceAll('\n\t', '\n').slice(1)
  return word === '<nil>' || word === 'null' ? null : typedValue(word)
}
