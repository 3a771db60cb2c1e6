// Times in the layouts of loggers: what `findTime` finds, at any place of the line, and times of day without a date (Logback's default).
import { compileTimeFormat } from './time-format.ts'
import { findTime, type FoundTime } from './time.ts'

/** No time is longer, nine fraction digits and a zone included. */
const MAX_CHARS = 48
const CLOCK = /^\[?(\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(?![\w:])\]?/

const readClock = compileTimeFormat('%H:%M:%S%.f')

/** The time at `at`, in brackets or not, or null. `nowMs` is what a missing date is guessed by. */
export function findLoggerTime(line: string, at: number, zone: string, nowMs: number): FoundTime | null {
  const text = at === 0 ? line : line.slice(at, at + MAX_CHARS)
  const found = findTime(text, zone)
  if (found !== null) return behind(found, at + found.end)
  const clock = CLOCK.exec(text)
  const time = clock === null ? null : readClock(clock[1] as string, zone, nowMs)
  return clock === null || time === null ? null : behind(time, at + clock[0].length)
}

function behind(time: Omit<FoundTime, 'end'>, end: number): FoundTime {
  return { ms: time.ms, text: time.text, zoneGuessed: time.zoneGuessed, yearGuessed: time.yearGuessed === true, end }
}
