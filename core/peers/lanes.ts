// Which of an output's streams a line belongs to: lines of one source stay together and so in order, others go beside them.
import { crc32 } from 'node:zlib'
import { Envelopes } from '../journal/sealed/envelopes.ts'
import type { StoredLine } from '../journal/stored-line.ts'

/** Sources remembered; they come from outside. */
const MAX_SOURCES = 10_000

export class Lanes {
  readonly count: number
  readonly #envelopes = new Envelopes()
  readonly #known = new Map<string, number>()

  constructor(count: number) {
    this.count = count
  }

  of(line: StoredLine): number {
    if (this.count === 1) return 0
    if (this.#envelopes.full) this.#envelopes.clear()
    const source = line.head(this.#envelopes)?.envelope?.source ?? line.value.source
    let lane = this.#known.get(source)
    if (lane === undefined) {
      if (this.#known.size >= MAX_SOURCES) this.#known.clear()
      lane = crc32(source) % this.count
      this.#known.set(source, lane)
    }
    return lane
  }
}
