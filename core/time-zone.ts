// Time zones for timestamps that name none: a configured IANA name or offset becomes a function from local time to UTC offset.

export interface LocalOffset {
  /** UTC offset in ms. */
  readonly ms: number
  /** The clocks showed that time twice, or never: what `ms` makes of it is a guess. */
  readonly unsure: boolean
}

/**
 * UTC offset of a wall-clock time given as if it were UTC. In the hour that a change of clocks repeats it is the first of the two; a time in the
 * hour it skips is shifted forward by what was skipped. Both are `unsure`.
 */
export type Zone = (localMs: number) => LocalOffset

const MINUTE = 60_000
const DAY = 86_400_000
/** Offsets in use change on quarter hours only, so one answer holds for a quarter. */
const SLOT = 15 * MINUTE
/** Ten days of log time; a lookup through Intl costs 3 us, so old logs read in order ask once per quarter hour. */
const MAX_SLOTS = 1000
/** Zone names come from the config; this many are never reached there, and a caller that makes them up stays bounded. */
const MAX_ZONES = 600

const zones = new Map<string, Zone | null>()

/** The zone of a name (`Europe/Paris`, `UTC`, `+02:00`, `+0200`, `+02`, `Z`), or null when there is no such zone. */
export function zoneOf(name: string): Zone | null {
  let zone = zones.get(name)
  if (zone === undefined) {
    if (zones.size >= MAX_ZONES) zones.clear()
    zone = fixedZone(name) ?? namedZone(name)
    zones.set(name, zone)
  }
  return zone
}

function fixedZone(name: string): Zone | null {
  if (name === 'UTC' || name === 'Z' || name === 'GMT') return fixed(0)
  const match = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(name)
  if (match === null) return null
  const hours = Number(match[2])
  const minutes = Number(match[3] ?? 0)
  if (hours > 23 || minutes > 59) return null
  const offset = (hours * 60 + minutes) * MINUTE * (match[1] === '-' ? -1 : 1)
  return fixed(offset)
}

function fixed(ms: number): Zone {
  const offset = { ms, unsure: false }
  return () => offset
}

function namedZone(name: string): Zone | null {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name, hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
  } catch {
    return null // a RangeError: Intl does not know the name
  }
  const slots = new Map<number, LocalOffset>()
  return (localMs) => {
    const slot = Math.floor(localMs / SLOT)
    let offset = slots.get(slot)
    if (offset === undefined) {
      if (slots.size >= MAX_SLOTS) slots.clear()
      offset = offsetOfLocal(format, slot * SLOT)
      slots.set(slot, offset)
    }
    return offset
  }
}

/** Which of the offsets around a local time are right for it: one, both (a repeated hour) or none (a skipped one). */
function offsetOfLocal(format: Intl.DateTimeFormat, localMs: number): LocalOffset {
  const before = offsetAt(format, localMs - DAY)
  const after = offsetAt(format, localMs + DAY)
  if (before === after) return { ms: before, unsure: false }
  const fitsBefore = offsetAt(format, localMs - before) === before
  const fitsAfter = offsetAt(format, localMs - after) === after
  return { ms: fitsAfter && !fitsBefore ? after : before, unsure: fitsBefore === fitsAfter }
}

function offsetAt(format: Intl.DateTimeFormat, utcMs: number): number {
  const at: Record<string, number> = {}
  let bc = false
  for (const { type, value } of format.formatToParts(utcMs)) {
    if (type === 'era') bc = value.startsWith('B')
    else if (type !== 'literal') at[type] = Number(value)
  }
  const date = new Date(0)
  date.setUTCFullYear(bc ? 1 - (at['year'] ?? 1) : (at['year'] ?? 1970), (at['month'] ?? 1) - 1, at['day'] ?? 1)
  date.setUTCHours(at['hour'] ?? 0, at['minute'] ?? 0, at['second'] ?? 0)
  return date.getTime() - Math.floor(utcMs / 1000) * 1000
}
