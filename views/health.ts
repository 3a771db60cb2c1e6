// How the process is doing, in words: the state, and every reason for it.
import type { Snapshot } from './snapshot.ts'
import { duration, plural } from './format.ts'

/** A problem that has not come back for this long no longer colours the page; it stays in the list. */
const RECENT_MS = 5 * 60_000

export interface Health {
  readonly state: 'good' | 'waiting' | 'attention' | 'failing'
  readonly words: string
  readonly reasons: readonly string[]
}

export function health(snapshot: Snapshot): Health {
  const reasons = [...outputReasons(snapshot), ...problemReasons(snapshot)]
  if (snapshot.notReady !== null) return { state: 'failing', words: 'Not taking records', reasons: [snapshot.notReady, ...reasons] }
  if (reasons.length > 0) return { state: 'attention', words: 'Taking records, needs attention', reasons }
  if (snapshot.totals.records === 0) return { state: 'waiting', words: 'Waiting for the first record', reasons: [] }
  return { state: 'good', words: 'Taking records', reasons: [`Up for ${duration(Math.max(1000, snapshot.now - snapshot.startedAt))}.`] }
}

function outputReasons({ outputs }: Snapshot): string[] {
  return outputs.flatMap((output) => {
    if (output.state === 'running') return []
    const waiting = output.lag > 0 ? `, ${plural(output.lag, 'record')} waiting` : ''
    return [`Output ${output.name} ${output.state === 'retrying' ? 'cannot deliver and tries again' : 'has stopped'}${waiting}.`]
  })
}

function problemReasons({ problems, now }: Snapshot): string[] {
  const recent = problems.filter(({ level, time }) => level === 'error' && now - time < RECENT_MS).length
  return recent === 0 ? [] : [`${plural(recent, 'error')} in the last 5 minutes, listed under Problems.`]
}
