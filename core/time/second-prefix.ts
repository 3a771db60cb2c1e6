// The canonical text of a second as far as its dot: `2026-11-01T00:00:00.`.

/** The second that was asked for last: log lines come in runs of the same second. */
let lastSecond = Number.NaN
let lastPrefix = ''

/** `second` since 1970, in years 0 to 9999. */
export function secondPrefix(second: number): string {
  if (second !== lastSecond) {
    lastPrefix = new Date(second * 1000).toISOString().slice(0, 20)
    lastSecond = second
  }
  return lastPrefix
}
