// Timestamps as text to epoch milliseconds and back. Each format has a file of its own; all are read by character codes, without Date or regex.
import { findClfTime } from './clf-time.ts'
import { digit, digitsEnd, isWord } from './time/digits.ts'
import { epochOfNumber, findEpochTime } from './time/epoch-time.ts'
import { findIsoTime } from './time/iso-time.ts'
import { findOtherTime } from './time/other-time.ts'
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
 *   `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02`, `CEST`, with a space before or not; no seconds; date alone (its midnight); `20261101T000000Z`.
 * - Epoch seconds, milliseconds, microseconds or nanoseconds by the number of digits (to 11, 14, 17, 20), with or without a fraction.
 *   A double holds no nanoseconds of today: of a JSON number six fraction digits are kept, rounded.
 * - What `findTime` reads at the head of a line: syslog, ctime, access logs, HTTP and RFC 2822 dates and so on.
 * - Without a zone `zone` counts (an IANA name or an offset) and `zoneGuessed` is set; an unknown `zone` counts as UTC.
 * - A leap second (`:60`) is the last millisecond of its minute. Hour 24 and anything else out of range is no time.
 */
export function parseTime(value: string | number, zone = 'UTC'): ParsedTime | null {
  if (typeof value === 'number') return epochOfNumber(value)
  const time = findIsoTime(value, 0, zone, false) ?? findEpochTime(value, 0) ?? findOtherTime(value, 0, zone)
  if (time === null) return null
  // Java's ZonedDateTime appends the zone's name: `+01:00[Europe/Paris]`.
  if (time.end !== value.length && !(value.charCodeAt(time.end) === 91 && value.charCodeAt(value.length - 1) === 93)) return null
  return time
}

/** How far the brackets of an access log's time are looked for: behind an address and a user. */
const CLF_CHARS = 200

/**
 * A time at the head of a line, after spaces and syslog's priority, in brackets or not, or null. It needs a time of day: a date alone may be
 * about something else, and so may bare digits, which count as epoch only with a fraction (`1698412345.123 ...`) or in brackets
 * (`[1698412345] ...`). The time of an access log (`[17/May/2015:10:05:03 +0000]`) may stand further behind.
 */
export function findTime(text: string, zone = 'UTC'): FoundTime | null {
  let at = 0
  while (text.charCodeAt(at) === 32) at++
  if (text.charCodeAt(at) === 60) at = priorityEnd(text, at)
  const bracket = text.charCodeAt(at) === 91
  if (bracket) at++
  const numeric = digit(text, at) >= 0
  const time = numeric ? (findIsoTime(text, at, zone, true) ?? findBareEpoch(text, at, bracket) ?? findOtherTime(text, at, zone)) : findOtherTime(text, at, zone)
  if (time === null) return findClfInside(text, at, zone)
  const next = text.charCodeAt(time.end)
  if (isWord(next)) return null
  return bracket && next === 93 ? { ms: time.ms, text: time.text, zoneGuessed: time.zoneGuessed, yearGuessed: time.yearGuessed === true, end: time.end + 1 } : time
}

/** Behind `<34>` or `<34>1 `, else `at`. */
function priorityEnd(text: string, at: number): number {
  const end = digitsEnd(text, at + 1)
  if (end === at + 1 || end > at + 4 || text.charCodeAt(end) !== 62) return at
  const behind = text.startsWith('1 ', end + 1) ? end + 3 : end + 1
  return text.charCodeAt(behind) === 32 ? behind + 1 : behind
}

function findBareEpoch(text: string, at: number, bracket: boolean): FoundTime | null {
  const time = findEpochTime(text, at)
  if (time === null || (bracket && text.charCodeAt(time.end) === 93)) return time
  return text.charCodeAt(at + 10) === 46 && time.end > at + 11 ? time : null
}

function findClfInside(text: string, from: number, zone: string): FoundTime | null {
  for (let at = text.indexOf('[', from); at !== -1 && at < CLF_CHARS; at = text.indexOf('[', at + 1)) {
    if (text.charCodeAt(at + 3) !== 47) continue
    const time = findClfTime(text, at + 1, zone)
    if (time !== null && text.charCodeAt(time.end) === 93) return { ms: time.ms, text: time.text, zoneGuessed: time.zoneGuessed, yearGuessed: time.yearGuessed === true, end: time.end + 1 }
  }
  return null
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
