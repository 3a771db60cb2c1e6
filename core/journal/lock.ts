// Keeps a second process out of a data directory. The kernel frees it after kill -9; pid files fail in containers.
import Database from 'better-sqlite3'
import { join } from 'node:path'

export interface Lock {
  release(): void
}

/** Holds `BEGIN EXCLUSIVE` on lock.db for the life of the process. Throws SqliteError SQLITE_BUSY when another holds it. */
export function lockDirectory(directory: string): Lock {
  const db = new Database(join(directory, 'lock.db'), { timeout: 200 })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    throw error
  }
  return { release: () => db.close() }
}
