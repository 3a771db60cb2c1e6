// What the databases of a data directory say, read beside the server that writes them: saves reading every segment, a second for a thousand of them.
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { join } from 'node:path'
import type { SegmentRow } from './catalog.ts'
import { segments } from './catalog-schema.ts'
import { journal } from './state-schema.ts'

export interface CatalogView {
  /** Of closed and sealed segments, by number. */
  readonly rows: ReadonlyMap<number, SegmentRow>
  /** The id of the directory's own journal; null where it cannot be known. */
  readonly journal: string | null
}

/** Never throws: what cannot be read here, the segments tell. */
export function readCatalog(data: string): CatalogView {
  const rows = read(join(data, 'catalog.db'), (orm) => orm.select().from(segments).all()) ?? []
  const [identity] = read(join(data, 'state.db'), (orm) => orm.select({ id: journal.id }).from(journal).all()) ?? []
  return { rows: new Map(rows.map((row) => [row.number, row])), journal: identity?.id ?? null }
}

function read<T>(file: string, ask: (orm: ReturnType<typeof drizzle>) => T): T | null {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 500 })
    try {
      return ask(drizzle(db))
    } finally {
      db.close()
    }
  } catch {
    return null // missing, damaged, of another version, or of another user
  }
}
