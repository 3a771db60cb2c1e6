// Writes a sealed segment anew without the records that match: only the blocks that hold one are made again, the others are copied byte for byte.
import { closeSync, fsyncSync, openSync, readSync } from 'node:fs'
import { fault } from '../journal/fault.ts'
import { compressionOf, readBlockTable, type BlockTable } from '../journal/sealed/block-table.ts'
import { type BlockEntry, type Compression, DamagedBlock, encodeBlock, encodeState } from '../journal/sealed/format.ts'
import { indexBlocks } from '../journal/sealed/index-sealed.ts'
import { IndexBuilder } from '../journal/sealed/index-builder.ts'
import { readBlockSync } from '../journal/sealed/read-block.ts'
import { writeIndex } from '../journal/sealed/write-index.ts'
import { StoredLine } from '../journal/stored-line.ts'
import { compileMatcher, type Matcher } from '../search/match-record.ts'
import { writeAll } from '../write-all.ts'
import { candidateBlocks } from './candidate-blocks.ts'
import type { EraseJob, EraseResult } from './erase-job.ts'
import { erasedText, isRedacted } from './erased-text.ts'

const NEWLINE = 10
const COPY_BYTES = 1024 * 1024

/** A segment that cannot be rewritten without losing what it knows. */
export class CannotErase extends Error {
  override readonly name = 'CannotErase'
}

/** Blocking, for a thread of its own. Both files are durable under their temporary names when it returns. Throws CannotErase and what the disk says. */
export function rewriteSegment(job: EraseJob): EraseResult {
  const table = readBlockTable(job.path)
  if (table.state === null) throw new CannotErase('its end is damaged; see sawlog check')
  const fd = openSync(job.path, 'r')
  const writer = new Rewrite(fd, job, table)
  try {
    return writer.run()
  } finally {
    writer.close()
    closeSync(fd)
  }
}

class Rewrite {
  readonly #fd: number
  readonly #job: EraseJob
  readonly #table: BlockTable
  readonly #compression: Compression
  readonly #matcher: Matcher
  readonly #candidates: ReturnType<typeof candidateBlocks>
  /** Opened by the first block that changes. */
  #out: number | null = null
  #written = 0
  /** How much of the old file is in the new one. */
  #copied = 0
  readonly #blocks: BlockEntry[] = []
  #records = 0
  #damaged = 0

  constructor(fd: number, job: EraseJob, table: BlockTable) {
    this.#fd = fd
    this.#job = job
    this.#table = table
    this.#compression = compressionOf(job.path)
    this.#matcher = compileMatcher(job.query, () => job.at)
    this.#candidates = candidateBlocks(job, table.bytes)
  }

  run(): EraseResult {
    for (const entry of this.#table.blocks) this.#block(entry)
    return { records: this.#records, damaged: this.#damaged, written: this.#out === null ? null : this.#finish(this.#out) }
  }

  close(): void {
    if (this.#out !== null) closeSync(this.#out)
  }

  #block(entry: BlockEntry): void {
    const bytes = this.#candidates?.get(entry.offset) === false ? null : this.#read(entry)
    const raw = bytes === null ? null : this.#without(bytes, entry.first)
    if (raw === null || this.#job.dryRun) {
      this.#blocks.push({ ...entry, offset: entry.offset - this.#copied + this.#written })
      return
    }
    this.#out ??= openSync(this.#job.out.data, 'w+', 0o640)
    this.#copyTo(this.#out, entry.offset)
    const member = encodeBlock(raw, entry.records, entry.first, this.#compression, this.#job.level)
    this.#blocks.push({ ...entry, offset: this.#written, length: member.length, raw: raw.length })
    this.#put(this.#out, member)
    this.#copied = entry.offset + entry.length
  }

  #read(entry: BlockEntry): Buffer | null {
    try {
      return readBlockSync(this.#fd, entry, this.#compression)
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error
      this.#damaged++
      return null
    }
  }

  /** The block's lines with those that match replaced, or null when none does. */
  #without(bytes: Buffer, first: number): Buffer | null {
    const { mode, at, segment } = this.#job
    const parts: Buffer[] = []
    let copied = 0
    let record = first
    for (let start = 0; start < bytes.length; record++) {
      const newline = bytes.indexOf(NEWLINE, start)
      const end = newline === -1 ? bytes.length : newline
      const line = new StoredLine(segment, record, bytes, start, end)
      if (!line.erased && this.#matches(line)) {
        this.#records++
        parts.push(bytes.subarray(copied, start), Buffer.from(erasedText(line.text, mode, at)))
        copied = end + 1
      }
      start = end + 1
    }
    return parts.length === 0 ? null : Buffer.concat([...parts, bytes.subarray(copied)])
  }

  #matches(line: StoredLine): boolean {
    const { from, to, mode } = this.#job
    if (from !== null || to !== null) {
      const time = Date.parse(line.value.time)
      if ((from !== null && time < from) || (to !== null && time >= to)) return false
    }
    return this.#matcher.stored(line) && !(mode === 'redact' && isRedacted(line.text))
  }

  #finish(out: number): NonNullable<EraseResult['written']> {
    const { job, table } = { job: this.#job, table: this.#table }
    const last = table.blocks.at(-1) as BlockEntry
    this.#copyTo(out, last.offset + last.length)
    const index = new IndexBuilder()
    indexBlocks(out, this.#blocks, this.#compression, index)
    const before = table.state as NonNullable<BlockTable['state']>
    const state = { ...before, bytes: this.#blocks.reduce((sum, { raw }) => sum + raw, 0), sources: index.usage }
    this.#put(out, encodeState(JSON.stringify(state), this.#compression))
    fault('erase:written')
    fsyncSync(out)
    const indexBytes = writeIndex(job.out.index, index, job.segment, { bytes: this.#written, name: job.out.name })
    fault('erase:synced')
    return { bytes: this.#written, indexBytes, state }
  }

  /** What lies in the old file between the last block that changed and `end`. */
  #copyTo(out: number, end: number): void {
    const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, Math.max(1, end - this.#copied)))
    while (this.#copied < end) {
      const got = readSync(this.#fd, buffer, 0, Math.min(buffer.length, end - this.#copied), this.#copied)
      if (got === 0) throw new CannotErase('it became shorter while it was read')
      this.#put(out, buffer.subarray(0, got))
      this.#copied += got
    }
  }

  #put(out: number, bytes: Buffer): void {
    writeAll(out, bytes, this.#written)
    this.#written += bytes.length
  }
}
