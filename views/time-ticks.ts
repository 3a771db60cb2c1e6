// Where a time axis has its marks: at round times, few enough to be read.
import { isoTime } from './format.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [1, 10, 100, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY]

export interface Tick {
  /** Of the span, 0 to 1. */
  readonly part: number
  readonly label: string
}

/** At most `most` of them. */
export function timeTicks(from: number, to: number, most: number): Tick[] {
  let step = STEPS.find((one) => (to - from) / one <= most) ?? 28 * DAY
  while ((to - from) / step > most) step *= 2
  const ticks: Tick[] = []
  for (let at = Math.ceil(from / step) * step; at < to; at += step) ticks.push({ part: (at - from) / (to - from), label: label(at, step) })
  return ticks
}

function label(at: number, step: number): string {
  const iso = isoTime(at) ?? ''
  if (step >= DAY || at % DAY === 0) return iso.slice(5, 10)
  if (step >= MINUTE) return iso.slice(11, 16)
  return step >= SECOND ? iso.slice(11, 19) : iso.slice(17, 23)
}
