// What a start found out goes into state.db at once: the segments it closed may then be sealed.
import type { Report } from './open-data.ts'
import type { Recovered } from './recover.ts'
import type { StateStore } from './state-store.ts'

/** Only keys must be saved; without any it may fail, on a full disk, and what was recovered is sealed later. */
export function saveRecovered({ keys, highest, state }: Recovered, keysThrough: number, store: StateStore, { now, report }: { now(): number; report: Report }): void {
  if (keys.length === 0 && highest <= keysThrough) return
  try {
    store.saveAnswers(keys, highest, now(), state.snapshot())
  } catch (error) {
    if (keys.length > 0) throw error
    report('warn', `cannot write to state.db: ${(error as Error).message}`, 'Free some space; it is tried again when a segment closes.')
  }
}
