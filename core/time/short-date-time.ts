// Times with a year of two digits: log4j's short date, HDFS, old MySQL.
import type { FoundTime } from '../time.ts'
import { clockAt, type Clock } from './clock-at.ts'
import { digit, two } from './digits.ts'
import { localTime, zonedTime } from './found-time.ts'
import { midnight } from './midnight.ts'

const clock: Clock = { ms: 0, fraction: '', end: 0 }

/** `17/06/09 20:10:40` (year, month, day), `081109 203615`, `081109 20:36:15`, from `at`; or null. Years are those of POSIX: 69 is 1969. */
export function findShortDateTime(text: string, at: number, zone: string): FoundTime | null {
  const slash = text.charCodeAt(at + 2) === 47
  if (slash && text.charCodeAt(at + 5) !== 47) return null
  const year = two(text, at)
  const day = midnight(year < 69 ? 2000 + year : 1900 + year, two(text, slash ? at + 3 : at + 2), two(text, slash ? at + 6 : at + 4))
  let i = slash ? at + 8 : at + 6
  if (Number.isNaN(day) || text.charCodeAt(i) !== 32) return null
  i += !slash && text.charCodeAt(i + 1) === 32 ? 2 : 1
  if (clockAt(text, i, clock)) return zonedTime(text, clock.end, day + clock.ms, clock.fraction, zone)
  const hour = two(text, i)
  const minute = two(text, i + 2)
  const second = two(text, i + 4)
  if (slash || !(hour <= 23 && minute <= 59 && second <= 59) || digit(text, i + 6) >= 0) return null
  return localTime(day + ((hour * 60 + minute) * 60 + second) * 1000, '', zone, i + 6)
}
