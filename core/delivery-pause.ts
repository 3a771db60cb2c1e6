// How long a delivery waits before it tries again.
import { Retry } from './delivery-errors.ts'

/** Waits between attempts, ms: doubled from the first to the second, each time a random part of it (full jitter, AWS Architecture Blog 2015). */
export const RETRY_MS = [250, 30_000] as const

/** The longest pause a target is granted, ms. A timer takes at most 24.8 days, and fires at once when asked for more. */
const MAX_PAUSE_MS = 24 * 3600 * 1000

/** What the target asked for, or longer with each attempt, ms. */
export function pauseFor(error: unknown, attempt: number): number {
  const asked = error instanceof Retry ? error.afterMs : null
  if (asked !== null && asked >= 0) return Math.min(asked, MAX_PAUSE_MS)
  return Math.random() * Math.min(RETRY_MS[1], RETRY_MS[0] * 2 ** Math.min(attempt, 10)) + 1
}
