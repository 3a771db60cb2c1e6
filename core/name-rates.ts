// What each name counted lately, in steps of five seconds over five minutes: what the small curves beside tags and sources show.
import { BoundedCounts } from './bounded-counts.ts'

const STEP_SECONDS = 5
/** Five minutes, as `RateRing` has. */
const STEPS = 60
/** Names of one step; further ones are counted together. The page shows six, and 61 steps of these are a few megabytes at worst. */
const MAX_NAMES = 200

/** Only `Stats` writes to it. */
export class NameRates {
  readonly #now: () => number
  /** One more than is shown: the running step is not yet comparable. */
  readonly #steps = Array.from({ length: STEPS + 1 }, () => new BoundedCounts({}, MAX_NAMES))
  /** What the newest of the steps stands for: epoch seconds by `STEP_SECONDS`. */
  #step: number

  constructor(now: () => number) {
    this.#now = now
    this.#step = this.#stepNow()
  }

  add(counts: Readonly<Record<string, number>>): void {
    this.#advance()
    this.#steps.at(-1)?.addAll(counts)
  }

  /** Records a second, oldest step first. */
  series(name: string): number[] {
    this.#advance()
    return this.#steps.slice(0, -1).map((counts) => counts.get(name) / STEP_SECONDS)
  }

  #stepNow(): number {
    return Math.floor(this.#now() / 1000 / STEP_SECONDS)
  }

  /** A wall clock set back relabels the history instead of losing it. */
  #advance(): void {
    const step = this.#stepNow()
    const passed = Math.min(step - this.#step, this.#steps.length)
    this.#step = step
    for (let i = 0; i < passed; i++) {
      this.#steps.shift()
      this.#steps.push(new BoundedCounts({}, MAX_NAMES))
    }
  }
}
