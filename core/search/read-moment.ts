// A time as people give it beside a query: ISO 8601, epoch milliseconds, `now`, or `15m`, `24h`, `7d` for that long ago.
import { QueryProblem } from './query-cursor.ts'
import { timeQuery } from './time-query.ts'

/** `+02:00` in a URL that was not escaped arrives as a space. */
const LOST_PLUS = /^(.*T\d.*) (\d\d:?\d\d)$/

/** Epoch ms; a date without a time is the moment it begins, UTC where no zone is given. Null for what is no time. */
export function readMoment(text: string, now: number): number | null {
  const trimmed = text.trim().replace(LOST_PLUS, '$1+$2')
  if (trimmed === 'now') return now
  try {
    const { from } = timeQuery({ kind: 'word', pieces: [trimmed], at: 0, end: trimmed.length })
    if (from === null) return null
    return from.kind === 'at' ? from.ms : now - from.ms
  } catch (error) {
    if (error instanceof QueryProblem) return null
    throw error
  }
}
