// Sizes and durations as people write them in YAML, as zod types for Sawlog's own settings and for plugins.
// Give a default with `.prefault('64MiB')`, so that the reference shows it as it would be written.
import { z } from 'zod'

const SIZES: Readonly<Record<string, number>> = {
  b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3, tib: 1024 ** 4,
}
const DURATIONS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 }

/** One amount and one unit: `1.5GB`, `250 ms`. Bounded digits, so that the match stays linear and the number exact. */
const AMOUNT = /^(\d{1,15}(?:\.\d{1,6})?) ?([A-Za-z]{0,3})$/

interface Limits {
  readonly min?: number
  readonly max?: number
}

/** A size: `64MiB`, `5GB` or a plain number of bytes. Gives bytes. */
export function bytes(limits: Limits = {}) {
  return z
    .union([z.number(), z.string()])
    .transform((value, context) => {
      const amount = typeof value === 'number' ? value : parseAmount(value, SIZES, 1)
      const wrong = amount === null || !Number.isSafeInteger(Math.round(amount)) || amount < 0
        ? `expected ${SIZE_HINT}, got ${JSON.stringify(value)}`
        : outside(Math.round(amount), limits, formatBytes)
      if (wrong === null && amount !== null) return Math.round(amount)
      context.addIssue({ code: 'custom', message: wrong ?? `expected ${SIZE_HINT}` })
      return z.NEVER
    })
    .meta({ title: 'size' })
}

/** A duration with its unit: `100ms`, `30s`, `5m`, `1h`, `7d`. Gives milliseconds. A bare number is refused: nobody can tell its unit. */
export function duration(limits: Limits = {}) {
  return z
    .string()
    .transform((value, context) => {
      const amount = parseAmount(value, DURATIONS, value === '0' ? 1 : null)
      const wrong = amount === null || !Number.isSafeInteger(Math.round(amount))
        ? `expected ${DURATION_HINT}, got ${JSON.stringify(value)}`
        : outside(amount, limits, formatDuration)
      if (wrong === null && amount !== null) return amount
      context.addIssue({ code: 'custom', message: wrong ?? `expected ${DURATION_HINT}` })
      return z.NEVER
    })
    .meta({ title: 'duration' })
}

export const SIZE_HINT = 'a size such as 64MiB or 5GB'
export const DURATION_HINT = 'a duration such as 100ms, 30s, 5m, 1h or 7d'

/** The largest unit that gives a whole number: 67108864 -> `64MiB`. */
export function formatBytes(value: number): string {
  return largestWhole(value, [['TiB', 1024 ** 4], ['GiB', 1024 ** 3], ['MiB', 1024 ** 2], ['KiB', 1024], ['GB', 1e9], ['MB', 1e6], ['KB', 1e3]]) ?? `${value}B`
}

/** 3600000 -> `1h`. */
export function formatDuration(ms: number): string {
  return largestWhole(ms, [['d', 86_400e3], ['h', 3600e3], ['m', 60e3], ['s', 1e3]]) ?? `${ms}ms`
}

function largestWhole(value: number, units: ReadonlyArray<readonly [string, number]>): string | null {
  for (const [name, size] of units) if (value >= size && value % size === 0) return `${value / size}${name}`
  return null
}

/** `bare` is what a number without a unit is multiplied by; null refuses it. */
function parseAmount(text: string, units: Readonly<Record<string, number>>, bare: number | null): number | null {
  const match = AMOUNT.exec(text.trim())
  if (match === null) return null
  const unit = match[2] ?? ''
  const factor = unit === '' ? bare : Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : null
  return factor === null || factor === undefined ? null : Number(match[1]) * factor
}

function outside(value: number, { min, max }: Limits, format: (value: number) => string): string | null {
  if (min !== undefined && value < min) return `expected at least ${format(min)}, got ${format(value)}`
  if (max !== undefined && value > max) return `expected at most ${format(max)}, got ${format(value)}`
  return null
}
