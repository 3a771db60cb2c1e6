// Looks into one of the data directory's databases without changing it, also while a server writes to it.
import Database from 'better-sqlite3'
import { existsSync, readFileSync } from 'node:fs'

/** Long enough for a checkpoint of the server's. */
const TIMEOUT_MS = 5000

/** Where a database's header says that it has a write-ahead log (2) or not (1). */
const LOG_BYTES = [18, 19] as const

/** What `read` returns, or why it cannot be read, in words. */
export function readDatabase<T>(file: string, read: (db: Database.Database) => T): { readonly value: T } | { readonly problem: string } {
  try {
    const db = open(file)
    try {
      const verdict = db.pragma('integrity_check(1)', { simple: true })
      return verdict === 'ok' ? { value: read(db) } : { problem: String(verdict) }
    } finally {
      db.close()
    }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

/** SQLite makes a log beside any database it opens, and leaves it there: one that nobody uses is read into memory instead. */
function open(file: string): Database.Database {
  if (existsSync(`${file}-wal`)) return new Database(file, { readonly: true, fileMustExist: true, timeout: TIMEOUT_MS })
  const bytes = readFileSync(file)
  for (const at of LOG_BYTES) if (bytes[at] === 2) bytes[at] = 1
  return new Database(bytes)
}
