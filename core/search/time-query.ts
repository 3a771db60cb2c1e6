// `time:` in a query: dates of any precision, epoch milliseconds and `15m` ago become one span.
import type { End, Operand } from './read-operand.ts'
import { QueryProblem } from './query-cursor.ts'
import type { Moment, TimeQuery } from './query.ts'

/** A date stands for all of it: `2026-11-01` for 24 hours. `to` is exclusive. */
interface Span {
  readonly from: Moment
  readonly to: Moment
  readonly relative: boolean
}

const MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

const AGO = /^(\d{1,9})(ms|s|m|h|d|w)$/
/** Five digits or more, since four are a year, or 0, which none is. Sixteen are beyond what a date can hold. */
const EPOCH_MS = /^(?:0|\d{5,15})$/
const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[-+]\d\d(?::?\d\d)?)?)?)?)?$/i

export function timeQuery(operand: Operand): TimeQuery {
  if (operand.kind === 'regex') throw new QueryProblem('time is not compared by regex. Write time:2026-11-01 or time:[2026-11-01 TO 2026-11-02].', operand.at, operand.end - operand.at)
  if (operand.kind === 'range') return range(operand.min, operand.max)
  if (operand.kind === 'word' && operand.pieces.length > 1) {
    if (operand.pieces.every((piece) => piece === '')) return { kind: 'time', from: null, to: null }
    throw new QueryProblem('a time has no wildcard. Write less of the date (time:2026-11) or a range.', operand.at, operand.end - operand.at)
  }
  const span = spanOf(operand.kind === 'word' ? (operand.pieces[0] ?? '') : operand.text, operand)
  // `time:15m` is the last quarter of an hour, not one instant in it.
  return { kind: 'time', from: span.from, to: span.relative ? null : span.to }
}

/** `>` begins after the whole day, `>=` with it; `<` ends before it, `<=` with it. */
function range(min: End | null, max: End | null): TimeQuery {
  const low = min === null ? null : spanOf(min.text, min)
  const high = max === null ? null : spanOf(max.text, max)
  return {
    kind: 'time',
    from: low === null ? null : min?.inclusive ? low.from : low.to,
    to: high === null ? null : max?.inclusive ? high.to : high.from,
  }
}

function spanOf(text: string, place: { readonly at: number; readonly end: number }): Span {
  const ago = AGO.exec(text)
  if (ago !== null) {
    const ms = Number(ago[1]) * (ago[2] === 'ms' ? 1 : (MS[ago[2] as string] as number))
    return { from: { kind: 'ago', ms }, to: { kind: 'ago', ms: ms - 1 }, relative: true }
  }
  if (EPOCH_MS.test(text)) return absolute(Number(text), Number(text) + 1)
  const span = dateSpan(text)
  if (span === null) throw new QueryProblem(`"${text}" is not a time. Write 2026-11-01, 2026-11-01T10:15:00Z, epoch milliseconds, or 15m, 24h, 7d for that long ago.`, place.at, Math.max(1, place.end - place.at))
  return span
}

function absolute(from: number, to: number): Span {
  return { from: { kind: 'at', ms: from }, to: { kind: 'at', ms: to }, relative: false }
}

/** UTC where no zone is given. Null for what is no date, the 31st of February among it. */
function dateSpan(text: string): Span | null {
  const match = DATE.exec(text)
  if (match === null) return null
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  const y = Number(year)
  const mo = Number(month ?? 1) - 1
  const d = Number(day ?? 1)
  const h = Number(hour ?? 0)
  const mi = Number(minute ?? 0)
  const s = Number(second ?? 0)
  if (mo < 0 || mo > 11 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 59) return null
  const start = Date.UTC(y, mo, d, h, mi, s)
  if (new Date(start).getUTCDate() !== d || y < 100) return null
  const offset = zoneMs(zone)
  if (offset === null) return null
  const from = start - offset
  if (month === undefined) return absolute(from, Date.UTC(y + 1, 0, 1))
  if (day === undefined) return absolute(from, Date.UTC(y, mo + 1, 1))
  if (hour === undefined) return absolute(from, from + 86_400_000)
  if (minute === undefined) return absolute(from, from + 3_600_000)
  if (second === undefined) return absolute(from, from + 60_000)
  if (fraction === undefined) return absolute(from, from + 1000)
  // Records are compared by the millisecond; finer digits of the query are cut off like theirs.
  const digits = fraction.slice(0, 3)
  const ms = Number(digits.padEnd(3, '0'))
  return absolute(from + ms, from + ms + 10 ** (3 - digits.length))
}

function zoneMs(zone: string | undefined): number | null {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || 0)
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000)
}
