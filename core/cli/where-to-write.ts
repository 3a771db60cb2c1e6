// Where a command that changes the journal goes: the server that holds it, or a data directory that nobody holds.
import { isLocked } from '../journal/is-locked.ts'
import { CommandError } from './command-error.ts'
import type { Arguments } from './read-arguments.ts'
import { mustHoldLogs, namedTarget, runningServer, type Target } from './target.ts'

/** Takes `TARGET_OPTIONS`. Throws CommandError when there is nothing to change, or it cannot be reached. */
export async function whereToWrite(given: Arguments): Promise<Target> {
  const named = await namedTarget(given)
  if (named.kind === 'server') return named
  const { directory, token } = named
  const client = runningServer(directory, token)
  if (client !== null) return { kind: 'server', client }
  mustHoldLogs(directory)
  if (isLocked(directory)) throw new CommandError(`cannot change ${directory}: a Sawlog holds it that does not say where it listens. Name it with --server URL.`)
  return { kind: 'data', directory }
}
