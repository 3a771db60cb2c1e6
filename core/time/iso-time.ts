// ISO 8601, RFC 3339 and their variants. The hot path: 40 ns a timestamp where Date.parse takes 120.
import type { FoundTime } from '../time.ts'
import { digit, two } from './digits.ts'
import { zonedTime } from './found-time.ts'
import { fractionAt, type Fraction } from './fraction-at.ts'
import { midnight } from './midnight.ts'

const MINUTE = 60_000
const HOUR = 3_600_000

const part: Fraction = { millis: 0, fine: '', end: 0 }

/** The time that begins at `at`, or null. `needTime`: a date alone is none. */
export function findIsoTime(text: string, at: number, zone: string, needTime: boolean): FoundTime | null {
  const year = two(text, at) * 100 + two(text, at + 2)
  const separator = text.charCodeAt(at + 4)
  const extended = separator === 45 || separator === 47
  if (extended && text.charCodeAt(at + 7) !== separator) return null
  const day = midnight(year, two(text, extended ? at + 5 : at + 4), two(text, extended ? at + 8 : at + 6))
  if (Number.isNaN(day)) return null
  let i = extended ? at + 10 : at + 8
  const gap = text.charCodeAt(i)
  if (gap !== 84 && !((gap === 32 || gap === 116 || gap === 95) && digit(text, i + 1) >= 0)) {
    return needTime || !extended ? null : zonedTime(text, i, day, '', zone)
  }
  const hour = two(text, i + 1)
  const colon = text.charCodeAt(i + 3) === 58
  const minute = two(text, colon ? i + 4 : i + 3)
  if (!(hour <= 23 && minute <= 59) || (extended && !colon)) return null
  i += colon ? 6 : 5
  let second = 0
  let fraction = ''
  let millis = 0
  if (colon ? text.charCodeAt(i) === 58 : digit(text, i) >= 0) {
    if (colon) i++
    second = two(text, i)
    if (!(second <= 60)) return null
    i += 2
    const point = text.charCodeAt(i)
    if ((point === 46 || point === 44) && digit(text, i + 1) >= 0) {
      fractionAt(text, i + 1, part)
      i = part.end
      millis = part.millis
      fraction = part.fine
    }
    if (second === 60) {
      second = 59
      millis = 999
      fraction = ''
    }
  }
  return zonedTime(text, i, day + hour * HOUR + minute * MINUTE + second * 1000 + millis, fraction, zone)
}
