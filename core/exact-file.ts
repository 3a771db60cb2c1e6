// Appends records to a file so that after any crash each is in it exactly once, and never takes away what a reader may have seen.
//
// The cursor's state says which file this is and how much of it is confirmed. What lies beyond after a crash is compared with what
// the cursor would write: equal bytes count as written, a torn line is completed. A change of file is a step of its own, saved
// before anything is written there, so that no moment is left in which it is unknown whether something was.
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Output, PluginContext } from './define-plugin.ts'
import { Retry } from './delivery-errors.ts'
import { AppendHandle, TAIL_BYTES, tailOf } from './files/append-handle.ts'
import { errorCode } from './files/error-code.ts'
import { writeTrouble } from './files/write-trouble.ts'
import { joinLines } from './join-lines.ts'
import type { Json } from './json.ts'
import type { Cursor, StoredLine } from './journal/stored-line.ts'

export interface ExactFileOptions {
  readonly path: string
  /** What one record looks like in the file, line ending included. The same record must always give the same bytes. The stored line by default. */
  readonly render?: (line: StoredLine) => Buffer
  /** Stands at the beginning of every new file, line ending included. */
  readonly header?: Buffer
}

/** What the cursor remembers. */
interface State {
  /** Inode number as text: it may exceed 2^53. */
  readonly ino: string
  /** Bytes that are ours or were there before us. */
  readonly length: number
  /** Names the content before `length`. */
  readonly tail: number
}

/** In one directory beside a rotated file; more are not searched for the rest of an interrupted write. */
const MAX_SIBLINGS = 10_000
const NEWLINE = Buffer.from('\n')
const EMPTY = Buffer.alloc(0)
/** A buffer grown past this by one long record is not kept. */
const KEEP_BYTES = 4 * 1024 * 1024

/** Files written by this process, by device and inode: two outputs in one file would each take the other's lines for a stranger's. */
const owners = new Map<string, ExactFile>()

/** Calls must not overlap; an `Output` in itself. */
export class ExactFile implements Output {
  readonly #path: string
  readonly #render: ((line: StoredLine) => Buffer) | null
  readonly #header: Buffer
  readonly #problem: PluginContext['problem']
  #file: AppendHandle | null = null
  /** The length that the last delivery of this process confirmed; null when the file may hold more than the cursor knows. */
  #settled: number | null = null
  #scratch: Buffer = EMPTY
  /** Length up to which bytes were written since the last fdatasync; 0 when there are none. */
  #unsynced = 0
  /** Up to here the page cache may show what is not on the disk, because an fdatasync failed. */
  #doubtful = 0

  constructor(options: ExactFileOptions, problem: PluginContext['problem']) {
    this.#path = options.path
    this.#render = options.render ?? null
    this.#header = options.header ?? Buffer.alloc(0)
    this.#problem = problem
  }

