// Reads a sealed segment: block by block, found by record number, passing over what is damaged.
import type { SegmentRow } from '../catalog.ts'
import type { Extent } from '../extents.ts'
import type { ReadBuffer } from '../read-buffer.ts'
import type { SegmentReader } from '../segment-reader.ts'
import { StoredLine } from '../stored-line.ts'
import { type BlockEntry, DamagedBlock } from './format.ts'
import type { SealedBlocks } from './sealed-blocks.ts'

const NEWLINE = 10

export class SealedSegment implements SegmentReader {
  readonly file: string
  readonly #blocks: SealedBlocks
  readonly #memory: ReadBuffer
  #record: number
  /** Where `#record` begins within the lines of the block in which it is; null when it must be searched. */
  #at: number | null = null
  /** Record lines before the block, in bytes. */
  #before = 0
  #row: SegmentRow | null = null

  constructor(blocks: SealedBlocks, file: string, record: number, memory: ReadBuffer) {
    this.#blocks = blocks
    this.#memory = memory
    this.file = file
    this.#record = record
  }

  get record(): number {
    return this.#record
  }

  get offset(): number {
    return this.#before + (this.#at ?? 0)
  }

  /** Commits are not kept: that of the segment's beginning is at least not too late. */
  get at(): number | null {
    return this.#row?.firstCommit ?? null
  }

  async read({ sealed, segment, records }: Extent, maxRecords: number, maxBytes: number): Promise<StoredLine[]> {
    const row = sealed as SegmentRow
    // Rewritten to erase records: they begin elsewhere in their block now.
    if (this.#row !== null && this.#row !== row) this.#goto(this.#record)
    this.#row = row
    while (this.#record < records) {
      const entry = this.#find(row)
      if (entry === null) {
        this.#blocks.check(row)
        this.#blocks.lost(row, this.#record, records - this.#record, 'the end of the file is missing')
        this.#record = records
        break
      }
      if (entry.first > this.#record) {
        this.#blocks.check(row)
        this.#blocks.lost(row, this.#record, entry.first - this.#record, 'a block is missing')
        this.#goto(entry.first)
      }
      try {
        const lines = this.#split(await this.#blocks.lines(row, entry), segment, entry, maxRecords, maxBytes)
        if (lines.length > 0) return lines
        this.#goto(entry.first + entry.records)
      } catch (error) {
        if (!(error instanceof DamagedBlock)) throw error
        this.#blocks.check(row)
        this.#blocks.lost(row, this.#record, entry.first + entry.records - this.#record, error.message)
        this.#goto(entry.first + entry.records)
      }
    }
    return []
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #goto(record: number): void {
    this.#record = record
    this.#at = null
  }

  /** The block with the record, or the one behind it when that is missing. */
  #find(row: SegmentRow): BlockEntry | null {
    let before = 0
    for (const entry of this.#blocks.table(row)) {
      if (this.#record < entry.first + entry.records) {
        this.#before = before
        return entry
      }
      before += entry.raw
    }
    return null
  }

  #split(bytes: Buffer, segment: number, entry: BlockEntry, maxRecords: number, maxBytes: number): StoredLine[] {
    const ends: number[] = []
    const start = this.#at ?? startOf(bytes, this.#record - entry.first)
    let at = start
    while (ends.length < maxRecords) {
      const newline = bytes.indexOf(NEWLINE, at)
      if (newline === -1 || (ends.length > 0 && newline - start >= maxBytes)) break
      ends.push(newline)
      at = newline + 1
    }
    // On memory that the reader keeps: the block's own is given back as soon as nobody else reads it.
    const own = this.#memory.take(at - start)
    bytes.copy(own, 0, start, at)
    const lines: StoredLine[] = []
    let from = 0
    for (const end of ends) {
      lines.push(new StoredLine(segment, this.#record++, own, from, end - start))
      from = end - start + 1
    }
    const done = at >= bytes.length
    this.#at = done ? null : at
    if (done) this.#before += entry.raw
    return lines
  }
}

/** Where the line with this number begins. */
function startOf(bytes: Buffer, line: number): number {
  let at = 0
  for (let i = 0; i < line; i++) at = bytes.indexOf(NEWLINE, at) + 1
  return at
}
