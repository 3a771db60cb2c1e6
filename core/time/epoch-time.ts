// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their number of digits.
import type { FoundTime } from '../time.ts'
import { digit, digitsEnd } from './digits.ts'
import { foundTime } from './found-time.ts'
import { fractionAt, type Fraction } from './fraction-at.ts'

/** 3 March 1973. Smaller "epoch" numbers in logs are uptimes, counters and zeros for "unknown". */
const MIN_SECONDS = 1e8

const part: Fraction = { millis: 0, fine: '', end: 0 }

/** Arithmetic on the double: 6 times faster than reading its digits as text. */
export function epochOfNumber(value: number): FoundTime | null {
  if (!(value >= MIN_SECONDS && value < 1e20)) return null
  const perSecond = value < 1e11 ? 1 : value < 1e14 ? 1e3 : value < 1e17 ? 1e6 : 1e9
  if (perSecond <= 1e3 && Number.isInteger(value)) return foundTime(value * (1e3 / perSecond), '', 0, false, false)
  let second = Math.floor(value / perSecond)
  if (second < MIN_SECONDS) return null
  let micros = Math.round((value - second * perSecond) * (1e6 / perSecond))
  if (micros === 1e6) {
    second++
    micros = 0
  }
  const millis = Math.floor(micros / 1000)
  return foundTime(second * 1000 + millis, micros === millis * 1000 ? '' : String(micros).padStart(6, '0'), 0, false, false)
}

/** Digits with an optional fraction, from `at`. */
export function findEpochTime(text: string, at: number): FoundTime | null {
  let i = at
  while (digit(text, i) >= 0 && i - at <= 20) i++
  const length = i - at
  if (length < 9 || length > 20 || text.charCodeAt(at) === 48) return null
  const fractional = length <= 11 ? 0 : length <= 14 ? 3 : length <= 17 ? 6 : 9
  const seconds = Number(text.slice(at, i - fractional))
  if (!(seconds >= MIN_SECONDS)) return null
  let fraction = text.slice(i - fractional, i)
  if (text.charCodeAt(i) === 46 && digit(text, i + 1) >= 0) {
    const start = i + 1
    i = digitsEnd(text, start)
    fraction += text.slice(start, Math.min(i, start + 9))
  }
  if (fraction === '') return foundTime(seconds * 1000, '', i, false, false)
  fractionAt(fraction, 0, part)
  return foundTime(seconds * 1000 + part.millis, part.fine, i, false, false)
}
