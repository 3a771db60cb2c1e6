// How many lines are due by when: a rate, more of it in bursts, more by day than by night.

export interface Burst {
  /** Between the beginnings of two bursts, ms; the first begins after as long. */
  readonly every: number
  /** How long one lasts, ms. */
  readonly for: number
  /** How many times the rate. */
  readonly factor: number
}

export interface RatePlanOptions {
  /** Lines a second, outside of bursts and averaged over a day. */
  readonly rate: number
  readonly burst: Burst | null
  /** Whether the rate follows the hours of the day. */
  readonly daily: boolean
  /** What time it is at the beginning, epoch ms. */
  readonly start: number
}

/** Percent of the average in each hour of a day, UTC: quiet at four, a peak at noon and another in the evening. They add up to 2400. */
const HOURS = [55, 40, 30, 25, 24, 30, 50, 80, 110, 130, 145, 155, 160, 150, 140, 135, 110, 110, 140, 155, 135, 110, 75, 106]
const HOUR_MS = 3_600_000

export class RatePlan {
  readonly #options: RatePlanOptions

  constructor(options: RatePlanOptions) {
    this.#options = options
  }

  /** Lines due in the first `ms` milliseconds, not rounded. */
  due(ms: number): number {
    return (this.#options.rate * this.#weight(ms)) / 1000
  }

  /** How many times the rate it is `ms` after the beginning. */
  factor(ms: number): number {
    const { burst, daily, start } = this.#options
    const day = daily ? (HOURS[Math.floor((start + ms) / HOUR_MS) % 24] as number) / 100 : 1
    return burst !== null && ms >= burst.every && ms % burst.every < burst.for ? day * burst.factor : day
  }

  /** Milliseconds, each counted as often as the rate is multiplied in it. */
  #weight(ms: number): number {
    if (!this.#options.daily) return ms + this.#burstMs(0, ms)
    const { start } = this.#options
    let sum = 0
    for (let from = 0; from < ms; ) {
      const hour = Math.floor((start + from) / HOUR_MS)
      const to = Math.min(ms, (hour + 1) * HOUR_MS - start)
      sum += ((HOURS[hour % 24] as number) / 100) * (to - from + this.#burstMs(from, to))
      from = to
    }
    return sum
  }

  /** What bursts add between the two. */
  #burstMs(from: number, to: number): number {
    const { burst } = this.#options
    if (burst === null) return 0
    const inBursts = (ms: number): number => {
      const periods = Math.floor(ms / burst.every)
      return periods < 1 ? 0 : (periods - 1) * burst.for + Math.min(burst.for, ms - periods * burst.every)
    }
    return (inBursts(to) - inBursts(from)) * (burst.factor - 1)
  }
}
