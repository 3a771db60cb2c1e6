// Dead letters of a data directory that no server uses.
import { type DeadLetterJson, letterJson } from '../http/outputs-api.ts'
import { ownJournal } from './own-journal.ts'

/** Oldest first, of all outputs where `output` is null. */
export function listData(directory: string, config: string | undefined, output: string | null, page: { after: number; limit: number }): Promise<DeadLetterJson[]> {
  return ownJournal(directory, config, (journal) => Promise.resolve(journal.store.deadLetters.list(output, page).map(letterJson)))
}

export function discardData(directory: string, config: string | undefined, output: string, ids: readonly number[] | null): Promise<{ discarded: number }> {
  return ownJournal(directory, config, (journal) => Promise.resolve({ discarded: journal.store.deadLetters.remove(output, ids) }))
}