  async deliver(lines: readonly StoredLine[], cursor: Cursor): Promise<{ cursor: Cursor }> {
    return { cursor: await this.append(lines, this.#render === null ? null : lines.map(this.#render), cursor) }
  }

  /** As `deliver`, for whoever has rendered the lines already; null for the stored lines. */
  async append(lines: readonly StoredLine[], parts: readonly Buffer[] | null, cursor: Cursor): Promise<Cursor> {
    try {
      return await this.#deliver(lines, parts, cursor)
    } catch (error) {
      this.#settled = null
      throw writeTrouble(this.#path, error)
    }
  }

  async flush(): Promise<void> {
    const file = this.#file
    if (file === null || this.#unsynced === 0) return
    try {
      await this.#sync(file, this.#unsynced)
    } catch (error) {
      this.#settled = null
      throw writeTrouble(this.#path, error)
    }
  }

  async close(): Promise<void> {
    const file = this.#file
    if (file === null) return
    // The cursor goes on after what was written here: it must be on the disk before the descriptor is gone.
    if (this.#unsynced > 0) await this.#sync(file, this.#unsynced)
    await this.#release(file)
  }

  async #release(file: AppendHandle): Promise<void> {
    this.#file = null
    this.#unsynced = 0
    if (owners.get(file.id) === this) owners.delete(file.id)
    await file.close()
  }

  /** Whether the file is known to hold nothing beyond this length: an earlier run, or a failed write, left nothing there. */
  isSettledAt(length: number): boolean {
    return this.#settled === length
  }

  async #deliver(lines: readonly StoredLine[], parts: readonly Buffer[] | null, cursor: Cursor): Promise<Cursor> {
    const state = readState(cursor.state)
    const { file, size } = await this.#current(state)
    if (state === null || state.ino !== file.ino) return this.#begin(file, size, state, cursor)
    if (size < state.length) {
      this.#problem('warn', `cannot go on in ${this.#path} where it was left: someone cut it to ${size} bytes.`, 'Nothing to do; new records are appended. Rotate by renaming to be exact.')
      return this.#begin(file, size, null, cursor)
    }
    if (this.#settled !== state.length) {
      // An inode number is used again soon after a file is deleted.
      if ((await file.tail(state.length)) !== state.tail) return this.#begin(file, size, state, cursor)
    } else if (size > state.length) {
      return this.#begin(file, size, null, cursor, `${size - state.length} bytes in ${this.#path} are not from this output.`)
    }
    return this.#append(file, state, size, lines, parts, cursor)
  }

  async #append(file: AppendHandle, state: State, size: number, lines: readonly StoredLine[], parts: readonly Buffer[] | null, cursor: Cursor): Promise<Cursor> {
    const bytes = parts === null ? this.#join(lines) : Buffer.concat(parts)
    const found = bytes.subarray(0, Math.min(bytes.length, size - state.length))
    let equal = found.length === 0 ? 0 : await file.equalBytes(state.length, found)
    if (equal < found.length) {
      const whole = wholeParts(parts?.map(({ length }) => length) ?? lines.map((line) => line.bytes.length + 1), equal)
      if (!(await this.#isAtPath(file.ino)) || (await file.wholeLines(state.length + whole.bytes, size))) {
        // Somebody else's lines; what of ours stands before them is delivered.
        const at = whole.count === 0 ? cursor : after(lines[whole.count - 1] as StoredLine, null)
        return this.#begin(file, size, null, at, `${size - state.length - whole.bytes} bytes in ${file.path} are not from this output.`)
      }
      const differing = size - state.length - equal
      await file.cut(state.length + equal)
      this.#problem('warn', `cannot use the last ${differing} bytes of ${this.#path}: an interrupted write left them; they were cut and the records written again.`, 'Nothing to do.')
    }
    if (state.length < this.#doubtful) await file.rewrite(bytes.subarray(0, equal), state.length)
    if (equal < bytes.length) await file.append(bytes.subarray(equal))
    const length = state.length + bytes.length
    this.#unsynced = length
    const confirmed = this.#confirm(file, length, bytes.length < TAIL_BYTES ? await file.tail(length) : tailOf(bytes), lines.at(-1), cursor)
    // An interrupted write may reach beyond this batch: the next one is compared as well.
    if (equal === bytes.length && size > length) this.#settled = null
    return confirmed
  }

  /** Into a buffer that is used again: a fresh megabyte a batch was 15 MB of garbage at any time. */
  #join(lines: readonly StoredLine[]): Buffer {
    const joined = joinLines(lines, this.#scratch)
    this.#scratch = joined.buffer.byteLength > KEEP_BYTES ? EMPTY : joined
    return joined
  }

  /** Takes a file as it is: from `size` on it is ours. Nothing is delivered, so that this is saved before the first record is written. */
  async #begin(found: AppendHandle, foundSize: number, left: State | null, cursor: Cursor, foreign?: string): Promise<Cursor> {
    let file = found
    let size = foundSize
    if (!(await this.#isAtPath(file.ino))) {
      await this.close()
      ;({ file, size } = await this.#opened(this.#path))
    }
    this.#doubtful = 0
    if (foreign !== undefined) this.#problem('warn', foreign, 'Nothing to do; they were kept and records go on after them. Give each writer a file of its own.')
    if (left !== null && this.#settled !== left.length) {
      this.#problem('warn', `cannot find the file that ${this.#path} was when Sawlog stopped: it was moved away or replaced.`, 'Nothing to do, except after a crash: then the last batch may be in both files.')
    }
    let length = size
    const header = this.#header
    const torn = size > 0 && size < header.length && (await file.equalBytes(0, header.subarray(0, size))) === size
    if (size === 0 || torn) {
      await file.append(header.subarray(size))
      length = header.length
    } else if ((await file.equalBytes(size - 1, NEWLINE)) === 0) {
      // Someone's last line has no end: ours must not become part of it.
      await file.append(NEWLINE)
      length = size + 1
    }
    await this.#sync(file, length)
    return this.#confirm(file, length, await file.tail(length), undefined, cursor)
  }

  async #sync(file: AppendHandle, length: number): Promise<void> {
    try {
      await file.sync()
    } catch (error) {
      // After a failed fdatasync Linux takes the pages for clean: the descriptor must not be trusted again.
      this.#doubtful = length
      await this.#release(file)
      throw error
    }
    this.#unsynced = 0
  }

  #confirm(file: AppendHandle, length: number, tail: number, last: StoredLine | undefined, cursor: Cursor): Cursor {
    const state = { ino: file.ino, length, tail }
    this.#settled = length
    return last === undefined ? { segment: cursor.segment, record: cursor.record, state } : after(last, state)
  }

  /** The file to write now: the one under the path, or the renamed one as long as it may hold an interrupted write. */
  async #current(state: State | null): Promise<{ file: AppendHandle; size: number }> {
    if (this.#file !== null) {
      const file = this.#file
      // Both at once: each wait is a turn of a busy event loop, and at full intake turns are what an output is short of.
      const [own, atPath] = await Promise.all([file.stat(), this.#isAtPath(file.ino)])
      if (atPath) return { file, size: Number(own.size) }
      const unfinished = state !== null && state.ino === String(own.ino) && this.#settled === null && Number(own.size) > state.length
      if (unfinished && own.nlink > 0n) return { file, size: Number(own.size) }
      await this.close()
    } else if (state !== null && !(await this.#isAtPath(state.ino))) {
      const renamed = await findSibling(this.#path, state)
      if (renamed !== null) return this.#opened(renamed)
    }
    return this.#opened(this.#path)
  }

  async #opened(path: string): Promise<{ file: AppendHandle; size: number }> {
    const file = await this.#take(await AppendHandle.open(path))
    return { file, size: await file.size() }
  }

  async #take(file: AppendHandle): Promise<AppendHandle> {
    const owner = owners.get(file.id)
    if (owner !== undefined && owner !== this) {
      await file.close()
      throw new Retry(`cannot write ${this.#path}: another output of this process writes the same file. Give each output a path of its own.`)
    }
    owners.set(file.id, this)
    this.#file = file
    return file
  }

  async #isAtPath(ino: string): Promise<boolean> {
    try {
      return String((await stat(this.#path, { bigint: true })).ino) === ino
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false
      throw error
    }
  }
}

/** Where a file was renamed to in its directory, if it holds more than was confirmed. */
async function findSibling(path: string, state: State): Promise<string | null> {
  const directory = dirname(path)
  let names: string[]
  try {
    names = await readdir(directory)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
  for (const name of names.slice(0, MAX_SIBLINGS)) {
    const sibling = join(directory, name)
    const stats = await stat(sibling, { bigint: true }).catch(() => null)
    if (stats !== null && stats.isFile() && String(stats.ino) === state.ino && Number(stats.size) > state.length) return sibling
  }
  return null
}

/** How many parts of these lengths, and bytes of them, end at or before `bytes`. */
function wholeParts(lengths: readonly number[], bytes: number): { count: number; bytes: number } {
  let sum = 0
  let count = 0
  for (const length of lengths) {
    if (sum + length > bytes) break
    sum += length
    count++
  }
  return { count, bytes: sum }
}

function after(line: StoredLine, state: Json): Cursor {
  return { segment: line.segment, record: line.record + 1, state }
}

function readState(state: Json): State | null {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return null
  const { ino, length, tail } = state
  return typeof ino === 'string' && typeof length === 'number' && typeof tail === 'number' ? { ino, length, tail } : null
}
