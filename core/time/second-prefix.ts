// The canonical text of a second as far as its dot: `2026-11-01T00:00:00.`.

const DAY_SECONDS = 86_400

/** What was asked for last: log lines come in runs of the same second, and of the same day. */
let lastSecond = Number.NaN
let lastPrefix = ''
let lastDay = Number.NaN
let lastDate = ''

const TWO: readonly string[] = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))

/** `second` since 1970, in years 0 to 9999. Put together from the day's text: 60 ns where `toISOString` takes 600. */
export function secondPrefix(second: number): string {
  if (second === lastSecond) return lastPrefix
  const day = Math.floor(second / DAY_SECONDS)
  if (day !== lastDay) {
    lastDate = new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 11)
    lastDay = day
  }
  const clock = second - day * DAY_SECONDS
  const minutes = Math.floor(clock / 60)
  const hour = Math.floor(minutes / 60)
  lastPrefix = `${lastDate}${TWO[hour] as string}:${TWO[minutes - hour * 60] as string}:${TWO[clock - minutes * 60] as string}.`
  lastSecond = second
  return lastPrefix
}
