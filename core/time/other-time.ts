// Every time that is neither ISO nor an epoch number, told apart by its first characters.
import { findClfTime } from '../clf-time.ts'
import { findSyslogTime } from '../syslog-time.ts'
import type { FoundTime } from '../time.ts'
import { findDayFirstTime } from './day-first-time.ts'
import { digit, isWord } from './digits.ts'
import { findIsoTime } from './iso-time.ts'
import { findKlogTime } from './klog-time.ts'
import { monthAt, weekdayAt } from './month-name.ts'
import { findShortDateTime } from './short-date-time.ts'

/** The time that begins at `at`, or null. */
export function findOtherTime(text: string, at: number, zone: string): FoundTime | null {
  return digit(text, at) >= 0 ? afterDigits(text, at, zone) : afterLetters(text, at, zone)
}

function afterDigits(text: string, at: number, zone: string): FoundTime | null {
  const third = text.charCodeAt(at + 2)
  if (third === 47) return text.charCodeAt(at + 6) === 47 ? findClfTime(text, at, zone) : findShortDateTime(text, at, zone)
  const second = text.charCodeAt(at + 1)
  if (third === 32 || third === 45 || second === 32 || second === 45) return findDayFirstTime(text, at, zone)
  if (text.charCodeAt(at + 4) === 32) return monthAt(text, at + 5) === 0 ? null : findSyslogTime(text, at, zone)
  return text.charCodeAt(at + 6) === 32 ? findShortDateTime(text, at, zone) : null
}

function afterLetters(text: string, at: number, zone: string): FoundTime | null {
  const first = text.charCodeAt(at)
  if (first === 42 || first === 46) return monthAt(text, at + 1) === 0 ? null : findSyslogTime(text, at, zone)
  if (monthAt(text, at) !== 0) return findSyslogTime(text, at, zone)
  if (weekdayAt(text, at) !== 0) {
    const comma = weekdayEnd(text, at)
    return text.charCodeAt(comma) === 44 ? findDayFirstTime(text, comma + 2, zone) : findSyslogTime(text, at, zone)
  }
  if (!(first >= 65 && first <= 90)) return null
  // Ruby's logger: `E, [2017-08-17T18:15:08.067497 #48598]`.
  if (text.charCodeAt(at + 1) === 44) return text.charCodeAt(at + 3) === 91 ? findIsoTime(text, at + 4, zone, true) : null
  return digit(text, at + 1) >= 0 ? findKlogTime(text, at + 1, zone) : null
}

/** `Sun` and `Sunday` end alike, with the comma. */
function weekdayEnd(text: string, at: number): number {
  let i = at + 3
  while (i < at + 10 && isWord(text.charCodeAt(i))) i++
  return i
}
