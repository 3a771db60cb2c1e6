// One at a time for each name: the next begins when the one before has ended.

/** Who waits beside the one that runs: its own sender, which gave up on the first. More means that nobody gets on. */
const MAX_WAITING = 1

export class Turns {
  readonly #lines = new Map<string, Array<() => void>>()

  /** Resolves with what ends the turn, when it has come; null when too many wait already. */
  take(name: string): Promise<(() => void) | null> {
    const waiting = this.#lines.get(name)
    const end = (): void => this.#end(name)
    if (waiting === undefined) {
      this.#lines.set(name, [])
      return Promise.resolve(end)
    }
    if (waiting.length >= MAX_WAITING) return Promise.resolve(null)
    return new Promise((resolve) => {
      waiting.push(() => resolve(end))
    })
  }

  busy(name: string): boolean {
    return this.#lines.has(name)
  }

  #end(name: string): void {
    const next = this.#lines.get(name)?.shift()
    if (next === undefined) this.#lines.delete(name)
    else next()
  }
}
