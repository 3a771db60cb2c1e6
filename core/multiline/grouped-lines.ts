// The lines that leave the grouping: ranges of the chunk that came in, and lines put together anew between them.
import { LineChunk } from '../lines.ts'

const NOTHING: Buffer = Buffer.alloc(0)

export class GroupedLines {
  #bytes = NOTHING
  #starts: number[] = []
  #ends: number[] = []
  /** Index -> the line where it is no range. */
  #made = new Map<number, Buffer>()
  #flat = true
  #cut: Map<number, number> | null = null
  #wrong: Map<number, string> | null = null

  /** Ranges are of these bytes from now on. */
  begin(bytes: Buffer): void {
    this.#bytes = bytes
  }

  get count(): number {
    return this.#starts.length
  }

  /** A range of the bytes. `flat` when there is no line break in it. */
  range(start: number, end: number, flat: boolean): void {
    if (!flat) this.#flat = false
    this.#starts.push(start)
    this.#ends.push(end)
  }

  line(line: Buffer, flat: boolean): void {
    this.#made.set(this.#starts.length, line)
    this.range(0, 0, flat)
  }

  /** The line added last was cut by its reader; `full` is its length. */
  markCut(full: number): void {
    ;(this.#cut ??= new Map()).set(this.count - 1, full)
  }

  /** What is wrong with the line added last. */
  markWrong(reason: string): void {
    ;(this.#wrong ??= new Map()).set(this.count - 1, reason)
  }

  /** All lines since the last call, valid as long as the bytes are; null when there are none. */
  take(): LineChunk | null {
    if (this.#starts.length === 0) {
      this.#bytes = NOTHING
      return null
    }
    if (this.#made.size > 0) this.#copy()
    const chunk = new LineChunk(this.#bytes, this.#starts, this.#ends, this.#flat)
    chunk.cut = this.#cut
    chunk.wrong = this.#wrong
    this.#bytes = NOTHING
    this.#starts = []
    this.#ends = []
    this.#made = new Map()
    this.#flat = true
    this.#cut = null
    this.#wrong = null
    return chunk
  }

  /** Everything into one buffer in its order: a chunk is decoded in windows, which lines out of order would defeat. */
  #copy(): void {
    const starts = this.#starts
    const ends = this.#ends
    let size = 0
    for (let i = 0; i < starts.length; i++) size += (this.#made.get(i)?.length ?? (ends[i] as number) - (starts[i] as number)) + 1
    const copy = Buffer.allocUnsafe(size)
    let at = 0
    for (let i = 0; i < starts.length; i++) {
      const made = this.#made.get(i)
      const from = at
      at += made === undefined ? this.#bytes.copy(copy, at, starts[i], ends[i]) : made.copy(copy, at)
      starts[i] = from
      ends[i] = at
      copy[at++] = 10
    }
    this.#bytes = copy
  }
}
