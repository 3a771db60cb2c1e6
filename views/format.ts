// Numbers, sizes, durations and times as people read them. The exact value belongs into a title beside it.

const STEPS = ['', 'k', 'M', 'G', 'T', 'P'] as const
const BYTE_STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** 950, 12.4k, 3.1M. */
export function count(value: number): string {
  const [scaled, step] = scale(value, 1000, STEPS.length)
  if (step === 0) return String(Math.round(scaled))
  return `${digits(scaled)}${STEPS[step] ?? ''}`
}

/** 0/s, 0.2/s, 12/s, 12.4k/s. */
export function rate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.05) return '<0.1/s'
  if (perSecond < 9.95) return `${trim(perSecond)}/s`
  return `${count(perSecond)}/s`
}

/** 512 B, 64 MiB, 1.5 GiB. */
export function bytes(value: number): string {
  const [scaled, step] = scale(value, 1024, BYTE_STEPS.length)
  return `${step === 0 ? Math.round(scaled) : digits(scaled)} ${BYTE_STEPS[step] ?? ''}`
}

/** 12 µs, 3.4 ms, 5 s, 4 min, 2 h, 3 d. */
export function duration(ms: number): string {
  if (ms <= 0) return '0 s'
  if (ms < 0.9995) return `${Math.max(1, Math.round(ms * 1000))} µs`
  if (ms < 999.5) return `${digits(ms)} ms`
  if (ms < 10 * SECOND) return `${trim(ms / SECOND)} s`
  if (ms < 100 * SECOND) return `${Math.round(ms / SECOND)} s`
  if (ms < 100 * MINUTE) return `${Math.round(ms / MINUTE)} min`
  if (ms < 48 * HOUR) return `${Math.round(ms / HOUR)} h`
  return `${Math.round(ms / DAY)} d`
}

/** 12,431,007: for titles. */
export function exact(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 })
}

/** 12 s: how long ago, in whole seconds. */
export function age(time: number, now: number): string {
  return duration(Math.max(0, Math.floor((now - time) / SECOND)) * SECOND)
}

/** 12 s ago; a clock that was set back gives "just now". */
export function ago(time: number, now: number): string {
  const ms = now - time
  return ms < SECOND ? 'just now' : `${age(time, now)} ago`
}

/** 2026-11-01 12:00:03Z; what is no time is said to be unknown. */
export function clock(time: number): string {
  const iso = isoTime(time)
  return iso === null ? 'unknown' : `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`
}

export function isoTime(time: number): string | null {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** 1 record, 2 records. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}

/** How far `value` can be divided by `base`, so that rounding never shows 1000k. */
function scale(value: number, base: number, steps: number): [number, number] {
  if (!Number.isFinite(value) || value <= 0) return [0, 0]
  let scaled = value
  let step = 0
  while (scaled >= base - 0.5 && step < steps - 1) {
    scaled /= base
    step++
  }
  return [scaled, step]
}

/** Three figures at most: 1.2, 12.4, 124. */
function digits(value: number): string {
  return value < 99.95 ? trim(value) : String(Math.round(value))
}

function trim(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '')
}
