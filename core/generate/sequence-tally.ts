// Counts numbers that should each occur once, in ascending order: what is missing, what comes again, what comes too late.

/** Missing numbers named. */
const SHOWN = 5
/** Bits of the largest map, as many numbers can be told apart: 128 MB of memory. */
const MOST = 2 ** 30

export interface SequenceReport {
  /** Numbers counted, doubled ones included. */
  readonly lines: number
  /** Largest seen; 0 for none. */
  readonly last: number
  readonly lost: number
  readonly doubled: number
  /** Came after a larger one. */
  readonly reordered: number
  /** The first few that are missing. */
  readonly missing: readonly number[]
}

export class SequenceTally {
  readonly #first: number
  #seen = new Uint8Array(128 * 1024)
  #distinct = 0
  #lines = 0
  #doubled = 0
  #reordered = 0
  #last = 0

  /** `first` is the number that should come first. */
  constructor(first = 1) {
    this.#first = first
  }

  /** Numbers below the first do not count. Throws RangeError for one too large to keep. */
  add(seq: number): void {
    const at = seq - this.#first
    if (at < 0) return
    if (at >= MOST) throw new RangeError(`number ${seq} is too large: at most ${MOST} can be told apart`)
    this.#lines++
    const byte = at >>> 3
    if (byte >= this.#seen.length) this.#grow(byte)
    const bit = 1 << (at & 7)
    if (((this.#seen[byte] as number) & bit) !== 0) {
      this.#doubled++
      return
    }
    this.#seen[byte] = (this.#seen[byte] as number) | bit
    this.#distinct++
    if (seq < this.#last) this.#reordered++
    else this.#last = seq
  }

  /** `expected`: how many numbers there should be; without it, up to the largest seen. */
  report(expected: number | null = null): SequenceReport {
    const through = Math.max(this.#last, expected === null ? 0 : this.#first + expected - 1)
    const lost = this.#last === 0 && expected === null ? 0 : through - this.#first + 1 - this.#distinct
    return { lines: this.#lines, last: this.#last, lost, doubled: this.#doubled, reordered: this.#reordered, missing: this.#missing(Math.min(lost, SHOWN)) }
  }

  #missing(most: number): number[] {
    const missing: number[] = []
    for (let at = 0; missing.length < most && at < this.#seen.length * 8; at++) if (((this.#seen[at >>> 3] as number) & (1 << (at & 7))) === 0) missing.push(this.#first + at)
    return missing
  }

  #grow(byte: number): void {
    const larger = new Uint8Array(Math.min(MOST / 8, Math.max(byte + 1, this.#seen.length * 2)))
    larger.set(this.#seen)
    this.#seen = larger
  }
}
