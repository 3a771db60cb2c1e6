// Blocks of sealed segments as record lines, for all outputs together: a bounded number of them is kept, since outputs follow each other closely.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { fileBytes, fileOf, type SegmentRow } from '../catalog.ts'
import { indexName } from '../segment-name.ts'
import { readBlockTable } from './block-table.ts'
import { type BlockEntry, DamagedBlock } from './format.ts'
import { readBlock } from './read-block.ts'
import { NoIndex, readIndexHeader } from './read-index.ts'
import { releaseBytes } from './release-bytes.ts'

/** Kept blocks, in bytes of record lines: some outputs some blocks apart. Twice as much was 15 MB more of the process while an output catches up. */
const MAX_BYTES = 4 * 1024 * 1024
/** Kept tables, of 65 entries for a segment of 64 MiB. */
const MAX_TABLES = 32

/** What was read belongs to a row that is no longer the catalog's. */
export class StaleRow extends Error {
  override readonly name = 'StaleRow'
}

export type Entries = readonly BlockEntry[]

export class SealedBlocks {
  readonly #directory: string
  readonly #current: (segment: number) => SegmentRow | undefined
  readonly #report: (message: string, remedy: string) => void
  /** In the order of their last use. */
  readonly #tables = new Map<SegmentRow, Entries>()
  readonly #blocks = new Map<string, { bytes: number; lines: Promise<Buffer> }>()
  #held = 0
  /** A row is replaced by another object when its file is: what is kept of the old one is never found again. */
  readonly #ids = new WeakMap<SegmentRow, number>()
  #nextId = 0
  /** Losses that were reported, so that each output does not do it again. */
  readonly #reported = new Set<string>()

  constructor(directory: string, current: (segment: number) => SegmentRow | undefined, report: (message: string, remedy: string) => void) {
    this.#directory = directory
    this.#current = current
    this.#report = report
  }

  /** Throws StaleRow when the segment's file was replaced or deleted since. */
  check(row: SegmentRow): void {
    if (this.#current(row.number) !== row) throw new StaleRow(`segment ${row.number} was replaced`)
  }

  /** Where the blocks of a segment are. Throws what opening its file does. */
  table(row: SegmentRow): Entries {
    const known = this.#tables.get(row)
    if (known !== undefined) this.#tables.delete(row)
    const entries = known ?? this.#readTable(row)
    this.#tables.set(row, entries)
    for (const oldest of this.#tables.keys()) {
      if (this.#tables.size <= MAX_TABLES) break
      this.#tables.delete(oldest)
    }
    return entries
  }

  /** The record lines of a block. Throws DamagedBlock. Read-only, for others get the same buffer, and to be used at once: after another turn it may be gone. */
  lines(row: SegmentRow, entry: BlockEntry): Promise<Buffer> {
    const key = `${this.#idOf(row)} ${entry.offset}`
    const known = this.#blocks.get(key)
    if (known !== undefined) {
      this.#blocks.delete(key)
      this.#blocks.set(key, known)
      return known.lines
    }
    const kept = { bytes: entry.raw, lines: this.#read(row, entry) }
    this.#blocks.set(key, kept)
    this.#held += entry.raw
    kept.lines.catch(() => this.#drop(key))
    for (const oldest of this.#blocks.keys()) {
      if (this.#held <= MAX_BYTES || this.#blocks.size === 1) break
      this.#drop(oldest)
    }
    return kept.lines
  }

  /** Records of a segment that nobody can read any more. */
  lost(row: SegmentRow, first: number, records: number, reason: string): void {
    const key = `${row.number} ${first}`
    if (this.#reported.has(key)) return
    this.#reported.add(key)
    this.#report(`cannot read ${records} records of segment ${fileOf(row)} from number ${first} on: ${reason}`, 'They are passed over. Restore the file from a backup if there is one; everything else in it is intact.')
  }

  #readTable(row: SegmentRow): Entries {
    try {
      const { blocks } = readIndexHeader(join(this.#directory, indexName(row.number)), fileBytes(row))
      return blocks.map(([offset, length, raw, records, first]) => ({ offset, length, raw, records, first }))
    } catch (error) {
      if (!(error instanceof NoIndex)) throw error
      return readBlockTable(join(this.#directory, fileOf(row))).blocks
    }
  }

  async #read(row: SegmentRow, entry: BlockEntry): Promise<Buffer> {
    const { compression } = row
    if (compression === null) throw new Error('BUG: blocks of a segment that is not sealed')
    // Opened for each: a megabyte takes ten times as long, and nobody has to know when it is replaced or deleted.
    const file = await open(join(this.#directory, fileOf(row)), 'r')
    try {
      return await readBlock(file, entry, compression)
    } catch (error) {
      // Bytes that cannot be read (EIO) are as lost as those that are wrong: readers go on behind them.
      throw error instanceof DamagedBlock ? error : new DamagedBlock((error as Error).message)
    } finally {
      await file.close()
    }
  }

  #idOf(row: SegmentRow): number {
    const known = this.#ids.get(row)
    if (known !== undefined) return known
    this.#ids.set(row, ++this.#nextId)
    return this.#nextId
  }

  #drop(key: string): void {
    const kept = this.#blocks.get(key)
    if (kept === undefined) return
    this.#blocks.delete(key)
    this.#held -= kept.bytes
    // Whoever waits for it does so before this and is served first. Left to V8, blocks pile up to 60 MB while an output catches up.
    kept.lines.then(releaseBytes, () => undefined)
  }
}
