// One at a time for each name: the next begins when the one before has ended.

/** As many as a sender has on their way, and once more when it gave up on them. More means that nobody gets on. */
const MAX_WAITING = 5

export class Turns {
  readonly #lines = new Map<string, Array<() => void>>()

  /** Who waits for it to come further; apart from turns, which those who wait in vain take and end as well. */
  readonly #told = new Map<string, Set<() => void>>()

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

  /** Tells those who wait in `moved`. */
  move(name: string): void {
    const told = this.#told.get(name)
    this.#told.delete(name)
    for (const go of told ?? []) go()
  }

  /** Resolves when somebody has come further under this name, or after `ms`. */
  moved(name: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const told = this.#told.get(name) ?? new Set()
      this.#told.set(name, told)
      const go = (): void => {
        clearTimeout(timer)
        told.delete(go)
        if (told.size === 0 && this.#told.get(name) === told) this.#told.delete(name)
        resolve()
      }
      const timer = setTimeout(go, ms)
      timer.unref()
      told.add(go)
    })
  }

  #end(name: string): void {
    const next = this.#lines.get(name)?.shift()
    if (next === undefined) this.#lines.delete(name)
    else next()
  }
}
