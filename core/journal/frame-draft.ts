// A frame being filled: stored lines, what they count, the positions they move, and those who wait for it to be durable.
import { LogRecord } from '../record.ts'
import { addCounts, countName, emptyCounts } from './counts.ts'
import type { Counts } from './commit.ts'
import { encodeRecord } from './encode-record.ts'
import { FrameBuffer } from './frame-buffer.ts'
import type { KeyEntry, StreamMove } from './frame.ts'

export class FrameDraft {
  readonly buffer: FrameBuffer
  counts: Counts = emptyCounts()
  /** In the order they were made; a stream's later move follows its earlier ones. */
  moves: Array<readonly [string, StreamMove]> = []
  keys: KeyEntry[] = []
  firstTime = Infinity
  lastTime = -Infinity
  /** Settles with the frame's fate; made on first use, shared by all who wait. */
  #durable: Promise<void> | null = null
  #settle: { resolve: () => void; reject: (error: Error) => void } | null = null

  constructor(buffer = new FrameBuffer()) {
    this.buffer = buffer
  }

  /** Something besides records was counted: a rejected line. */
  #counted = false

  get empty(): boolean {
    return this.counts.records === 0 && this.moves.length === 0 && this.keys.length === 0 && this.counts.dropped === 0 && !this.#counted
  }

  /** Counts lines that were refused and are not stored. */
  reject(stream: string, count: number): void {
    countName(this.counts.errors, stream, count)
    this.#counted = true
  }

  get durable(): Promise<void> {
    this.#durable ??= new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    return this.#durable
  }

  add(stream: string, source: string, records: readonly LogRecord[]): void {
    const { counts, buffer } = this
    const before = buffer.length
    let errors = 0
    // Records of another Sawlog keep their own sources; those of one source mostly follow each other.
    let ofSource = source
    let since = 0
    for (let i = 0; i < records.length; i++) {
      let record = records[i] as LogRecord
      const start = buffer.length
      try {
        encodeRecord(record, buffer)
      } catch (error) {
        // A plugin left something that JSON cannot say (a cycle, a BigInt, an invalid time): keep what came in.
        buffer.length = start
        record = plain(record, source, error)
        encodeRecord(record, buffer)
      }
      const { level, tags, time } = record
      counts.levels[level] = (counts.levels[level] ?? 0) + 1
      for (let t = 0; t < tags.length; t++) countName(counts.tags, tags[t] as string, 1)
      if (record.source !== ofSource) {
        if (i > since) countName(counts.sources, ofSource, i - since)
        ofSource = record.source
        since = i
      }
      if (record.error !== null) errors++
      if (time < this.firstTime) this.firstTime = time
      if (time > this.lastTime) this.lastTime = time
    }
    counts.records += records.length
    counts.bytes += buffer.length - before
    countName(counts.sources, ofSource, records.length - since)
    countName(counts.streams, stream, records.length)
    if (errors > 0) countName(counts.errors, stream, errors)
  }

  move(stream: string, move: StreamMove): void {
    this.moves.push([stream, move])
  }

  /** Takes over what another draft holds, behind its own. */
  absorb(other: FrameDraft): void {
    this.buffer.writeBytes(other.buffer.bytes, 0, other.buffer.length)
    addCounts(this.counts, other.counts)
    this.moves.push(...other.moves)
    this.keys.push(...other.keys)
    this.firstTime = Math.min(this.firstTime, other.firstTime)
    this.lastTime = Math.max(this.lastTime, other.lastTime)
  }

  succeed(): void {
    this.#settle?.resolve()
  }

  fail(error: Error): void {
    // Nobody may be waiting: a rejection without a listener would end the process.
    this.#durable?.catch(() => undefined)
    this.#settle?.reject(error)
  }

  reset(): void {
    this.#counted = false
    this.buffer.reset()
    this.counts = emptyCounts()
    this.moves = []
    this.keys = []
    this.firstTime = Infinity
    this.lastTime = -Infinity
    this.#durable = null
    this.#settle = null
  }
}

/** A record anew, since any part of the old one may be what cannot be stored. What replaced the body stays replaced: it may have been redacted. */
function plain({ _chunk, _start, _end, _value, host }: LogRecord, source: string, error: unknown): LogRecord {
  const fresh = new LogRecord(String(source), typeof host === 'string' ? host : '', Date.now(), null, 0, 0, null)
  fresh.replaceBody(_chunk === null ? textOf(_value) : _chunk.text(_start, _end))
  fresh.error = `cannot be stored as a plugin left it: ${error instanceof Error ? error.message : String(error)}`
  return fresh
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return (JSON.stringify(value) as string | undefined) ?? ''
  } catch {
    return '' // it is what cannot be said; the record's error names why
  }
}
