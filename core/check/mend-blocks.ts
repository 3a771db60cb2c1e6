// Writes a damaged sealed segment anew: intact blocks byte for byte, the others' bytes into quarantine and tombstones in their place, so that record numbers stay.
import { closeSync, fsyncSync, openSync, readSync } from 'node:fs'
import { fault } from '../journal/fault.ts'
import { tombstone } from '../journal/frame.ts'
import { quarantine } from '../journal/quarantine.ts'
import { type BlockTable, compressionOf, readBlockTable } from '../journal/sealed/block-table.ts'
import { type BlockEntry, type Compression, DamagedBlock, encodeBlock, encodeState, findMember, HEADER_BYTES, memberAt } from '../journal/sealed/format.ts'
import { IndexBuilder } from '../journal/sealed/index-builder.ts'
import { indexBlocks } from '../journal/sealed/index-sealed.ts'
import { readBlockSync } from '../journal/sealed/read-block.ts'
import type { SealedState } from '../journal/sealed/sealed-state.ts'
import { writeIndex } from '../journal/sealed/write-index.ts'
import { writeAll } from '../write-all.ts'
import { salvageBlock } from './salvage-block.ts'

export interface MendOptions {
  readonly number: number
  readonly path: string
  /** Both are durable under these names when it returns; `name` is what the data file will be called. */
  readonly out: { readonly data: string; readonly index: string; readonly name: string }
  /** The journal's directory, for quarantine. */
  readonly directory: string
  /** What is known of the segment's end if that is damaged; its `records` is how many there were. */
  readonly lastKnown: Omit<SealedState, 'bytes' | 'sources'>
  readonly level: number
  now(): number
}

export interface Mended {
  readonly state: SealedState
  readonly bytes: number
  readonly indexBytes: number
  /** Records that are tombstones now. */
  readonly lost: number
  /** Files in quarantine. */
  readonly kept: readonly string[]
}

/** A megabyte of tombstones. */
const TOMBSTONES = 5000
const NEWLINE = 10

/** Blocking. Throws what the disk says. */
export function mendBlocks(options: MendOptions): Mended {
  const table = readBlockTable(options.path)
  const fd = openSync(options.path, 'r')
  const out = openSync(options.out.data, 'w+', 0o640)
  try {
    return new Mend(fd, out, options, table).run()
  } finally {
    closeSync(out)
    closeSync(fd)
  }
}

class Mend {
  readonly #fd: number
  readonly #out: number
  readonly #options: MendOptions
  readonly #table: BlockTable
  readonly #compression: Compression
  readonly #blocks: BlockEntry[] = []
  readonly #kept: string[] = []
  #written = 0
  #lost = 0
  /** Number of the next record, and how far the old file is done with. */
  #next = 0
  #at = 0

  constructor(fd: number, out: number, options: MendOptions, table: BlockTable) {
    this.#fd = fd
    this.#out = out
    this.#options = options
    this.#table = table
    this.#compression = compressionOf(options.path)
  }

