// Timestamps as text to epoch milliseconds and back. Each format has a file of its own; all are read by character codes, without Date or regex.
import { digit, isWord } from './time/digits.ts'
import { epochOfNumber, findEpochTime } from './time/epoch-time.ts'
import { findIsoTime } from './time/iso-time.ts'
import { secondPrefix } from './time/second-prefix.ts'

export interface ParsedTime {
  /** Epoch milliseconds, fraction cut. */
  readonly ms: number
  /** Canonical UTC text (`2026-11-01T00:00:00.013456Z`) where the source was finer than a millisecond, up to nine digits; else null. */
  readonly text: string | null
  /** The source named no zone. */
  readonly zoneGuessed: boolean
  /** The source named no year, or something else that a configured zone does not settle: the time stays marked as guessed. */
  readonly yearGuessed?: boolean
}

export interface FoundTime extends ParsedTime {
  /** Index behind the time, and behind the `]` that closes it. */
  readonly end: number
}

/** Years 0000 to 9999, what four digits can say. */
const MIN_MS = -62_167_219_200_000
const MAX_MS = 253_402_300_799_999

/**
 * The time that the whole of `value` is, or null.
 * - `2026-11-01T00:00:00.013Z`; `T`, `t`, `_` or a space; `-` or `/` in the date; `.` or `,` before one to nine digits (more are cut);
 *   `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02`, with a space before or not; no seconds; date alone (its midnight); `20261101T000000Z`.
 * - Without a zone `zone` counts (an IANA name or an offset) and `zoneGuessed` is set; an unknown `zone` counts as UTC.
 * - Epoch seconds, milliseconds, microseconds or nanoseconds by the number of digits (to 11, 14, 17, 20), with or without a fraction.
 *   A double holds no nanoseconds of today: of a JSON number six fraction digits are kept, rounded.
 * - A leap second (`:60`) is the last millisecond of its minute. Hour 24 and anything else out of range is no time.
 */
export function parseTime(value: string | number, zone = 'UTC'): ParsedTime | null {
  if (typeof value === 'number') return epochOfNumber(value)
  const time = findIsoTime(value, 0, zone, false) ?? findEpochTime(value, 0)
  if (time === null) return null
  // Java's ZonedDateTime appends the zone's name: `+01:00[Europe/Paris]`.
  if (time.end !== value.length && !(value.charCodeAt(time.end) === 91 && value.charCodeAt(value.length - 1) === 93)) return null
  return time
}

/**
 * A time at the head of a line, after spaces and in brackets or not, or null. It needs a time of day: a date alone may be about something else,
 * and so may bare digits, which count as epoch only with a fraction (`1698412345.123 ...`) or in brackets (`[1698412345] ...`).
 */
export function findTime(text: string, zone = 'UTC'): FoundTime | null {
  let at = 0
  while (text.charCodeAt(at) === 32) at++
  const bracket = text.charCodeAt(at) === 91
  if (bracket) at++
  if (!(digit(text, at) >= 0)) return null
  const time = findIsoTime(text, at, zone, true) ?? findBareEpoch(text, at, bracket)
  if (time === null || isWord(text.charCodeAt(time.end))) return null
  if (!bracket || text.charCodeAt(time.end) !== 93) return time
  return { ms: time.ms, text: time.text, zoneGuessed: time.zoneGuessed, yearGuessed: time.yearGuessed === true, end: time.end + 1 }
}

function findBareEpoch(text: string, at: number, bracket: boolean): FoundTime | null {
  const time = findEpochTime(text, at)
  if (time === null || (bracket && text.charCodeAt(time.end) === 93)) return time
  return text.charCodeAt(at + 10) === 46 && time.end > at + 11 ? time : null
}

const MILLIS: readonly string[] = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`)

/** A time as it is stored: `text` where there is one, else ISO with milliseconds. Never throws: what four-digit years cannot say is clamped to them, NaN is the epoch. */
export function formatTime(ms: number, text: string | null = null): string {
  if (text !== null) return text
  let time = Math.floor(ms)
  if (!(time >= MIN_MS && time <= MAX_MS)) time = Number.isNaN(time) ? 0 : time < MIN_MS ? MIN_MS : MAX_MS
  const second = Math.floor(time / 1000)
  return secondPrefix(second) + (MILLIS[time - second * 1000] as string)
}
