// Times as the layouts of loggers write them, with a century or a date or not.
import { compileTimeFormat, type TimeReader } from './time-format.ts'
import { findTime, type FoundTime } from './time.ts'

/** What `findTime` does not take for a time, since elsewhere it may be something else. Spark; HDFS; Tomcat; Logback without configuration. */
const FORMATS: ReadonlyArray<readonly [shape: string, read: TimeReader]> = [
  ['00/00/00 00:00:00', compileTimeFormat('%y/%m/%d %H:%M:%S%.f')],
  ['000000 000000', compileTimeFormat('%y%m%d %H%M%S')],
  ['00-aaa-0000 00:00:00', compileTimeFormat('%d-%b-%Y %H:%M:%S%.f')],
  ['00:00:00', compileTimeFormat('%H:%M:%S%.f')],
]

/** No format above is longer, nine fraction digits and a zone included. */
const MAX_CHARS = 48

/** The time at `at`, in brackets or not, or null. `nowMs` is what a missing date is guessed by. */
export function findLoggerTime(line: string, at: number, zone: string, nowMs: number): FoundTime | null {
  const found = findTime(at === 0 ? line : line.slice(at, at + MAX_CHARS), zone)
  if (found !== null) return at === 0 ? found : { ms: found.ms, text: found.text, zoneGuessed: found.zoneGuessed, yearGuessed: found.yearGuessed === true, end: found.end + at }
  const bracket = line.charCodeAt(at) === 91
  const start = bracket ? at + 1 : at
  for (const [shape, read] of FORMATS) {
    let end = shapeEnd(line, start, shape)
    if (end === -1) continue
    const point = line.charCodeAt(end)
    if (point === 44 || point === 46) do end++
    while (isDigit(line.charCodeAt(end)))
    if (isDigit(line.charCodeAt(end))) continue
    const time = read(line.slice(start, end), zone, nowMs)
    if (time === null) continue
    if (bracket && line.charCodeAt(end) === 93) end++
    return { ms: time.ms, text: time.text, zoneGuessed: time.zoneGuessed, yearGuessed: time.yearGuessed === true, end }
  }
  return null
}

/** Index behind `shape` at `at` - `0` is a digit, `a` a letter, anything else itself - or -1. */
function shapeEnd(line: string, at: number, shape: string): number {
  for (let i = 0; i < shape.length; i++) {
    const want = shape.charCodeAt(i)
    const c = line.charCodeAt(at + i)
    if (want === 48 ? !isDigit(c) : want === 97 ? !((c | 32) >= 97 && (c | 32) <= 122) : c !== want) return -1
  }
  return at + shape.length
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}
