// One regular file open for appending, with what it takes to find out how an earlier run left it.
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { crc32 } from 'node:zlib'
import { Retry } from '../delivery-errors.ts'
import { errorCode } from './error-code.ts'

/** O_APPEND: whoever else writes into the file is never overwritten. O_NONBLOCK: opening a FIFO must not hang a pool thread. */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK
/** Bytes before a length that name the file's content there: more than any two lines of one second have in common. */
export const TAIL_BYTES = 256
/** Bytes compared per read. */
const COMPARE_BYTES = 1024 * 1024
const NEWLINE = 10

export class AppendHandle {
  readonly path: string
  readonly ino: string
  /** Device and inode: the file itself, whatever it is called. */
  readonly id: string
  readonly #handle: FileHandle

  private constructor(path: string, stats: BigIntStats, handle: FileHandle) {
    this.path = path
    this.ino = String(stats.ino)
    this.id = `${stats.dev}:${stats.ino}`
    this.#handle = handle
  }

  /** Makes directory and file where they are missing, durably. */
  static async open(path: string): Promise<AppendHandle> {
    const before = await statOrNull(path)
    const made = before === null ? await mkdir(dirname(path), { recursive: true }) : undefined
    if (before !== null && !before.isFile()) throw notAFile(path, before)
    const handle = await open(path, FLAGS)
    try {
      const stats = await handle.stat({ bigint: true })
      if (!stats.isFile()) throw notAFile(path, stats)
      if (before === null) await syncDirectories(dirname(path), made)
      return new AppendHandle(path, stats, handle)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  stat(): Promise<BigIntStats> {
    return this.#handle.stat({ bigint: true })
  }

  async size(): Promise<number> {
    return Number((await this.stat()).size)
  }

  /** All bytes are in the file, or it throws with some of them there. */
  async append(bytes: Buffer): Promise<void> {
    let done = 0
    while (done < bytes.length) done += (await this.#handle.write(bytes, done, bytes.length - done, null)).bytesWritten
  }

  /** Puts bytes that are there already down again, so that the kernel must write them to the disk once more. */
  async rewrite(bytes: Buffer, at: number): Promise<void> {
    // A second descriptor, because one with O_APPEND ignores positions.
    const handle = await open(this.path, constants.O_WRONLY)
    try {
      if (String((await handle.stat({ bigint: true })).ino) !== this.ino) return
      let done = 0
      while (done < bytes.length) done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten
    } finally {
      await handle.close()
    }
  }

  sync(): Promise<void> {
    return this.#handle.datasync()
  }

  cut(length: number): Promise<void> {
    return this.#handle.truncate(length)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  /** How many bytes from `at` on are those of `wanted`. */
  async equalBytes(at: number, wanted: Buffer): Promise<number> {
    let equal = 0
    while (equal < wanted.length) {
      const found = await this.#read(at + equal, Math.min(COMPARE_BYTES, wanted.length - equal))
      const expected = wanted.subarray(equal, equal + found.length)
      if (!found.equals(expected)) return equal + firstDifference(found, expected)
      equal += found.length
      if (found.length === 0) break
    }
    return equal
  }

  /** Whether the bytes from `from` to `to` are whole lines of text: what an interrupted write leaves behind is not. */
  async wholeLines(from: number, to: number): Promise<boolean> {
    if ((await this.#read(to - 1, 1))[0] !== NEWLINE) return false
    for (let at = from; at < to; at += COMPARE_BYTES) {
      if ((await this.#read(at, Math.min(COMPARE_BYTES, to - at))).includes(0)) return false
    }
    return true
  }

  /** Names the content before `length`; inode numbers are used again, contents are not. */
  async tail(length: number): Promise<number> {
    const from = Math.max(0, length - TAIL_BYTES)
    return tailOf(await this.#read(from, length - from))
  }

  async #read(at: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length)
    let done = 0
    while (done < length) {
      const { bytesRead } = await this.#handle.read(buffer, done, length - done, at + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return buffer.subarray(0, done)
  }
}

/** What `tail` gives for a file that ends in these bytes, at least TAIL_BYTES of them or the whole file. */
export function tailOf(bytes: Buffer): number {
  return crc32(bytes.subarray(-TAIL_BYTES))
}

async function statOrNull(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true })
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

function notAFile(path: string, stats: BigIntStats): Retry {
  const what = stats.isDirectory() ? 'a directory' : stats.isFIFO() ? 'a named pipe' : stats.isSocket() ? 'a socket' : 'a device'
  const remedy = stats.isDirectory() ? 'Name a file in it.' : 'Name a regular file; the console output writes to a pipe or terminal.'
  return new Retry(`cannot write ${path}: it is ${what}, not a regular file. ${remedy}`)
}

/** From the file's directory up to the one that existed before. */
async function syncDirectories(directory: string, firstMade: string | undefined): Promise<void> {
  await syncDirectory(directory)
  if (firstMade === undefined || dirname(directory) === directory) return
  await syncDirectories(dirname(directory), resolve(directory) === resolve(firstMade) ? undefined : firstMade)
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function firstDifference(a: Buffer, b: Buffer): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}