  run(): Mended {
    const { state, blocks, bytes } = this.#table
    for (const entry of blocks) {
      this.#replace(entry.offset, entry.first)
      if (this.#isIntact(entry)) this.#copy(entry)
      else this.#replace(entry.offset + entry.length, entry.first + entry.records)
    }
    if (state === null) this.#replace(bytes, Math.max(this.#options.lastKnown.records, this.#cutOffEnd(), this.#next), true)
    else if (state.records > this.#next) this.#replace(this.#stateAt(bytes), state.records)
    return this.#finish({ ...(state ?? this.#options.lastKnown), records: this.#next })
  }

  #finish(known: Omit<SealedState, 'bytes' | 'sources'>): Mended {
    const { number, out } = this.#options
    const index = new IndexBuilder()
    indexBlocks(this.#out, this.#blocks, this.#compression, index)
    const state: SealedState = { ...known, bytes: this.#blocks.reduce((sum, { raw }) => sum + raw, 0), sources: index.usage }
    this.#put(encodeState(JSON.stringify(state), this.#compression))
    fault('mend:written')
    fsyncSync(this.#out)
    const indexBytes = writeIndex(out.index, index, number, { bytes: this.#written, name: out.name })
    fault('mend:synced')
    return { state, bytes: this.#written, indexBytes, lost: this.#lost, kept: this.#kept }
  }

  /** Where behind the last intact block the state begins. */
  #stateAt(end: number): number {
    const rest = readAt(this.#fd, this.#at, end - this.#at)
    for (let at = findMember(rest, 0, this.#compression); at !== -1; at = findMember(rest, at + 1, this.#compression)) {
      if (memberAt(rest, at, this.#compression)?.kind === 'state') return this.#at + at
    }
    return end
  }

  /** Number behind the last record of the block that the file ends in, as its header says; 0 without one. */
  #cutOffEnd(): number {
    const header = memberAt(readAt(this.#fd, this.#at, HEADER_BYTES), 0, this.#compression)
    return header?.kind === 'block' && header.first === this.#next ? header.first + header.records : 0
  }

  #isIntact(entry: BlockEntry): boolean {
    try {
      const bytes = readBlockSync(this.#fd, entry, this.#compression)
      return countLines(bytes) === entry.records
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error
      return false
    }
  }

  #copy(entry: BlockEntry): void {
    this.#add(readAt(this.#fd, entry.offset, entry.length), entry.raw, entry.records)
    this.#at = entry.offset + entry.length
  }

  /** Puts something in place of the old file up to byte `end` and of the records up to number `first`. */
  #replace(end: number, first: number, cutOff = false): void {
    if (end > this.#at) {
      const bytes = readAt(this.#fd, this.#at, end - this.#at)
      const lines = salvageBlock(bytes, this.#compression, cutOff)
      const place = lines === null ? null : this.#placeOf(lines, bytes, first, cutOff)
      if (lines !== null && place !== null) {
        this.#fill(place)
        this.#addLines(lines)
      }
      // Of a block that was cut off the rest is not there to be kept.
      if (place === null || cutOff) this.#kept.push(quarantine(this.#options.directory, this.#options.number, this.#at, bytes))
      this.#at = end
    }
    this.#fill(first)
  }

  /** Number of the first of the lines that were got out of `bytes`; null when they do not fit in before `first`. */
  #placeOf(lines: Buffer, bytes: Buffer, first: number, cutOff: boolean): number | null {
    const records = countLines(lines)
    if (cutOff || records === first - this.#next) return this.#next
    const header = memberAt(bytes, 0, this.#compression)
    if (header?.kind !== 'block' || header.records !== records) return null
    return header.first >= this.#next && header.first + records <= first ? header.first : null
  }

  /** Tombstones up to number `first`. */
  #fill(first: number): void {
    while (this.#next < first) {
      const records = Math.min(first - this.#next, TOMBSTONES)
      this.#addLines(Buffer.from(tombstone(this.#options.now(), 'damaged on disk; see quarantine').repeat(records)))
      this.#lost += records
    }
  }

  #addLines(lines: Buffer): void {
    const records = countLines(lines)
    this.#add(encodeBlock(lines, records, this.#next, this.#compression, this.#options.level), lines.length, records)
  }

  #add(member: Buffer, raw: number, records: number): void {
    this.#blocks.push({ offset: this.#written, length: member.length, raw, records, first: this.#next })
    this.#put(member)
    this.#next += records
  }

  #put(bytes: Buffer): void {
    writeAll(this.#out, bytes, this.#written)
    this.#written += bytes.length
  }
}

function countLines(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines++
  return lines
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let done = 0
  for (let got = -1; done < length && got !== 0; done += got) got = readSync(fd, bytes, done, length - done, offset + done)
  return bytes.subarray(0, done)
}
