// Where an output begins: where it left off, or, new, at the end or the beginning of the journal - which is remembered at once.
import type { CommonKeys } from './config/common-keys.ts'
import { messageOf } from './guard.ts'
import type { Journal } from './journal/journal.ts'
import type { Cursor } from './journal/stored-line.ts'

export function startingCursor(journal: Journal, name: string, { was, start }: CommonKeys['output'], now: number, failed: (message: string, remedy: string) => void): Cursor {
  if (was !== undefined && journal.store.cursor(name) === null) journal.store.renameCursor(was, name)
  const saved = journal.store.cursor(name)
  if (saved !== null) return saved
  const cursor = { ...(start === 'beginning' ? journal.beginning() : journal.head()), state: null }
  try {
    journal.store.saveCursor(name, cursor, now)
  } catch (error) {
    failed(`cannot save where the output begins: ${messageOf(error)}`, 'Free some space; it is saved with the first delivery.')
  }
  return cursor
}
