// The time behind the level letter of klog and glog: `I0102 15:04:05.123456`, `I20260102 15:04:05.123456`.
import type { FoundTime } from '../time.ts'
import { clockAt, type Clock } from './clock-at.ts'
import { digit, four, two } from './digits.ts'
import { localTime } from './found-time.ts'
import { guessYear } from './guess-year.ts'
import { midnight } from './midnight.ts'

const clock: Clock = { ms: 0, fraction: '', end: 0 }

/** The time that begins at `at`, behind the letter; or null. klog names no year: it is guessed. */
export function findKlogTime(text: string, at: number, zone: string, nowMs = Date.now()): FoundTime | null {
  const long = digit(text, at + 4) >= 0
  const date = long ? at + 4 : at
  const month = two(text, date)
  const day = two(text, date + 2)
  if (!(month <= 12 && day <= 31) || text.charCodeAt(date + 4) !== 32 || !clockAt(text, date + 5, clock)) return null
  const midnightMs = midnight(long ? four(text, at) : guessYear(month, day, nowMs), month, day)
  return Number.isNaN(midnightMs) ? null : localTime(midnightMs + clock.ms, clock.fraction, zone, clock.end, !long)
}
