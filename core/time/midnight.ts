// Calendar arithmetic: a date's midnight as epoch milliseconds.

const DAY = 86_400_000

/** The day that was asked for last and its midnight: log lines come in runs of the same day. */
let lastKey = -1
let lastMs = 0

/** Midnight UTC of a day in the proleptic Gregorian calendar, years 0 to 9999; NaN where there is no such day. */
export function midnight(year: number, month: number, day: number): number {
  const key = (year * 100 + month) * 100 + day
  if (key === lastKey) return lastMs
  // Written so that NaN fails.
  if (!(year >= 0 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN
  lastMs = daysFromCivil(year, month, day) * DAY
  lastKey = key
  return lastMs
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Days since 1970-01-01 (Howard Hinnant's days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}
