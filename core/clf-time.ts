// The time of the common log format, as Apache and nginx write it: `17/May/2015:10:05:03 +0000`.
import type { FoundTime } from './time.ts'
import { clockAt, type Clock } from './time/clock-at.ts'
import { four, two } from './time/digits.ts'
import { zonedTime } from './time/found-time.ts'
import { midnight } from './time/midnight.ts'
import { monthAt } from './time/month-name.ts'

const clock: Clock = { ms: 0, fraction: '', end: 0 }

/** The time that begins at `at`, without the brackets around it, or null. A fraction and a missing zone are let pass; then `zone` counts. */
export function findClfTime(text: string, at: number, zone = 'UTC'): FoundTime | null {
  if (text.charCodeAt(at + 2) !== 47 || text.charCodeAt(at + 6) !== 47 || text.charCodeAt(at + 11) !== 58) return null
  const day = midnight(four(text, at + 7), monthAt(text, at + 3), two(text, at))
  if (Number.isNaN(day) || !clockAt(text, at + 12, clock)) return null
  return zonedTime(text, clock.end, day + clock.ms, clock.fraction, zone)
}
