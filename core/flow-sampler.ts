// Records a second of every plugin over the last minute, out of counters that only grow.

/** The rhythm of the page: finer than that nobody sees, ms. */
const EVERY_MS = 2000
/** A minute. */
const MAX_SAMPLES = 31
/** Steady enough to read, short enough to feel immediate: 3 intervals. */
const WINDOW = 3

interface Sample {
  readonly at: number
  readonly counts: ReadonlyMap<string, number>
}

export class FlowSampler {
  readonly #read: () => ReadonlyMap<string, number>
  readonly #now: () => number
  /** Oldest first. */
  readonly #samples: Sample[] = []
  #timer: NodeJS.Timeout | null = null

  /** `read`: what each plugin has counted so far, by its id. */
  constructor(read: () => ReadonlyMap<string, number>, now: () => number = () => performance.now()) {
    this.#read = read
    this.#now = now
  }

  start(): void {
    this.take()
    this.#timer ??= setInterval(() => this.take(), EVERY_MS).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  take(): void {
    this.#samples.push({ at: this.#now(), counts: this.#read() })
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift()
  }

  /** Over the last seconds; null while it was not seen twice. */
  perSecond(id: string): number | null {
    return this.#between(id, Math.max(0, this.#samples.length - 1 - WINDOW), this.#samples.length - 1)
  }

  /** Records a second between two samples each, oldest first. */
  history(id: string): number[] {
    return this.#samples.slice(1).map((_, i) => this.#between(id, i, i + 1) ?? 0)
  }

  #between(id: string, first: number, last: number): number | null {
    const to = this.#samples[last]
    // A plugin that came with a reload is not in the oldest ones.
    while (first < last && this.#samples[first]?.counts.has(id) !== true) first++
    const from = this.#samples[first]
    const [begin, end] = [from?.counts.get(id), to?.counts.get(id)]
    if (from === undefined || to === undefined || begin === undefined || end === undefined || to.at <= from.at) return null
    return Math.max(0, ((end - begin) * 1000) / (to.at - from.at))
  }
}
