// Records per second and level over the last five minutes: fixed memory, constant time per commit.
import { LEVELS, type Level } from './level.ts'
import type { Rate } from './read-model.ts'

/** Five minutes, the window of the throughput chart and the most `ReadModel.rate` may be asked for. */
const RING_SECONDS = 300
/** The running second is kept beside the complete ones. */
const SLOTS = RING_SECONDS + 1

/** Only `Stats` writes to it. A second is an epoch second; slot = second modulo the number of slots, counted from the ring's own head. */
export class RateRing {
  readonly #now: () => number
  readonly #records = new Float64Array(SLOTS)
  readonly #levels: Readonly<Record<Level, Float64Array>>
  /** The slot of the running second. */
  #slot = 0
  /** The epoch second that `#slot` stands for. */
  #second: number
  /** Complete seconds since birth, at most `RING_SECONDS`: an average over 5 s must not count seconds before the start. */
  #age = 0

  constructor(now: () => number) {
    this.#now = now
    this.#second = Math.floor(now() / 1000)
    this.#levels = {
      trace: new Float64Array(SLOTS), debug: new Float64Array(SLOTS), info: new Float64Array(SLOTS),
      warn: new Float64Array(SLOTS), error: new Float64Array(SLOTS), fatal: new Float64Array(SLOTS),
    }
  }

  add(records: number, levels: Partial<Record<Level, number>>): void {
    this.#advance()
    const slot = this.#slot
    this.#records[slot] = (this.#records[slot] ?? 0) + records
    for (const level of LEVELS) {
      const count = levels[level]
      if (count === undefined) continue
      const ring = this.#levels[level]
      ring[slot] = (ring[slot] ?? 0) + count
    }
  }

  /** Records a second over the last `seconds` complete seconds, or over fewer when the process is younger. */
  average(seconds: number): number {
    this.#advance()
    const span = Math.max(1, Math.min(seconds, this.#age))
    let sum = 0
    for (let back = 1; back <= span; back++) sum += this.#records[this.#slotBack(back)] ?? 0
    return sum / span
  }

  rate(seconds: number): Rate {
    this.#advance()
    const span = Math.max(0, Math.min(Math.floor(seconds), RING_SECONDS))
    const take = (ring: Float64Array): number[] => Array.from({ length: span }, (_, i) => ring[this.#slotBack(span - i)] ?? 0)
    const levels = this.#levels
    return {
      from: this.#second - span,
      records: take(this.#records),
      levels: {
        trace: take(levels.trace), debug: take(levels.debug), info: take(levels.info),
        warn: take(levels.warn), error: take(levels.error), fatal: take(levels.fatal),
      },
    }
  }

  #slotBack(back: number): number {
    return (this.#slot - back + SLOTS) % SLOTS
  }

  /** Moves the head to the running second. A wall clock set back relabels the history instead of losing it. */
  #advance(): void {
    const second = Math.floor(this.#now() / 1000)
    const steps = second - this.#second
    if (steps === 0) return
    this.#second = second
    if (steps < 0) return
    this.#age = Math.min(RING_SECONDS, this.#age + steps)
    for (let step = Math.min(steps, SLOTS); step > 0; step--) {
      this.#slot = (this.#slot + 1) % SLOTS
      this.#records[this.#slot] = 0
      for (const level of LEVELS) this.#levels[level][this.#slot] = 0
    }
  }
}
