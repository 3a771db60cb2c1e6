// Which of an output's streams a line belongs to: lines of one source stay together and so in order, others go beside them.
import { crc32 } from 'node:zlib'
import type { SourceSpan, StoredLine } from '../journal/stored-line.ts'

/** Sources remembered; they come from outside. */
const MAX_SOURCES = 10_000

export class Lanes {
  readonly count: number
  readonly #known = new Map<string, number>()
  readonly #span: SourceSpan = { bytes: Buffer.alloc(0), start: 0, end: 0 }
  /** The source of the line before, as most lines have it again, and its lane. */
  #last = Buffer.alloc(0)
  #lane = -1

  constructor(count: number) {
    this.count = count
  }

  of(line: StoredLine): number {
    if (this.count === 1) return 0
    const span = this.#span
    if (!line.findSource(span)) return this.#laneOf(line.value.source)
    if (this.#lane === -1 || !this.#isLast(span)) {
      this.#last = Buffer.from(span.bytes.subarray(span.start, span.end))
      this.#lane = this.#laneOf(this.#last.toString('utf8'))
    }
    return this.#lane
  }

  #isLast({ bytes, start, end }: SourceSpan): boolean {
    const last = this.#last
    if (last.length !== end - start) return false
    for (let i = 0; i < last.length; i++) if (bytes[start + i] !== last[i]) return false
    return true
  }

  #laneOf(source: string): number {
    let lane = this.#known.get(source)
    if (lane === undefined) {
      if (this.#known.size >= MAX_SOURCES) this.#known.clear()
      lane = crc32(source) % this.count
      this.#known.set(source, lane)
    }
    return lane
  }
}
