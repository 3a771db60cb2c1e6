// The segments of a data directory as its files show them: for reading beside a running server, or without one. Takes no lock, writes nothing.
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileBytes, fileOf, type SegmentRow } from './catalog.ts'
import type { Extent, Extents } from './extents.ts'
import { readState, scanFrames } from './frame.ts'
import { type CatalogView, readCatalog } from './read-catalog.ts'
import { type ReadableSegment, readableSegment } from './readable-segment.ts'
import { compressionOf, readBlockTable, readSealedState } from './sealed/block-table.ts'
import { sealedRow } from './sealed-row.ts'
import { indexName, segmentFile, segmentName } from './segment-name.ts'

/** What a catalog would say of the segment, as far as anybody asks here. */
type Row = SegmentRow

/** Listings until one is whole. A file that goes away during each of them is a name without a file behind it. */
const MOST_LISTINGS = 20

/** Synchronous: a command has nothing else to do. Not for concurrent use. */
export class DirectorySegments implements Extents {
  /** Where the segments are. */
  readonly folder: string
  readonly #rows = new Map<number, Row>()
  /** Ascending. */
  #numbers: number[] = []
  /** The last segment when it was last looked: it may have grown since. */
  #newest: number | undefined
  /** Where a segment that was given up ends, as a later one says. */
  readonly #limits = new Map<number, number>()
  /** A file of the last listing had gone when it was read. */
  #vanished = false
  /** Our own; what else is there was copied in. Null: unknown, and everything counts as our own. */
  readonly #journal: string | null

  /** `data` is the data directory. Throws what reading it throws. */
  constructor(data: string) {
    this.folder = join(data, 'journal')
    const catalog = readCatalog(data)
    this.#journal = catalog.journal
    this.#look(catalog)
  }

  /** Looks again at what has grown, come and gone; true when there is more to read. */
  refresh(): boolean {
    return this.#look(null)
  }

  /** All of them as they are now, ascending, for searches. */
  list(): ReadableSegment[] {
    this.#look(null)
    const rows = this.#numbers.map((number) => this.current(number))
    return rows.filter((row) => row !== undefined).map((row) => readableSegment(this.folder, row))
  }

  /** Of our own, ascending. */
  rows(): Row[] {
    return this.#numbers.map((number) => this.#rows.get(number) as Row).filter(({ journal }) => journal === null)
  }

  /** The row of a sealed segment as its file is now: another object once that was replaced. */
  current(number: number): Row | undefined {
    const row = this.#rows.get(number)
    if (row === undefined || row.compression === null) return row
    const size = statSync(join(this.folder, fileOf(row)), { throwIfNoEntry: false })?.size
    if (size === fileBytes(row)) return row
    this.#rows.delete(number)
    this.#look(null)
    return this.#rows.get(number)
  }

