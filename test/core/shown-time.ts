// A time in tables of cases.
import { formatTime, type ParsedTime } from '../../core/time.ts'

/** The time as stored, with ` ?` where the zone was guessed and ` ??` where the year was, or the clocks showed it twice or never. */
export function shownTime(time: ParsedTime | null): string | null {
  if (time === null) return null
  return formatTime(time.ms, time.text) + (time.zoneGuessed ? ' ?' : '') + (time.yearGuessed === true ? ' ??' : '')
}
