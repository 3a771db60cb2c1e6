// Gives a record the time that was read from it, marked as guessed as far as the zone or the year was.
import type { LogRecord } from './record.ts'
import type { ParsedTime } from './time.ts'

/** `zoneGiven`: the config says what zone times without one are in, so nothing about them is a guess. */
export function noteTime(record: LogRecord, time: ParsedTime, zoneGiven: boolean): void {
  if ((time.zoneGuessed && !zoneGiven) || time.yearGuessed === true) {
    record.time = time.ms
    record.timeText = time.text
  } else record.timeFound(time.ms, time.text)
}