  at(number: number): Extent | null {
    const row = this.#rows.get(number)
    if (row === undefined || row.journal !== null) return null
    const sealed = row.compression === null ? null : row
    return { segment: number, file: fileOf(row), bytes: sealed === null ? row.bytes : row.rawBytes, records: row.records, closed: sealed !== null || number !== this.#newest, sealed }
  }

  after(number: number): Extent | null {
    const next = this.#numbers.find((other) => other > number && this.#rows.get(other)?.journal === null)
    return next === undefined ? null : this.at(next)
  }

  #look(catalog: CatalogView | null): boolean {
    let more = false
    for (let turn = 0; turn < MOST_LISTINGS; turn++) {
      this.#vanished = false
      if (this.#takeListing(catalog)) more = true
      // What is sealed between listing and reading would count as absent, or as closed with the records seen before: a reader would go past it.
      if (!this.#vanished) break
    }
    return more
  }

  #takeListing(catalog: CatalogView | null): boolean {
    const files = filesIn(this.folder)
    const numbers = [...files.keys()].sort((a, b) => a - b)
    let more = false
    for (const number of this.#rows.keys()) if (!files.has(number)) this.#rows.delete(number)
    // Newest first: a later segment says where one that was given up ends.
    for (const number of numbers.toReversed()) {
      const name = files.get(number) as string
      const known = this.#rows.get(number)
      // Only the newest grows; the one that was the newest is looked at once more.
      if (known !== undefined && fileOf(known) === name && number !== numbers.at(-1) && number !== this.#newest) continue
      const row = this.#read(number, name, known, catalog?.rows.get(number))
      if (row === null) continue
      if (known === undefined || row.records > known.records) more = true
      this.#rows.set(number, row)
    }
    this.#numbers = numbers.filter((number) => this.#rows.has(number))
    this.#newest = this.#numbers.at(-1)
    return more
  }

  /** Null while there is nothing to read in it, and when it has gone since the folder was read. */
  #read(number: number, name: string, known: Row | undefined, cataloged: Row | undefined): Row | null {
    const path = join(this.folder, name)
    try {
      const { size } = statSync(path)
      if (cataloged !== undefined && fileOf(cataloged) === name && (cataloged.compression === null ? cataloged.bytes <= size : fileBytes(cataloged) === size)) return cataloged
      return name === segmentName(number) ? this.#readRaw(number, path, size, known) : this.#readSealed(number, path, size)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      this.#vanished = true
      return known ?? null
    }
  }

  #readSealed(number: number, path: string, bytes: number): Row | null {
    const state = readSealedState(path)
    if (state === null) return damagedRow(number, path, bytes)
    for (const { segment, bytes: end } of state.supersedes) this.#limits.set(segment, end)
    const indexBytes = statSync(join(this.folder, indexName(number)), { throwIfNoEntry: false })?.size ?? 0
    return sealedRow(number, state, this.#journal ?? state.journal, { compression: compressionOf(path), bytes, indexBytes })
  }

  /** Up to the end of its last whole frame. Reads on where it was the last time. */
  #readRaw(number: number, path: string, size: number, known: Row | undefined): Row | null {
    const row = known?.compression === null ? known : this.#begin(number, path)
    const end = Math.min(size, this.#limits.get(number) ?? size)
    if (row === null || end <= row.bytes) return row
    const bytes = readRange(path, row.bytes, end)
    let { records, firstTime, lastTime } = row
    let read = 0
    for (const { info, start, end: frameEnd } of scanFrames(bytes, 0).frames) {
      // Behind damage the numbers of records are not known before a start has mended it.
      if (start !== read) break
      read = frameEnd
      records += info.count
      if (info.times === null) continue
      firstTime = Math.min(firstTime ?? Infinity, info.times[0])
      lastTime = Math.max(lastTime ?? -Infinity, info.times[1])
    }
    return { ...row, bytes: row.bytes + read, records, firstTime, lastTime }
  }

  #begin(number: number, path: string): Row | null {
    // The first line holds all positions: usually a few KiB.
    for (let length = 64 * 1024; ; length *= 8) {
      const bytes = readRange(path, 0, length)
      const head = readState(bytes)
      if ('state' in head) {
        const { journal, supersedes, created } = head.state
        for (const { segment, bytes: end } of supersedes) this.#limits.set(segment, end)
        return {
          number, bytes: head.end, indexBytes: 0, rawBytes: 0, records: 0, firstTime: null, lastTime: null, firstCommit: created, lastCommit: created,
          state: 'closed', compression: null, journal: this.#journal === null || journal === this.#journal ? null : journal, sources: '{}',
        }
      }
      if (bytes.length < length || bytes.includes(10)) return null // not yet written, or damaged
    }
  }
}

/** Its end is missing: what blocks there are is read, whatever their times. */
function damagedRow(number: number, path: string, bytes: number): Row {
  const last = readBlockTable(path).blocks.at(-1)
  return {
    number, bytes, indexBytes: 0, rawBytes: 0, records: last === undefined ? 0 : last.first + last.records, firstTime: null, lastTime: null, firstCommit: 0, lastCommit: 0,
    state: 'suspect', compression: compressionOf(path), journal: null, sources: '{}',
  }
}

/** By number; a sealed file counts before the one it was made from. */
function filesIn(folder: string): Map<number, string> {
  const files = new Map<number, string>()
  for (const name of readdirSync(folder)) {
    const file = segmentFile(name)
    if (file === null || file.kind === 'index') continue
    if (!files.has(file.number) || file.kind !== 'jsonl') files.set(file.number, name)
  }
  return files
}

/** Up to `to`, or the file's end. */
function readRange(path: string, from: number, to: number): Buffer {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.allocUnsafe(to - from)
    let length = 0
    while (length < bytes.length) {
      const read = readSync(fd, bytes, length, bytes.length - length, from + length)
      if (read === 0) break
      length += read
    }
    return bytes.subarray(0, length)
  } finally {
    closeSync(fd)
  }
}
