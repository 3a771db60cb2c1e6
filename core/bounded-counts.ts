// Counts by name with a bound: log text can name things, so neither the number of names nor their length may grow without end.
import { copyText } from './copy-text.ts'
import { MAX_NAMES, OTHER } from './counted-names.ts'

/** Longer than any sane tag or file path's telling part; more is cut and ends in an ellipsis. */
const MAX_NAME_CHARS = 200

export class BoundedCounts {
  readonly #counts = new Map<string, number>()
  readonly #maxNames: number

  constructor(start: Readonly<Record<string, number | undefined>> = {}, maxNames: number = MAX_NAMES) {
    this.#maxNames = maxNames
    this.addAll(start)
  }

  addAll(counts: Readonly<Record<string, number | undefined>>): void {
    for (const [name, count] of Object.entries(counts)) if (count !== undefined) this.add(name, count)
  }

  add(name: string, count: number): void {
    const key = name.length > MAX_NAME_CHARS ? `${copyText(name, MAX_NAME_CHARS)}…` : name
    const old = this.#counts.get(key)
    if (old !== undefined) {
      this.#counts.set(key, old + count)
      return
    }
    if (this.#counts.size < this.#maxNames) {
      // A name cut out of a line would keep all of its chunk alive.
      this.#counts.set(copyText(key, key.length), count)
      return
    }
    this.#counts.set(OTHER, (this.#counts.get(OTHER) ?? 0) + count)
  }

  get(name: string): number {
    const key = name.length > MAX_NAME_CHARS ? `${copyText(name, MAX_NAME_CHARS)}…` : name
    return this.#counts.get(key) ?? 0
  }

  names(): string[] {
    return [...this.#counts.keys()]
  }

  /** A copy. Built by definition, not assignment, so that a tag called `__proto__` is a name like any other. */
  toObject(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}
