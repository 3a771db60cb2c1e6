// The span of time given to a command with --from and --to.
import { timeOption } from './time-option.ts'
import { UsageError } from './usage-error.ts'

/** Epoch ms, from inclusive, to exclusive; null where the option is absent. Throws UsageError for what is no time, and for a span that holds none: nothing found would look like an answer. */
export function spanOptions(from: string | undefined, to: string | undefined): { from: number | null; to: number | null } {
  const span = { from: timeOption('--from', from), to: timeOption('--to', to) }
  if (span.from !== null && span.to !== null && span.from >= span.to) throw new UsageError('--to is not after --from: from is inclusive, to is exclusive. Exchange them.')
  return span
}
