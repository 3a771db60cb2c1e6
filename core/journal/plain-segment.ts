// Reads a segment that is not sealed: record lines between commit lines, up to what is durable.
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Extent } from './extents.ts'
import { commitTime, isRecordLine } from './frame.ts'
import type { ReadBuffer } from './read-buffer.ts'
import type { SegmentReader } from './segment-reader.ts'
import { StoredLine } from './stored-line.ts'

/** Of a read that looks for a record or its end. */
const READ_BYTES = 256 * 1024
const NEWLINE = 10

export class PlainSegment implements SegmentReader {
  readonly file: string
  readonly #path: string
  #record: number
  /** Byte offset of `#record`; null when it must be searched from the segment's start. */
  #offset: number | null = null
  #handle: FileHandle | null = null
  #at: number | null = null
  readonly #memory: ReadBuffer

  constructor(directory: string, file: string, record: number, memory: ReadBuffer) {
    this.file = file
    this.#path = join(directory, file)
    this.#record = record
    this.#memory = memory
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
    const buffer = this.#memory.take(READ_BYTES)
    while (seen < wanted || !lineStart) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, extent.bytes - offset), offset)
      if (bytesRead === 0) break
      let at = 0
      while (at < bytesRead && (seen < wanted || !lineStart)) {
        if (lineStart) counts = isRecordLine(buffer, at)
        const newline = buffer.subarray(0, bytesRead).indexOf(NEWLINE, at)
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
    let room = Math.max(READ_BYTES, wantedBytes)
    for (;;) {
      const offset = this.#offset as number
      const want = Math.min(extent.bytes - offset, room)
      if (want <= 0) return lines
      const buffer = this.#memory.take(want)
      const { bytesRead } = await handle.read(buffer, 0, want, offset)
      const used = this.#split(extent.segment, buffer.subarray(0, bytesRead), lines, maxRecords, wantedBytes)
      this.#offset = offset + used
      // Only commits: on to what follows them. Nothing whole: one line is longer than this, at most as long as the segment's rest.
      if (lines.length > 0 || bytesRead === 0 || (used === 0 && bytesRead >= extent.bytes - offset)) return lines
      if (used === 0) room = want * 4
    }
  }

  #split(segment: number, bytes: Buffer, lines: StoredLine[], maxRecords: number, maxBytes: number): number {
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
