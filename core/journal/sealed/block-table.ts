// Finds the blocks of a sealed segment by hopping from header to header, and the state at its end; no index is needed.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type BlockEntry, type Compression, DamagedBlock, decodeState, findMember, HEADER_BYTES, type Member, memberAt, RAW_LENGTH_BACK } from './format.ts'
import { readBlockSync } from './read-block.ts'
import type { SealedState } from './sealed-state.ts'

export interface BlockTable {
  readonly blocks: readonly BlockEntry[]
  /** Null when it is damaged or cut off. */
  readonly state: SealedState | null
  /** What is wrong, in words; empty for a whole file. Blocks that lie in damage are missing from `blocks`: `first` shows the gap. */
  readonly damage: readonly string[]
  /** Length of the file. */
  readonly bytes: number
}

/** How much is read at once where headers are looked for behind damage. */
const SEARCH_BYTES = 1024 * 1024
const NEWLINE = 10

export function compressionOf(path: string): Compression {
  return path.endsWith('.zst') ? 'zstd' : 'gzip'
}

/** Never throws for what the file holds; throws what `open` and `read` do. */
export function readBlockTable(path: string): BlockTable {
  const fd = openSync(path, 'r')
  try {
    return new Walk(fd, compressionOf(path)).run()
  } finally {
    closeSync(fd)
  }
}

/**
 * The state at the end, without walking through the file: its last member is looked for in the last 64 KiB, and those before it that
 * belong to it. Null when it is not there.
 */
export function readSealedState(path: string): SealedState | null {
  const fd = openSync(path, 'r')
  try {
    const compression = compressionOf(path)
    const pieces: Buffer[] = []
    let end = fstatSync(fd).size
    for (;;) {
      const from = Math.max(0, end - 64 * 1024)
      const tail = readAt(fd, from, end - from)
      const at = lastState(tail, compression)
      if (at === null) break
      pieces.unshift(tail.subarray(at.from, at.to))
      end -= at.length
    }
    return pieces.length === 0 ? null : parseState(pieces)
  } finally {
    closeSync(fd)
  }
}

/** The state member that ends where `tail` ends. */
function lastState(tail: Buffer, compression: Compression): Extract<Member, { kind: 'state' }> | null {
  for (let at = findMember(tail, 0, compression); at !== -1; at = findMember(tail, at + 1, compression)) {
    const member = memberAt(tail, at, compression)
    if (member?.kind === 'state' && at + member.length === tail.length) return member
  }
  return null
}

class Walk {
  readonly #fd: number
  readonly #compression: Compression
  readonly #bytes: number
  readonly #blocks: BlockEntry[] = []
  readonly #damage: string[] = []
  readonly #pieces: Buffer[] = []

  constructor(fd: number, compression: Compression) {
    this.#fd = fd
    this.#compression = compression
    this.#bytes = fstatSync(fd).size
  }

  run(): BlockTable {
    let at = 0
    while (at < this.#bytes) {
      const member = memberAt(readAt(this.#fd, at, HEADER_BYTES), 0, this.#compression)
      if (member !== null && at + member.length <= this.#bytes && this.#take(at, member)) {
        at += member.length
        continue
      }
      const next = this.#search(at + 1)
      this.#damage.push(next === this.#bytes ? `it ends in the middle of a block at byte ${at}` : `bytes ${at} to ${next} are no block`)
      at = next
    }
    const state = this.#pieces.length === 0 ? null : parseState(this.#pieces)
    if (state === null) this.#damage.push('its end is missing')
    else this.#checkLast(state)
    return { blocks: this.#blocks, state, damage: this.#damage, bytes: this.#bytes }
  }

  /** False when the member cannot be what it says. */
  #take(at: number, member: Member): boolean {
    if (member.kind === 'state') {
      this.#pieces.push(readAt(this.#fd, at + member.from, member.to - member.from))
      return true
    }
    const end = at + member.length
    const raw = member.raw ?? readAt(this.#fd, end - RAW_LENGTH_BACK, 4).readUInt32LE(0)
    const entry = { offset: at, length: member.length, raw, records: member.records, first: member.first }
    if (!this.#follows(entry)) return false
    // Nothing behind it: either its length is wrong or what follows is damaged. Only its content can tell.
    if (memberAt(readAt(this.#fd, end, HEADER_BYTES), 0, this.#compression) === null && !this.#isWhole(entry)) return false
    this.#blocks.push(entry)
    return true
  }

  /** Whether its first record is the one after the block before, or, behind damage, a later one. */
  #follows(entry: BlockEntry): boolean {
    const last = this.#blocks.at(-1)
    if (last === undefined) return entry.offset > 0 || entry.first === 0
    if (last.first + last.records === entry.first) return true
    if (last.offset + last.length === entry.offset) {
      // One of the two has a wrong number. If it is the count of the one before, that one goes.
      if (this.#isWhole(last)) return false
      this.#dropLast(last)
      return this.#follows(entry)
    }
    return last.first + last.records <= entry.first
  }

  #checkLast(state: SealedState): void {
    const last = this.#blocks.at(-1)
    if (last !== undefined && last.first + last.records !== state.records && !this.#isWhole(last)) this.#dropLast(last)
  }

  #dropLast({ offset, length }: BlockEntry): void {
    this.#blocks.pop()
    this.#damage.push(`bytes ${offset} to ${offset + length} are no block`)
  }

  /** Reads it to see: only where something is wrong nearby. */
  #isWhole(entry: BlockEntry): boolean {
    try {
      const bytes = readBlockSync(this.#fd, entry, this.#compression)
      let lines = 0
      for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines++
      return lines === entry.records
    } catch (error) {
      if (error instanceof DamagedBlock) return false
      throw error
    }
  }

  /** The next place from `from` on where a member begins, or the file's end. */
  #search(from: number): number {
    for (let base = from; base < this.#bytes; base += SEARCH_BYTES) {
      // Overlapping, so that a header across two reads is seen.
      const found = findMember(readAt(this.#fd, base, SEARCH_BYTES + HEADER_BYTES), 0, this.#compression)
      if (found !== -1) return base + found
    }
    return this.#bytes
  }
}

function parseState(pieces: readonly Buffer[]): SealedState | null {
  try {
    const state = JSON.parse(decodeState(pieces)) as SealedState
    return state.v === 1 ? state : null
  } catch {
    return null // the caller reports that it is missing or damaged
  }
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  return bytes.subarray(0, Math.max(0, readSync(fd, bytes, 0, length, offset)))
}
