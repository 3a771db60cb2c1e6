// Reads stored lines forward from a cursor, never beyond what is durable. One reader per output.
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Extent, Extents } from './extents.ts'
import { commitTime, isRecordLine } from './frame.ts'
import { segmentName } from './segment-name.ts'
import { type Cursor, StoredLine } from './stored-line.ts'

/** Bytes per read: a batch and a bit. More costs memory per output, less costs system calls. */
const READ_BYTES = 256 * 1024
const NEWLINE = 10
/** A buffer grown past this is given back. */
const KEEP_BYTES = 4 * 1024 * 1024

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
  #segment: number
  #record: number
  /** Byte offset of `#record`; null when it must be searched from the segment's start. */
  #offset: number | null
  #file: FileHandle | null = null
  #at: number | null = null
  #buffer = Buffer.allocUnsafeSlow(READ_BYTES)

  constructor(directory: string, extents: Extents, from: Pick<Cursor, 'segment' | 'record'>) {
    this.#directory = directory
    this.#extents = extents
    this.#segment = from.segment
    this.#record = from.record
    this.#offset = null
  }

  get segment(): number {
    return this.#segment
  }

  get record(): number {
    return this.#record
  }

  /** Byte offset in the segment, for the lag in bytes; 0 while unknown. */
  get offset(): number {
    return this.#offset ?? 0
  }

  async seek(to: Pick<Cursor, 'segment' | 'record'>): Promise<void> {
    if (to.segment !== this.#segment) await this.#leave(to.segment)
    this.#record = to.record
    this.#offset = null
  }

  /** Up to `maxRecords` lines or about `maxBytes`; none when everything durable was read. */
  async read(maxRecords: number, maxBytes: number): Promise<ReadResult> {
    for (;;) {
      const extent = this.#extents.at(this.#segment)
      if (extent !== null) {
        await this.#locate(extent)
        const lines = await this.#readLines(extent, maxRecords, maxBytes)
        if (lines.length > 0) return this.#result(lines)
        if (!extent.closed) return this.#result([])
      }
      const next = this.#extents.after(this.#segment)
      if (next === null) return this.#result([])
      await this.#leave(next.segment)
      this.#record = 0
      this.#offset = null
    }
  }

  async close(): Promise<void> {
    await this.#leave(this.#segment)
  }

  #result(lines: StoredLine[]): ReadResult {
    let bytes = 0
    for (const line of lines) bytes += line.length + 1
    return { lines, bytes, next: { segment: this.#segment, record: this.#record }, at: this.#at }
  }

  /** Finds the byte at which `#record` begins by counting lines: 1 GB/s, once per start or seek. */
  async #locate(extent: Extent): Promise<void> {
    this.#file ??= await open(join(this.#directory, segmentName(this.#segment)), 'r')
    if (this.#offset !== null) return
    const wanted = Math.min(this.#record, extent.records)
    let offset = 0
    let seen = 0
    let lineStart = true
    let counts = false
    while (seen < wanted || !lineStart) {
      const { bytesRead } = await this.#file.read(this.#buffer, 0, Math.min(this.#buffer.length, extent.bytes - offset), offset)
      if (bytesRead === 0) break
      let at = 0
      while (at < bytesRead && (seen < wanted || !lineStart)) {
        if (lineStart) counts = isRecordLine(this.#buffer, at)
        const newline = this.#buffer.subarray(0, bytesRead).indexOf(NEWLINE, at)
        lineStart = newline !== -1
        if (lineStart && counts) seen++
        at = newline === -1 ? bytesRead : newline + 1
      }
      offset += at
    }
    this.#record = seen
    this.#offset = offset
  }

  async #readLines(extent: Extent, maxRecords: number, maxBytes: number): Promise<StoredLine[]> {
    const lines: StoredLine[] = []
    let taken = 0
    while (lines.length < maxRecords && taken < maxBytes) {
      const offset = this.#offset as number
      const want = Math.min(extent.bytes - offset, Math.max(READ_BYTES, maxBytes - taken))
      if (want <= 0) break
      // Each result has a buffer of its own only when it spans several reads; the first read of a result reuses one.
      if (lines.length > 0) break
      // One very long record must not keep its memory for ever.
      if (this.#buffer.length < want || this.#buffer.length > Math.max(want, KEEP_BYTES)) this.#buffer = Buffer.allocUnsafeSlow(want)
      const { bytesRead } = await (this.#file as FileHandle).read(this.#buffer, 0, want, offset)
      if (bytesRead === 0) break
      const used = this.#split(bytesRead, lines, maxRecords)
      if (used === 0) {
        // One line longer than the buffer: take a larger one, at most the segment's rest.
        this.#buffer = Buffer.allocUnsafeSlow(Math.min(extent.bytes - offset, this.#buffer.length * 4))
        if (bytesRead >= extent.bytes - offset) break
        maxBytes = Math.max(maxBytes, this.#buffer.length)
        continue
      }
      this.#offset = offset + used
      taken += used
    }
    return lines
  }

  #split(length: number, lines: StoredLine[], maxRecords: number): number {
    const bytes = this.#buffer.subarray(0, length)
    let at = 0
    while (lines.length < maxRecords) {
      const newline = bytes.indexOf(NEWLINE, at)
      if (newline === -1) break
      if (isRecordLine(bytes, at)) lines.push(new StoredLine(this.#segment, this.#record++, bytes, at, newline))
      else this.#at = commitTime(bytes, at, newline) ?? this.#at
      at = newline + 1
    }
    return at
  }

  async #leave(segment: number): Promise<void> {
    const file = this.#file
    this.#file = null
    this.#segment = segment
    await file?.close()
  }
}
