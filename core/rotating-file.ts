// An exact file that is rotated by size and age: app.log becomes app.log.1, that becomes app.log.2, and so on up to a number of backups.
//
// A rotation is a step of the cursor. First the cursor says that the files are to be moved and which they are, by inode; once that is saved
// they are moved, from the oldest on; then the new file is begun. A crash anywhere between leaves a state from which the same moves are
// finished, each file being moved only if it still is the one that was meant.
import { rename, rm, stat } from 'node:fs/promises'
import type { Output, PluginContext } from './define-plugin.ts'
import { ExactFile } from './exact-file.ts'
import { errorCode } from './files/error-code.ts'
import { writeTrouble } from './files/write-trouble.ts'
import type { Json } from './json.ts'
import type { Cursor, StoredLine } from './journal/stored-line.ts'

export interface RotatingFileOptions {
  readonly path: string
  /** What one record looks like in the file, line ending included. The same record must always give the same bytes. */
  readonly render: (line: StoredLine) => Buffer
  readonly header?: Buffer
  /** Bytes a file may reach; a longer record has a file of its own. Null for no limit. */
  readonly maxBytes: number | null
  /** How old a file may become before the next record begins another, ms. Null for no limit. */
  readonly maxAgeMs: number | null
  /** Files kept beside the one that is written. */
  readonly backups: number
  /** Wall clock, epoch ms: the age counts on over restarts. */
  readonly now?: () => number
}

/** What the cursor remembers. */
interface State {
  /** The exact file's own state. */
  readonly file: Json
  readonly length: number
  /** When the file was begun, epoch ms. */
  readonly begun: number
  /** While a rotation is under way: inodes of path, path.1, path.2 ... as they were before it. */
  readonly moving: readonly string[] | null
}

/** Calls must not overlap; an `Output` in itself. */
export class RotatingFile implements Output {
  readonly #options: RotatingFileOptions
  readonly #file: ExactFile
  readonly #headerBytes: number
  readonly #now: () => number

  constructor(options: RotatingFileOptions, problem: PluginContext['problem']) {
    this.#options = options
    this.#headerBytes = options.header?.length ?? 0
    this.#now = options.now ?? Date.now
    this.#file = new ExactFile({ path: options.path, ...(options.header === undefined ? {} : { header: options.header }) }, problem)
  }

  async deliver(lines: readonly StoredLine[], cursor: Cursor): Promise<{ cursor: Cursor }> {
    const state = readState(cursor.state)
    if (state === null) {
      // The beginning, or what another output of this name left: one line finds out how long the file is.
      const first = lines.slice(0, 1)
      return this.#append(first, first.map(this.#options.render), cursor, { file: cursor.state, length: 0, begun: this.#now(), moving: null })
    }
    if (state.moving !== null) return { cursor: await this.#move(cursor, state.moving) }
    const parts: Buffer[] = []
    let length = state.length
    for (const line of lines) {
      const part = this.#options.render(line)
      // By the record alone, never by the batch: whoever writes it after a crash must decide the same.
      if (!this.#fits(length, part.length)) break
      parts.push(part)
      length += part.length
    }
    if (parts.length === 0 || this.#isOld(state)) return { cursor: await this.#decideToMove(cursor, state) }
    return this.#append(lines.slice(0, parts.length), parts, cursor, state)
  }

  flush(): Promise<void> {
    return this.#file.flush()
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #fits(length: number, bytes: number): boolean {
    const { maxBytes } = this.#options
    return maxBytes === null || length <= this.#headerBytes || length + bytes <= maxBytes
  }

  /** Only where nothing can lie beyond the confirmed length: the records there would be written a second time into the next file. */
  #isOld({ begun, length }: State): boolean {
    const { maxAgeMs } = this.#options
    return maxAgeMs !== null && length > this.#headerBytes && this.#now() - begun >= maxAgeMs && this.#file.isSettledAt(length)
  }

  async #append(lines: readonly StoredLine[], parts: readonly Buffer[], cursor: Cursor, { file, begun }: State): Promise<{ cursor: Cursor }> {
    const next = await this.#file.append(lines, parts, { ...cursor, state: file })
    const length = lengthOf(next.state)
    // Before 1970 or after now: the clock was put back, and a file must not stay for ever because of that.
    const since = begun > this.#now() || length <= this.#headerBytes ? this.#now() : begun
    return { cursor: { ...next, state: { file: next.state, length, begun: since, moving: null } } }
  }

  async #decideToMove(cursor: Cursor, state: State): Promise<Cursor> {
    const moving: string[] = []
    for (let i = 0; i <= this.#options.backups; i++) {
      const ino = await inodeOf(this.#name(i))
      // After a gap nothing has to make room.
      if (ino === null) break
      moving.push(ino)
    }
    return { segment: cursor.segment, record: cursor.record, state: { ...state, moving } }
  }

  async #move(cursor: Cursor, moving: readonly string[]): Promise<Cursor> {
    const { backups, path } = this.#options
    try {
      await this.#file.close()
      for (let i = moving.length - 1; i >= 0; i--) {
        if ((await inodeOf(this.#name(i))) !== moving[i]) continue
        if (i < backups) await rename(this.#name(i), this.#name(i + 1))
        else if (backups === 0) await rm(path)
      }
    } catch (error) {
      throw writeTrouble(path, error)
    }
    return { segment: cursor.segment, record: cursor.record, state: { file: null, length: 0, begun: this.#now(), moving: null } }
  }

  #name(index: number): string {
    return index === 0 ? this.#options.path : `${this.#options.path}.${index}`
  }
}

async function inodeOf(path: string): Promise<string | null> {
  try {
    return String((await stat(path, { bigint: true })).ino)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

function lengthOf(state: Json): number {
  return typeof state === 'object' && state !== null && !Array.isArray(state) && typeof state['length'] === 'number' ? state['length'] : 0
}

function readState(state: Json): State | null {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return null
  const { file, length, begun, moving } = state
  if (file === undefined || typeof length !== 'number' || typeof begun !== 'number') return null
  return { file, length, begun, moving: Array.isArray(moving) ? moving.map(String) : null }
}
