// How long a delivery waits before it tries again.
import { Retry } from './delivery-errors.ts'

/** The longest pause a target is granted, ms. A timer takes at most 24.8 days, and fires at once when asked for more. */
const MAX_PAUSE_MS = 24 * 3600 * 1000

/**
 * What the target asked for, else a random part of a limit that doubles with each attempt, in ms (full jitter: Brooker, "Exponential
 * Backoff And Jitter", AWS Architecture Blog 2015).
 */
export function pauseFor(error: unknown, attempt: number, { min, max }: { readonly min: number; readonly max: number }): number {
  const asked = error instanceof Retry ? error.afterMs : null
  if (asked !== null && asked >= 0) return Math.min(asked, MAX_PAUSE_MS)
  return Math.random() * Math.min(max, min * 2 ** Math.min(attempt, 40)) + 1
}
