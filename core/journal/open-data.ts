// Takes possession of a data directory: lock, state.db, catalog.db. Says in plain words why it cannot.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ProblemLevel } from '../problem.ts'
import { Catalog } from './catalog.ts'
import { type Lock, lockDirectory } from './lock.ts'
import { segmentFile } from './segment-name.ts'
import { StateStore } from './state-store.ts'

/** The data directory cannot be used. The message names what and why, `remedy` what to do. */
export class DataError extends Error {
  override readonly name = 'DataError'
  readonly remedy: string
  constructor(message: string, remedy: string) {
    super(message)
    this.remedy = remedy
  }
}

export interface Data {
  readonly directory: string
  /** Where the segments are. */
  readonly segments: string
  readonly catalog: Catalog
  readonly store: StateStore
  close(): void
}

export type Report = (level: ProblemLevel, message: string, remedy: string) => void

/** Throws DataError. */
export function openData(directory: string, report: Report): Data {
  const segments = join(directory, 'journal')
  const lock = explained(directory, () => {
    makeDirectory(segments)
    return lockDirectory(directory)
  })
  try {
    explained(directory, () => refuseOddSegments(segments))
    const store = openStore(directory)
    const catalog = openCatalog(directory, report)
    return { directory, segments, catalog, store, close: () => closeAll(store, catalog, lock) }
  } catch (error) {
    lock.release()
    throw error
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o750 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    // `recursive` says ENOENT also on a read-only mount (Node 20): making the first missing folder by itself tells the real cause.
    let missing = path
    while (!existsSync(dirname(missing))) missing = dirname(missing)
    mkdirSync(missing, { mode: 0o750 })
    throw error
  }
}

/** A directory, pipe or device where a segment belongs can neither be read nor be replaced by one. */
function refuseOddSegments(segments: string): void {
  for (const entry of readdirSync(segments, { withFileTypes: true })) {
    if (segmentFile(entry.name) === null || entry.isFile() || entry.isSymbolicLink()) continue
    throw new DataError(`cannot use the journal: ${join(segments, entry.name)} has the name of a segment and is ${entry.isDirectory() ? 'a directory' : 'no file'}`, 'Move it out of the journal.')
  }
}

function closeAll(store: StateStore, catalog: Catalog, lock: Lock): void {
  store.close()
  catalog.close()
  lock.release()
}

function openStore(directory: string): StateStore {
  const file = join(directory, 'state.db')
  return explained(directory, () => {
    try {
      return new StateStore(file)
    } catch (error) {
      if (!damaged(error)) throw error
      throw new DataError(`cannot read ${file}: ${(error as Error).message}`, 'It holds where each output stands, so it is not replaced silently. Restore it from a backup, or move it away: outputs then begin at the end of the journal.')
    }
  })
}

/** A damaged catalog is moved aside and made anew from the segments. */
function openCatalog(directory: string, report: Report): Catalog {
  const file = join(directory, 'catalog.db')
  const failed = (error: unknown): void => report('warn', `cannot write to ${file}: ${(error as Error).message}`, 'Free some space; the catalog is rebuilt from the segments if need be.')
  return explained(directory, () => {
    try {
      return new Catalog(file, failed)
    } catch (error) {
      if (!damaged(error)) throw error
      const aside = `${file}.damaged`
      report('warn', `cannot read ${file}: ${(error as Error).message}`, `It was moved to ${aside} and is rebuilt from the segments.`)
      rmSync(aside, { force: true })
      renameSync(file, aside)
      for (const suffix of ['-wal', '-shm']) if (existsSync(file + suffix)) rmSync(file + suffix)
      return new Catalog(file, failed)
    }
  })
}

function damaged(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  // SQLITE_ERROR: the tables are not the ones this version knows, or migrations of a newer one were applied.
  return typeof code === 'string' && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code === 'SQLITE_ERROR')
}

/** Runs `open`, turning what the file system or SQLite says into a DataError. */
export function explained<T>(directory: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (error instanceof DataError) throw error
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code.startsWith('SQLITE_BUSY')) throw new DataError(`cannot use the data directory ${directory}: another Sawlog holds it`, 'Stop the other process, or give this one its own directory with --data.')
    if (code === 'ENOSPC' || code === 'SQLITE_FULL' || code === 'EDQUOT') throw new DataError(`cannot open the data directory ${directory}: its disk is full`, 'Free some space and start again.')
    if (code === 'ENOTDIR' || code === 'EEXIST') throw new DataError(`cannot use ${directory} as data directory: it is not a directory`, 'Name a directory in data: or with --data.')
    if (['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_READONLY_DIRECTORY', 'SQLITE_READONLY_DBMOVED'].includes(code)) throw new DataError(`cannot write to the data directory ${directory}: ${(error as Error).message}`, 'Give this user write permission, or name another directory in data: or with --data.')
    throw new DataError(`cannot open the data directory ${directory}: ${(error as Error).message}`, 'Check the disk and the permissions of the files in it.')
  }
}
