// How every format ends: local time, fraction and zone become a time.
import type { FoundTime } from '../time.ts'
import { zoneOf } from '../time-zone.ts'
import { isWord } from './digits.ts'
import { secondPrefix } from './second-prefix.ts'
import { zoneAt, type ZoneEnd } from './zone-at.ts'

/** Years 0000 to 9999, what four digits can say. */
const MIN_MS = -62_167_219_200_000
const MAX_MS = 253_402_300_799_999

const out: ZoneEnd = { end: 0 }

/** Reads the zone at `at`, which counts before the configured one. `fraction`: the digits where they are finer than milliseconds, else ''. */
export function zonedTime(text: string, at: number, localMs: number, fraction: string, zone: string, yearGuessed = false): FoundTime | null {
  // The usual end of a machine's times, before anything is looked up.
  if (text.charCodeAt(at) === 90 && !isWord(text.charCodeAt(at + 1))) return foundTime(localMs, fraction, at + 1, false, yearGuessed)
  const offset = zoneAt(text, at, out)
  return Number.isNaN(offset) ? localTime(localMs, fraction, zone, out.end, yearGuessed) : foundTime(localMs - offset, fraction, out.end, false, yearGuessed)
}

/** A time whose text names no zone: `zone` counts, or UTC where there is no such zone. */
export function localTime(localMs: number, fraction: string, zone: string, end: number, yearGuessed = false): FoundTime | null {
  // NaN is a day that there is not; Intl would throw.
  if (Number.isNaN(localMs)) return null
  if (zone === 'UTC') return foundTime(localMs, fraction, end, true, yearGuessed)
  const offset = zoneOf(zone)?.(localMs)
  if (offset === undefined) return foundTime(localMs, fraction, end, true, yearGuessed)
  return foundTime(localMs - offset.ms, fraction, end, true, yearGuessed || offset.unsure)
}

/** A time in UTC, or null where four-digit years cannot say it. */
export function foundTime(ms: number, fraction: string, end: number, zoneGuessed: boolean, yearGuessed: boolean): FoundTime | null {
  if (!(ms >= MIN_MS && ms <= MAX_MS)) return null
  const text = fraction.length > 3 && !onlyZeros(fraction, 3) ? `${secondPrefix(Math.floor(ms / 1000))}${fraction}Z` : null
  return { ms, text, zoneGuessed, yearGuessed, end }
}

function onlyZeros(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) if (text.charCodeAt(i) !== 48) return false
  return true
}
