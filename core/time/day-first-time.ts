// Times that begin with the day of the month: RFC 2822 and HTTP dates, PHP's error log, Redis.
import type { FoundTime } from '../time.ts'
import { zoneOf } from '../time-zone.ts'
import { clockAt, type Clock } from './clock-at.ts'
import { digit, four, isWord, two } from './digits.ts'
import { localTime, zonedTime } from './found-time.ts'
import { midnight } from './midnight.ts'
import { monthAt } from './month-name.ts'

const clock: Clock = { ms: 0, fraction: '', end: 0 }

/** `15 Nov 1994 08:12:31 GMT`, `15-Nov-1994 08:12:31.123`, `06-Nov-94 08:49:37 GMT`, `15-Nov-2026 08:12:31 Europe/Paris`, from `at`; or null. */
export function findDayFirstTime(text: string, at: number, zone: string): FoundTime | null {
  const short = !(digit(text, at + 1) >= 0)
  const day = short ? digit(text, at) : two(text, at)
  let i = short ? at + 1 : at + 2
  const gap = text.charCodeAt(i)
  if ((gap !== 32 && gap !== 45) || text.charCodeAt(i + 4) !== gap) return null
  const month = monthAt(text, i + 1)
  if (month === 0) return null
  i += 5
  let year = four(text, i)
  if (Number.isNaN(year)) {
    const ofCentury = two(text, i)
    year = ofCentury < 69 ? 2000 + ofCentury : 1900 + ofCentury
    i += 2
  } else i += 4
  const midnightMs = midnight(year, month, day)
  if (Number.isNaN(midnightMs) || text.charCodeAt(i) !== 32 || !clockAt(text, i + 1, clock)) return null
  const localMs = midnightMs + clock.ms
  const named = ianaZoneEnd(text, clock.end)
  if (named === 0) return zonedTime(text, clock.end, localMs, clock.fraction, zone)
  const time = localTime(localMs, clock.fraction, text.slice(clock.end + 1, named), named)
  return time === null ? null : { ms: time.ms, text: time.text, zoneGuessed: false, yearGuessed: time.yearGuessed === true, end: named }
}

/** The end of the zone's name that stands at `at` after a space (PHP: `Europe/Paris`), or 0. */
function ianaZoneEnd(text: string, at: number): number {
  let i = at + 1
  let slash = false
  for (let c = text.charCodeAt(i); isWord(c) || c === 47; c = text.charCodeAt(++i)) if (c === 47) slash = true
  return slash && text.charCodeAt(at) === 32 && i - at < 40 && zoneOf(text.slice(at + 1, i)) !== null ? i : 0
}
