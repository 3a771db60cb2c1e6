// The distinct tokens of one block, as pairs of 32-bit hashes in an open-addressing table: a Set of numbers costs five times as much.

/** Room for the 12,000 distinct tokens of a usual block at a third full. */
const INITIAL_SLOTS = 32 * 1024

export class TokenSet {
  /** High and low lane side by side; both zero: free. */
  #slots = new Int32Array(INITIAL_SLOTS * 2)
  /** Of slot indices, which are even. */
  #mask = (INITIAL_SLOTS - 1) * 2
  /** The pairs once more, one after the other: looking for them in the table would cost as much as filling it. */
  #pairs = new Int32Array(INITIAL_SLOTS)
  #length = 0

  /** The lanes as they come out of the loop over a token's bytes; only what goes into the index is mixed. */
  add(high: number, low: number): void {
    const slots = this.#slots
    const mask = this.#mask
    // Multiplied once more: the low bits of the lanes alone depend on the low bits of the bytes alone.
    let at = (Math.imul(low ^ high, 0x9e3779b1) >>> 11) & mask
    for (;;) {
      const l = slots[at + 1] as number
      if (l === low && slots[at] === high) return
      if (l === 0 && slots[at] === 0) break
      at = (at + 2) & mask
    }
    // A pair of zeros cannot be told from a free slot: of 2^64 hashes one is taken for its neighbour.
    const stored = (high | low) === 0 ? 1 : low
    slots[at] = high
    slots[at + 1] = stored
    this.#pairs[this.#length] = high
    this.#pairs[this.#length + 1] = stored
    this.#length += 2
    if (this.#length === this.#pairs.length) this.#grow()
  }

  /** All pairs, high before low; the set is empty afterwards. */
  take(): Int32Array {
    const taken = this.#pairs.slice(0, this.#length)
    this.#slots.fill(0)
    this.#length = 0
    return taken
  }

  #grow(): void {
    const pairs = this.take()
    this.#slots = new Int32Array(this.#slots.length * 2)
    this.#mask = this.#mask * 2 + 2
    this.#pairs = new Int32Array(pairs.length * 2)
    for (let i = 0; i < pairs.length; i += 2) this.add(pairs[i] as number, pairs[i + 1] as number)
  }
}
