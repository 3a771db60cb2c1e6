// When a target wants to be asked again.

/** `now` is the target's own clock where it tells: only the distance counts, and clocks differ. */
export function retryAfterMs(value: string | undefined, date: string | undefined, now: number): number | null {
  if (value === undefined) return null
  const text = value.trim()
  if (/^\d{1,10}(\.\d{1,6})?$/.test(text)) return positive(Number(text) * 1000)
  const until = dateOf(text)
  if (until === null) return null
  return positive(until - (dateOf(date ?? '') ?? now))
}

/** At once, or in the past: no wish at all, for nobody is served by being asked in a tight loop. */
function positive(ms: number): number | null {
  return ms > 0 ? ms : null
}

/** All three forms of RFC 9110 begin with the name of a day; anything else `Date.parse` takes is none. */
function dateOf(text: string): number | null {
  const time = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? null : time
}
