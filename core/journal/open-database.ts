// Opens one of the data directory's SQLite files: durable settings, migrations, a check that it is one.
import Database from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'

export type Orm = BetterSQLite3Database & { $client: Database.Database }

/**
 * `migrations` names a folder under core/journal/migrations. Throws SqliteError: SQLITE_NOTADB or SQLITE_CORRUPT when the
 * file is damaged, SQLITE_CANTOPEN or SQLITE_READONLY when it cannot be written, SQLITE_FULL when the disk is full.
 */
export function openDatabase(file: string, migrations: 'catalog' | 'state'): Orm {
  const client = new Database(file, { timeout: 2000 })
  try {
    client.pragma('journal_mode = WAL')
    client.pragma('synchronous = FULL')
    // A WAL of 4 MiB holds some thousand cursor updates; the default of 4000 pages is the same in bytes.
    client.pragma('journal_size_limit = 4194304')
    // Names of sources and keys that are gone must not live on in free pages. Writes here are rare and small.
    client.pragma('secure_delete = ON')
    const damage = client.pragma('quick_check(1)', { simple: true })
    if (damage !== 'ok') throw new Database.SqliteError(`quick_check: ${String(damage)}`, 'SQLITE_CORRUPT')
    const orm = drizzle(client)
    migrate(orm, { migrationsFolder: join(packageRoot, 'core/journal/migrations', migrations) })
    return orm
  } catch (error) {
    client.close()
    throw error
  }
}
