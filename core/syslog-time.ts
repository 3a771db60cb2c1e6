// Times that begin with an English month or day name: RFC 3164, ctime, Cisco, java.util.logging.
import type { FoundTime } from './time.ts'
import { clockAt, type Clock } from './time/clock-at.ts'
import { digit, four, isWord } from './time/digits.ts'
import { zonedTime } from './time/found-time.ts'
import { guessYear } from './time/guess-year.ts'
import { midnight } from './time/midnight.ts'
import { monthAt, weekdayAt } from './time/month-name.ts'
import { zoneAt, type ZoneEnd } from './time/zone-at.ts'

const clock: Clock = { ms: 0, fraction: '', end: 0 }
const zoneEnd: ZoneEnd = { end: 0 }

/**
 * The time that begins at `at`, or null. Names in any case.
 * - `Oct 11 22:14:15`, `Oct  1 22:14:15.003`, `Oct 11 22:14:15 -0600`; without a year it is the latest in which the day is not yet to come, and
 *   `yearGuessed` is set.
 * - With the year before the clock or behind it: `Oct 11 2026 22:14:15`, `2026 Oct 11 22:14:15`, `[Www ]Oct 11 22:14:15 2026` (ctime), with the
 *   zone before that year or after; `Oct 11, 2026 3:14:15 PM`.
 * - Cisco's `*` or `.` before it is read over. `*` says that the clock was never set: the time stays a guess.
 * A `:` that ends the time (`Oct 11 22:14:15: %SYS-5`) belongs to it.
 */
export function findSyslogTime(text: string, at: number, zone: string, nowMs = Date.now()): FoundTime | null {
  const mark = text.charCodeAt(at)
  const unset = mark === 42
  let i = unset || mark === 46 ? at + 1 : at
  let year = yearAt(text, i)
  if (year !== 0) i += 5
  else if (weekdayAt(text, i) !== 0 && text.charCodeAt(i + 3) === 32) i += 4
  const month = monthAt(text, i)
  if (month === 0 || text.charCodeAt(i + 3) !== 32) return null
  i = skipSpaces(text, i + 4)
  let day = digit(text, i++)
  if (day < 0) return null
  if (digit(text, i) >= 0) day = day * 10 + digit(text, i++)
  if (text.charCodeAt(i) === 44) i++
  if (text.charCodeAt(i) !== 32) return null
  i = skipSpaces(text, i)
  if (year === 0) {
    year = yearAt(text, i)
    if (year !== 0) i = skipSpaces(text, i + 5)
  }
  if (!clockAt(text, i, clock)) return null
  i = clock.end
  if (year === 0) {
    // ctime's year is behind the clock, or behind the zone (as `date` prints it).
    zoneAt(text, i, zoneEnd)
    const yearBegin = yearAt(text, i + 1) !== 0 ? i : zoneEnd.end
    year = text.charCodeAt(yearBegin) === 32 ? yearAt(text, yearBegin + 1) : 0
    if (year !== 0) return finish(text, midnight(year, month, day), yearBegin === i ? i + 5 : i, zone, unset, yearBegin + 5)
  }
  if (year !== 0) return finish(text, midnight(year, month, day), i, zone, unset, 0)
  return finish(text, midnight(guessYear(month, day, nowMs), month, day), i, zone, true, 0)
}

/** `zoneBegin`: where a zone may stand; the time ends behind it, but not before `least`. */
function finish(text: string, day: number, zoneBegin: number, zone: string, guessed: boolean, least: number): FoundTime | null {
  const time = zonedTime(text, zoneBegin, day + clock.ms, clock.fraction, zone, guessed)
  if (time === null) return null
  let end = Math.max(time.end, least)
  const next = text.charCodeAt(end)
  if (isWord(next)) return null
  if (next === 58 && !(text.charCodeAt(end + 1) > 32)) end++
  return end === time.end ? time : { ms: time.ms, text: time.text, zoneGuessed: time.zoneGuessed, yearGuessed: time.yearGuessed === true, end }
}

/** The year at `at`, 1900 to 2099, with a space, a `:` or the end behind it; else 0. */
function yearAt(text: string, at: number): number {
  const year = four(text, at)
  if (!(year >= 1900 && year <= 2099)) return 0
  const next = text.charCodeAt(at + 4)
  return next === 32 || next === 58 || next === 93 || Number.isNaN(next) ? year : 0
}

function skipSpaces(text: string, at: number): number {
  let i = at
  while (text.charCodeAt(i) === 32) i++
  return i
}
