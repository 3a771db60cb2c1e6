// Reads stored lines forward from a cursor, never beyond what is durable. One reader per output.
import type { Extent, Extents } from './extents.ts'
import { PlainSegment } from './plain-segment.ts'
import { ReadBuffer } from './read-buffer.ts'
import { type SealedBlocks, StaleRow } from './sealed/sealed-blocks.ts'
import { SealedSegment } from './sealed/sealed-segment.ts'
import type { SegmentReader } from './segment-reader.ts'
import type { Cursor, StoredLine } from './stored-line.ts'

export interface ReadResult {
  readonly lines: StoredLine[]
  /** Stored bytes of `lines`. */
  readonly bytes: number
  /** Where the next read goes on. */
  readonly next: { readonly segment: number; readonly record: number }
  /** Wall clock of a commit shortly before or at `lines`, epoch ms; null where none was passed. */
  readonly at: number | null
}

/** Not for concurrent use. The lines of a result are valid until the next read. */
export class JournalReader {
  readonly #directory: string
  readonly #extents: Extents
  readonly #blocks: SealedBlocks
  #segment: number
  #record: number
  /** Of `#segment`; null until it is read from. */
  #open: SegmentReader | null = null
  #at: number | null = null
  readonly #memory = new ReadBuffer()

  constructor(directory: string, extents: Extents, blocks: SealedBlocks, from: Pick<Cursor, 'segment' | 'record'>) {
    this.#directory = directory
    this.#extents = extents
    this.#blocks = blocks
    this.#segment = from.segment
    this.#record = from.record
  }

  get segment(): number {
    return this.#segment
  }

  get record(): number {
    return this.#record
  }

  /** Bytes of the segment that were read, for the lag in bytes; 0 while unknown. */
  get offset(): number {
    return this.#open?.offset ?? 0
  }

  async seek(to: Pick<Cursor, 'segment' | 'record'>): Promise<void> {
    await this.close()
    this.#segment = to.segment
    this.#record = to.record
  }

  /** Up to `maxRecords` lines or about `maxBytes`; none when everything durable was read. */
  async read(maxRecords: number, maxBytes: number): Promise<ReadResult> {
    for (;;) {
      const extent = this.#extents.at(this.#segment)
      if (extent !== null) {
        const lines = await this.#readFrom(extent, maxRecords, maxBytes)
        if (lines === null) continue
        if (lines.length > 0) return this.#result(lines)
        if (!extent.closed) return this.#result([])
      }
      const next = this.#extents.after(this.#segment)
      if (next === null) return this.#result([])
      await this.seek({ segment: next.segment, record: 0 })
    }
  }

  async close(): Promise<void> {
    const open = this.#open
    this.#open = null
    await open?.close()
  }

  /** Null when the segment was sealed or deleted meanwhile: its file is another one now. */
  async #readFrom(extent: Extent, maxRecords: number, maxBytes: number): Promise<StoredLine[] | null> {
    if (this.#open !== null && this.#open.file !== extent.file) await this.close()
    const reader = (this.#open ??= extent.sealed === null ? new PlainSegment(this.#directory, extent.file, this.#record, this.#memory) : new SealedSegment(this.#blocks, extent.file, this.#record, this.#memory))
    try {
      const lines = await reader.read(extent, maxRecords, maxBytes)
      this.#record = reader.record
      this.#at = reader.at ?? this.#at
      return lines
    } catch (error) {
      if (!(error instanceof StaleRow) && this.#extents.at(extent.segment)?.file === extent.file) throw error
      return null
    }
  }

  #result(lines: StoredLine[]): ReadResult {
    let bytes = 0
    for (const line of lines) bytes += line.length + 1
    return { lines, bytes, next: { segment: this.#segment, record: this.#record }, at: this.#at }
  }
}
