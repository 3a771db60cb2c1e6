// Whether a process uses a data directory now. Asks without taking the lock, and needs no permission to write.
import Database from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export function isLocked(directory: string): boolean {
  const file = join(directory, 'lock.db')
  if (!existsSync(file)) return false
  const db = new Database(file, { readonly: true, timeout: 0 })
  try {
    db.prepare('SELECT count(*) FROM sqlite_master').get()
    return false
  } catch (error) {
    return String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')
  } finally {
    db.close()
  }
}
