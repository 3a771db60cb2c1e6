// Deletes segments so that a crash only delays it: marked in the catalog, unlinked, the directory made durable, then forgotten.
import { rmSync } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Catalog, SegmentRow } from './catalog.ts'
import { realDisk } from './disk.ts'
import { fault } from './fault.ts'
import { filesOf } from './segment-name.ts'
import { syncDirectory } from './sync-directory.ts'

export interface Deletion {
  readonly directory: string
  readonly catalog: Catalog
}

/** One after the other: unlinking 64 MiB takes milliseconds, and a thousand segments must not hold up the thread. */
export async function deleteSegments({ directory, catalog }: Deletion, rows: readonly SegmentRow[]): Promise<void> {
  for (const row of rows) catalog.put({ ...row, state: 'deleting' })
  if (rows.length > 0) fault('delete:marked')
  for (const { number } of rows) {
    for (const file of filesOf(number)) {
      try {
        await unlink(join(directory, file))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
    fault('delete:unlinked')
  }
  if (rows.length === 0) return
  // Without it a power cut could bring back files that the catalog no longer knows.
  await realDisk.syncDirectory(directory)
  fault('delete:synced')
  for (const { number } of rows) {
    catalog.remove(number)
    fault('delete:forgotten')
  }
}

/** As `deleteSegments`, for where nobody can wait: at the start, and when a full journal drops its oldest segment. */
export function deleteSegmentNow({ directory, catalog }: Deletion, row: SegmentRow): void {
  catalog.put({ ...row, state: 'deleting' })
  fault('delete:marked')
  for (const file of filesOf(row.number)) rmSync(join(directory, file), { force: true })
  fault('delete:unlinked')
  syncDirectory(directory)
  catalog.remove(row.number)
}
