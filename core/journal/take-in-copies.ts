// Sealed segments that somebody copied into a running journal's directory: entered into the catalog, so that they are searched.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Journal } from './journal.ts'
import type { Report } from './open-data.ts'
import { filesIn, recoverSealed } from './recover-sealed.ts'
import { readSealedState } from './sealed/block-table.ts'
import { sealedName } from './segment-name.ts'

/**
 * Files that are still being copied must not be there: they would be taken for damaged. One of our own from beyond the segment being written
 * is left to a start, which goes on behind it: here it would be delivered before those that are to come.
 */
export function takeInCopies(journal: Pick<Journal, 'directory' | 'catalog' | 'id' | 'head'>, problem: Report): void {
  const { directory, catalog, id } = journal
  const newest = journal.head().segment
  const copies = filesIn(readdirSync(directory))
  for (const [number, kinds] of copies) {
    const compression = kinds.has('gzip') ? 'gzip' : 'zstd'
    const unknown = kinds.has(compression) && !kinds.has('jsonl') && catalog.get(number) === undefined
    if (!unknown || (number > newest && readSealedState(join(directory, sealedName(number, compression)))?.journal === id)) copies.delete(number)
  }
  if (copies.size > 0) catalog.transaction(() => recoverSealed({ directory, catalog, journal: id, problem }, copies))
}
