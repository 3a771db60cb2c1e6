// A time given to a command.
import { readMoment } from '../search/read-moment.ts'
import { UsageError } from './usage-error.ts'

/** Epoch ms; null where the option is absent. Throws UsageError for what is no time. */
export function timeOption(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const time = readMoment(text, Date.now())
  if (time === null) throw new UsageError(`${option} ${JSON.stringify(text)} is not a time. Write 15m, 24h, 7d for that long ago, 2026-11-01T10:15:00Z, or epoch milliseconds.`)
  return time
}
