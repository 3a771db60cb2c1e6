// Reads a segment that is not sealed: record lines between commit lines, up to what is durable.
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Extent } from './extents.ts'
import { commitTime, isRecordLine } from './frame.ts'
import type { SegmentReader } from './segment-reader.ts'
import { StoredLine } from './stored-line.ts'

/** Bytes per read: a batch and a bit. More costs memory per output, less costs system calls. */
const READ_BYTES = 256 * 1024
const NEWLINE = 10
/** A buffer grown past this is given back. */
const KEEP_BYTES = 4 * 1024 * 1024

export class PlainSegment implements SegmentReader {
  readonly file: string
  readonly #path: string
  #record: number
  /** Byte offset of `#record`; null when it must be searched from the segment's start. */
  #offset: number | null = null
  #handle: FileHandle | null = null
  #at: number | null = null
  #buffer = Buffer.allocUnsafeSlow(READ_BYTES)

  constructor(directory: string, file: string, record: number) {
    this.file = file
    this.#path = join(directory, file)
    this.#record = record
  }

  get record(): number {
    return this.#record
  }

  get offset(): number {
    return this.#offset ?? 0
  }

  get at(): number | null {
    return this.#at
  }

  async read(extent: Extent, maxRecords: number, maxBytes: number): Promise<StoredLine[]> {
    this.#handle ??= await open(this.#path, 'r')
    if (this.#offset === null) await this.#locate(extent, this.#handle)
    return this.#readLines(extent, this.#handle, maxRecords, maxBytes)
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await handle?.close()
  }

  /** Finds the byte at which `#record` begins by counting lines: 1 GB/s, once per start or seek. */
  async #locate(extent: Extent, handle: FileHandle): Promise<void> {
    const wanted = Math.min(this.#record, extent.records)
    let offset = 0
    let seen = 0
    let lineStart = true
    let counts = false
    while (seen < wanted || !lineStart) {
      const { bytesRead } = await handle.read(this.#buffer, 0, Math.min(this.#buffer.length, extent.bytes - offset), offset)
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

  async #readLines(extent: Extent, handle: FileHandle, maxRecords: number, wantedBytes: number): Promise<StoredLine[]> {
    const lines: StoredLine[] = []
    let maxBytes = wantedBytes
    let taken = 0
    while (lines.length < maxRecords && taken < maxBytes) {
      const offset = this.#offset as number
      const want = Math.min(extent.bytes - offset, Math.max(READ_BYTES, maxBytes - taken))
      if (want <= 0) break
      // Each result has a buffer of its own only when it spans several reads; the first read of a result reuses one.
      if (lines.length > 0) break
      // One very long record must not keep its memory for ever.
      if (this.#buffer.length < want || this.#buffer.length > Math.max(want, KEEP_BYTES)) this.#buffer = Buffer.allocUnsafeSlow(want)
      const { bytesRead } = await handle.read(this.#buffer, 0, want, offset)
      if (bytesRead === 0) break
      const used = this.#split(extent.segment, bytesRead, lines, maxRecords, wantedBytes)
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

  #split(segment: number, length: number, lines: StoredLine[], maxRecords: number, maxBytes: number): number {
    const bytes = this.#buffer.subarray(0, length)
    let at = 0
    while (lines.length < maxRecords) {
      const newline = bytes.indexOf(NEWLINE, at)
      if (newline === -1 || (lines.length > 0 && newline >= maxBytes)) break
      if (isRecordLine(bytes, at)) lines.push(new StoredLine(segment, this.#record++, bytes, at, newline))
      else this.#at = commitTime(bytes, at, newline) ?? this.#at
      at = newline + 1
    }
    return at
  }
}
