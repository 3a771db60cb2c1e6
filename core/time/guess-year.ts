// The year of a date that names none.
import { midnight } from './midnight.ts'

const DAY = 86_400_000

/** The year that was current at the last call, and its bounds: a call a line asks for it. */
let yearStart = 1
let yearEnd = 0
let year = 0

/**
 * The latest year in which the day is not yet to come, so a December line read in January is last year's. Up to a day ahead is let pass, for
 * clocks and zones that differ. 29 February is a leap year's. NaN where no year has the day.
 */
export function guessYear(month: number, day: number, nowMs: number): number {
  const limit = nowMs + DAY
  if (!(limit >= yearStart && limit < yearEnd)) {
    year = new Date(limit).getUTCFullYear()
    yearStart = Date.UTC(year, 0, 1)
    yearEnd = Date.UTC(year + 1, 0, 1)
  }
  if (midnight(year, month, day) <= limit) return year
  // 1896 to 1904 is the longest way between two leap years.
  for (let earlier = year - 1; earlier >= year - 8; earlier--) if (!Number.isNaN(midnight(earlier, month, day))) return earlier
  return Number.NaN
}
