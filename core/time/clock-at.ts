// The time of day as most formats write it, `hh:mm:ss` with a fraction or not.
import { digit, two } from './digits.ts'
import { fractionAt, type Fraction } from './fraction-at.ts'

/** What `clockAt` found: one object for all, read at once by the caller. */
export interface Clock {
  /** Milliseconds since midnight, fraction cut. */
  ms: number
  /** The fraction's digits where they are finer than milliseconds, else ''. */
  fraction: string
  end: number
}

const part: Fraction = { millis: 0, fine: '', end: 0 }

/**
 * Reads `hh:mm:ss`, the hour with one digit or two, `.` or `,` before up to nine fraction digits; the minute has the clock's leap second (`:60`)
 * as its last millisecond. `AM` or `PM` behind it makes it a twelve-hour clock. False when there is no such time.
 */
export function clockAt(text: string, at: number, out: Clock): boolean {
  const short = text.charCodeAt(at + 1) === 58
  let hour = short ? digit(text, at) : two(text, at)
  const i = short ? at + 1 : at + 2
  const minute = two(text, i + 1)
  let second = two(text, i + 4)
  if (!(hour >= 0 && hour <= 23 && minute <= 59 && second <= 60) || text.charCodeAt(i) !== 58 || text.charCodeAt(i + 3) !== 58) return false
  let end = i + 6
  let millis = 0
  let fraction = ''
  const point = text.charCodeAt(end)
  if ((point === 46 || point === 44) && digit(text, end + 1) >= 0) {
    fractionAt(text, end + 1, part)
    end = part.end
    millis = part.millis
    fraction = part.fine
  } else if (digit(text, end) >= 0) return false
  if (second === 60) {
    second = 59
    millis = 999
    fraction = ''
  }
  const half = halfAt(text, end)
  if (half !== 0) {
    if (hour < 1 || hour > 12) return false
    hour = (hour % 12) + (half === 112 ? 12 : 0)
    end += 3
  }
  out.ms = ((hour * 60 + minute) * 60 + second) * 1000 + millis
  out.fraction = fraction
  out.end = end
  return true
}

/** 97 or 112, the small letter, where ` AM` or ` PM` stands at `at`; else 0. */
function halfAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== 32 || (text.charCodeAt(at + 2) | 32) !== 109) return 0
  const letter = text.charCodeAt(at + 1) | 32
  const next = text.charCodeAt(at + 3) | 32
  return (letter === 97 || letter === 112) && !(next >= 97 && next <= 122) ? letter : 0
}
