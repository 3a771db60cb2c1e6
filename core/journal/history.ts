// Tells one history of a journal from another that began as its copy: each start is a run with an id of its own, and where the journal ended then is noted.
import { randomBytes } from 'node:crypto'
import type { Report } from './open-data.ts'
import type { StateStore } from './state-store.ts'

type Place = { readonly segment: number; readonly record: number }

export interface History {
  /** This start of the process. */
  readonly run: string
  /**
   * Where the journal stood when the run after this one began, or stands now, for the present one: what the run wrote lies before it.
   * Null for a run this journal never had, or too long ago to be known.
   */
  endOf(run: string): Place | null
}

/** Starts remembered. A peer that was away for longer has the records that are under way sent once more. */
const KEPT_RUNS = 1000

interface HistoryParts {
  readonly store: StateStore
  /** The newest segment there is. */
  readonly newest: { readonly number: number; readonly records: number } | undefined
  /** The first one this run may write. */
  readonly nextSegment: number
  head(): Place
  readonly now: number
  readonly report: Report
}

export function openHistory({ store, newest, nextSegment, head, now, report }: HistoryParts): History {
  const run = randomBytes(8).toString('hex')
  const start = newest === undefined ? { segment: nextSegment, record: 0 } : { segment: newest.number, record: newest.records }
  const known = noted(store, run, start, now, report)
  return {
    run,
    endOf(asked) {
      const at = known.findIndex(({ id }) => id === asked)
      if (at === -1) return null
      const { segment, record } = known[at + 1] ?? head()
      return { segment, record }
    },
  }
}

function noted(store: StateStore, run: string, start: Place, now: number, report: Report): ReadonlyArray<Place & { readonly id: string }> {
  try {
    return store.addRun(run, start, now, KEPT_RUNS)
  } catch (error) {
    report('warn', `cannot note this start in state.db: ${(error as Error).message}`, 'Free some space; what is under way to other Sawlogs when this process ends may reach them twice.')
    return [{ id: run, ...start }]
  }
}
