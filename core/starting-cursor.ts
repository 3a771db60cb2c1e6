// Where an output begins: where it left off, or, new, at the end or the beginning of the journal - which is remembered at once.
import type { CommonKeys } from './config/common-keys.ts'
import type { Output } from './define-plugin.ts'
import { messageOf } from './guard.ts'
import type { Journal } from './journal/journal.ts'
import type { Cursor } from './journal/stored-line.ts'
import type { Json } from './json.ts'

/** What a cursor's state is wrapped in when it was put back while the output did not run. */
const REPLAY = '$replay'

export interface StartingDeps {
  readonly output: Output | null
  readonly now: number
  readonly failed: (message: string, remedy: string) => void
}

export function startingCursor(journal: Journal, name: string, { was, start }: CommonKeys['output'], { output, now, failed }: StartingDeps): Cursor {
  if (was !== undefined && journal.store.cursor(name) === null) journal.store.renameCursor(was, name)
  const saved = journal.store.cursor(name)
  if (saved !== null) return replayed(saved, output)
  const cursor = { ...(start === 'beginning' ? journal.beginning() : journal.head()), state: null }
  try {
    journal.store.saveCursor(name, cursor, now)
  } catch (error) {
    failed(`cannot save where the output begins: ${messageOf(error)}`, 'Free some space; it is saved with the first delivery.')
  }
  return cursor
}

/** The cursor as it is saved for an output that does not run: at its next start it is told that records come again. */
export function forReplay(cursor: Cursor): Cursor {
  return isWrapped(cursor.state) ? cursor : { ...cursor, state: { [REPLAY]: cursor.state } }
}

function replayed(cursor: Cursor, output: Output | null): Cursor {
  if (!isWrapped(cursor.state)) return cursor
  const state = cursor.state[REPLAY]
  return { ...cursor, state: output?.replayed === undefined ? state : output.replayed(state) }
}

function isWrapped(state: Json): state is { [REPLAY]: Json } {
  return typeof state === 'object' && state !== null && !Array.isArray(state) && Object.hasOwn(state, REPLAY)
}
