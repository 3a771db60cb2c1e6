// What there is in a data directory at one moment: files of segments with their sizes, and rows of the catalog.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { segmentFile, type SegmentFileKind } from '../journal/segment-name.ts'
import type { CatalogRow } from './catalog-row.ts'
import { readDatabase } from './read-database.ts'

export interface Snapshot {
  /** Sizes by kind by number. */
  readonly files: ReadonlyMap<number, ReadonlyMap<SegmentFileKind, number>>
  /** By number; null when the catalog cannot be read, and then `trouble` says why. */
  readonly rows: ReadonlyMap<number, CatalogRow> | null
  readonly trouble: string | null
  /** Names of files in the journal's directory that are no segment's. */
  readonly others: readonly string[]
}

/** Files before rows: a segment gets its row when it is closed, so that a file without one may be newer than the look at the catalog. */
export function takeSnapshot(directory: string): Snapshot {
  const journal = join(directory, 'journal')
  const files = new Map<number, Map<SegmentFileKind, number>>()
  const others: string[] = []
  for (const name of readdirSync(journal)) {
    const file = segmentFile(name)
    if (file === null) {
      others.push(name)
      continue
    }
    // Gone since: a running server sealed or deleted it.
    const size = statSync(join(journal, name), { throwIfNoEntry: false })?.size
    if (size === undefined) continue
    const sizes = files.get(file.number) ?? new Map<SegmentFileKind, number>()
    files.set(file.number, sizes.set(file.kind, size))
  }
  const read = readDatabase(join(directory, 'catalog.db'), (db) => db.prepare('SELECT * FROM segments').all() as CatalogRow[])
  if ('problem' in read) return { files, rows: null, trouble: read.problem, others }
  return { files, rows: new Map(read.value.map((row) => [row.number, row])), trouble: null, others }
}

/** Whether nothing happened to a segment between two looks. */
export function isSame(number: number, before: Snapshot, after: Snapshot): boolean {
  const text = ({ files, rows }: Snapshot): string => JSON.stringify([[...(files.get(number) ?? [])], rows?.get(number)])
  return text(before) === text(after)
}
