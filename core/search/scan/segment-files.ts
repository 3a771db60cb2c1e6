// The files of sealed segments as a search thread holds them: descriptors for a moment, heads of indexes in a bounded cache.
import { closeSync, fstatSync, openSync, statSync, type Stats } from 'node:fs'
import { readBlockTable } from '../../journal/sealed/block-table.ts'
import type { BlockRow, IndexHeader } from '../../journal/sealed/index-header.ts'
import { FLAG_INCOMPLETE, FLAG_ODD_NUMBERS } from '../../journal/sealed/index-header.ts'
import { blocksWithTokens, NoIndex, readIndexHeader } from '../../journal/sealed/read-index.ts'
import { tokenHash } from '../../journal/sealed/token-hash.ts'
import type { AskedIndex } from '../plan/ask-index.ts'
import type { SealedFile } from './task.ts'

/** An open file that retention deleted keeps its space on the disk, so descriptors live only from one search to the next. */
const IDLE_MS = 1000

/** Open files of a thread at a time: two threads stay well below the usual limit of 1024 a process. */
const MAX_OPEN = 200

/** For the heads of indexes; one of 64 blocks has about 30 KB. */
const MAX_INDEX_BYTES = 32 * 1024 * 1024

/** Files of which intact blocks are remembered: 64 GB of logs, 4 MB of memory. */
const MAX_INTACT = 1000

export interface KnownIndex {
  readonly identity: string
  /** Of the sealed file. */
  readonly fileBytes: number
  readonly index: AskedIndex
  /** Null without an index file that can be used; `without` is then what was there in its place. */
  readonly filters: IndexHeader['filters'] | null
  readonly without: string | null
  readonly problem: string | null
  readonly bytes: number
}

/** Of one thread. */
export class SegmentFiles {
  readonly #indexes = new Map<string, KnownIndex>()
  #indexBytes = 0
  readonly #open = new Map<string, { fd: number; identity: string }>()
  /** Offsets of blocks, by the identity of their file. */
  readonly #intact = new Map<string, Set<number>>()
  #used = 0
  #timer: NodeJS.Timeout | null = null

  /** Null when the file is no longer there. One that cannot be read has no blocks and says why. Without an index the blocks are found in the file itself, and nothing is known of what they hold. */
  index(file: SealedFile): KnownIndex | null {
    try {
      return this.#index(file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error
      const problem = `segment ${file.segment} cannot be read: ${(error as Error).message}`
      return { identity: '', fileBytes: 0, index: { blocks: [], sources: [], tags: [], counts: [], tagCounts: [] }, filters: null, without: null, problem, bytes: 0 }
    }
  }

  #index(file: SealedFile): KnownIndex | null {
    const identity = identityOf(file.path)
    if (identity === null) return null
    const known = this.#indexes.get(file.path)
    if (known !== undefined) {
      this.#indexes.delete(file.path)
      // An index that is made anew, or made at last, is looked at.
      if (known.identity === identity && (known.filters !== null || known.without === identityOf(file.index))) {
        this.#indexes.set(file.path, known)
        return known
      }
      this.#indexBytes -= known.bytes
    }
    const read = readIndex(file, identity)
    this.#indexes.set(file.path, read)
    this.#indexBytes += read.bytes
    for (const [path, { bytes }] of this.#indexes) {
      if (this.#indexBytes <= MAX_INDEX_BYTES || path === file.path) break
      this.#indexes.delete(path)
      this.#indexBytes -= bytes
    }
    return read
  }

  /** For each block whether it may hold all of the tokens; null where the filters cannot be read. */
  blocksWithTokens(file: SealedFile, { index, filters, identity }: KnownIndex, tokens: readonly string[]): Uint8Array | null {
    if (filters === null) return null
    const hashes = tokens.map((token) => {
      const bytes = Buffer.from(token)
      return tokenHash(bytes, 0, bytes.length)
    })
    try {
      // Under the identity of the sealed file: a new one brings a new index.
      return blocksWithTokens(this.#descriptor(file.index, identity) ?? -1, { blocks: index.blocks, filters }, hashes)
    } catch {
      return null // the index is disposable: without it more is read
    }
  }

  /** Whether the block's checksum was found right before. */
  isIntact(identity: string, offset: number): boolean {
    return this.#intact.get(identity)?.has(offset) === true
  }

  noteIntact(identity: string, offset: number): void {
    const known = this.#intact.get(identity)
    if (known !== undefined) known.add(offset)
    else {
      if (this.#intact.size >= MAX_INTACT) this.#intact.clear()
      this.#intact.set(identity, new Set([offset]))
    }
  }

  /** A descriptor to read from at once; null when the file of this identity is no longer there. */
  descriptor(path: string, identity: string): number | null {
    return this.#descriptor(path, identity)
  }

  #descriptor(path: string, identity: string): number | null {
    this.#used = performance.now()
    this.#timer ??= setInterval(() => this.#closeIdle(), IDLE_MS).unref()
    const known = this.#open.get(path)
    if (known?.identity === identity) return known.fd
    if (known !== undefined) this.#close(path, known.fd)
    for (const [other, { fd }] of this.#open) {
      if (this.#open.size < MAX_OPEN) break
      this.#close(other, fd)
    }
    let fd: number
    try {
      fd = openSync(path, 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    if (!path.endsWith('.idx') && identityFrom(fstatSync(fd)) !== identity) {
      closeSync(fd)
      return null
    }
    this.#open.set(path, { fd, identity })
    return fd
  }

  #closeIdle(): void {
    if (performance.now() - this.#used < IDLE_MS) return
    for (const [path, { fd }] of this.#open) this.#close(path, fd)
    clearInterval(this.#timer ?? undefined)
    this.#timer = null
  }

  #close(path: string, fd: number): void {
    this.#open.delete(path)
    closeSync(fd)
  }
}

function identityOf(path: string): string | null {
  try {
    return identityFrom(statSync(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function identityFrom({ ino, size, mtimeMs }: Stats): string {
  return `${ino}.${size}.${mtimeMs}`
}

function readIndex(file: SealedFile, identity: string): KnownIndex {
  // Opening a pipe would wait for whoever writes to it.
  if (!statSync(file.path).isFile()) throw Object.assign(new Error('it is not a file'), { code: 'EINVAL' })
  const fileBytes = Number(identity.split('.')[1])
  try {
    const header = readIndexHeader(file.index, fileBytes)
    const numbers = header.counts.reduce((sum, counts) => sum + counts.length, 0) + header.blocks.length * 16
    return { identity, fileBytes, index: header, filters: header.filters, without: null, problem: null, bytes: numbers * 8 }
  } catch (error) {
    if (!(error instanceof NoIndex)) throw error
  }
  const without = identityOf(file.index)
  const { blocks, damage } = readBlockTable(file.path)
  const rows = blocks.map(({ offset, length, raw, records, first }): BlockRow => [offset, length, raw, records, first, -Infinity, Infinity, FLAG_INCOMPLETE | FLAG_ODD_NUMBERS])
  const problem = damage.length === 0 ? null : `segment ${file.segment} is damaged: ${damage.join(', ')}`
  return { identity, fileBytes, index: { blocks: rows, sources: [], tags: [], counts: [], tagCounts: [] }, filters: null, without, problem, bytes: rows.length * 128 }
}

