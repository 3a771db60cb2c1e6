// A map that forgets what was not used for the longest time once it is full: state by keys that log text makes up must not grow without end.

export class RecentMap<V> {
  /** In the order of last use. */
  readonly #entries = new Map<string, V>()
  readonly #maxKeys: number
  readonly #forgotten: (value: V) => void

  constructor(maxKeys: number, forgotten: (value: V) => void = () => undefined) {
    this.#maxKeys = maxKeys
    this.#forgotten = forgotten
  }

  get size(): number {
    return this.#entries.size
  }

  /** The value, which now is the one used last. */
  get(key: string): V | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  /** For a key that is not there. */
  add(key: string, value: V): void {
    if (this.#entries.size >= this.#maxKeys) this.#forgetOldest()
    this.#entries.set(key, value)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  values(): IterableIterator<V> {
    return this.#entries.values()
  }

  #forgetOldest(): void {
    for (const [key, value] of this.#entries) {
      this.#entries.delete(key)
      this.#forgotten(value)
      return
    }
  }
}
