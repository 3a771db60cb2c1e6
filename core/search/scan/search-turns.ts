// What the tasks of one search have in common: the flag that ends them, and when one of them was last begun.

/** Tasks with which a search goes before longer ones: a page or a needle seldom needs more, and people wait for those. */
const FIRST_TASKS = 16

export class SearchTurns {
  /** Shared with the search threads; set once, by the pool. */
  readonly #flag: Int32Array
  #begun = 0
  /** Counted over all searches; -1 before the first. */
  #last = -1

  constructor() {
    this.#flag = new Int32Array(new SharedArrayBuffer(4))
  }

  /** For `isStopped`, in any thread. */
  get flag(): Int32Array {
    return this.#flag
  }

  stop(): void {
    Atomics.store(this.#flag, 0, 1)
  }

  begin(turn: number): void {
    this.#begun++
    this.#last = turn
  }

  /** True when a task of this search goes before one of the other: whoever has just come, then who has waited longest. */
  isBefore(other: SearchTurns): boolean {
    const isNew = this.#begun < FIRST_TASKS
    if (isNew !== other.#begun < FIRST_TASKS) return isNew
    return this.#last < other.#last
  }
}
