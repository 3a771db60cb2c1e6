// Which of several targets each stream goes to: where it belongs, elsewhere while that one fails, and back once it has been well for a while.
import type { HttpTarget } from '../http-target/http-target.ts'
import { PEER_CONTENT_TYPE } from './peer-request.ts'

export interface PeerRoutesOptions {
  readonly targets: readonly HttpTarget[]
  /** `failover`: everything belongs to the first target. `balance`: each stream to one of them. */
  readonly mode: 'failover' | 'balance'
  /** How long a target must fail before its streams go elsewhere, and be well before they come back, ms. */
  readonly switchMs: number
  readonly returnMs: number
}

/** Times are monotonic, ms; null where it does not apply. */
interface Health {
  failingSince: number | null
  wellSince: number | null
  askedAt: number
}

/** How often a target is asked whether it is well again, ms. */
const ASK_MS = 5_000

export class PeerRoutes {
  readonly #options: PeerRoutesOptions
  readonly #health: Health[]

  constructor(options: PeerRoutesOptions) {
    this.#options = options
    this.#health = options.targets.map(() => ({ failingSince: null, wellSince: null, askedAt: -Infinity }))
  }

  get count(): number {
    return this.#options.targets.length
  }

  target(index: number): HttpTarget {
    return this.#options.targets[index] as HttpTarget
  }

  /** Where the stream belongs. */
  home(lane: number): number {
    return this.#options.mode === 'failover' ? 0 : lane % this.count
  }

  /** Where the stream, which goes to target `now`, goes from here on. */
  choose(lane: number, now: number, signal: AbortSignal): number {
    const home = this.home(lane)
    const current = now < this.count ? now : home
    if (current !== home) this.#ask(home, signal)
    const { wellSince } = this.#health[home] as Health
    if (current !== home && wellSince !== null && performance.now() - wellSince >= this.#options.returnMs) return home
    if (!this.#fails(current)) return current
    for (let step = 0; step < this.count; step++) {
      const other = (home + step) % this.count
      if (other !== current && (this.#health[other] as Health).failingSince === null) return other
    }
    return current
  }

  /** A request to it, begun at `since`, had no answer that could be used. */
  failed(index: number, since: number): void {
    const health = this.#health[index] as Health
    health.failingSince ??= since
    health.wellSince = null
  }

  answered(index: number): void {
    const health = this.#health[index] as Health
    health.failingSince = null
  }

  #fails(index: number): boolean {
    const { failingSince } = this.#health[index] as Health
    return failingSince !== null && performance.now() - failingSince >= this.#options.switchMs
  }

  /** Without waiting: its answer counts the next time. */
  #ask(index: number, signal: AbortSignal): void {
    const health = this.#health[index] as Health
    const now = performance.now()
    if (now - health.askedAt < ASK_MS) return
    health.askedAt = now
    this.target(index).exchange(Buffer.alloc(0), { headers: { 'content-type': PEER_CONTENT_TYPE } }, signal).then(
      ({ status }) => {
        if (status !== 204) return this.failed(index, now)
        health.failingSince = null
        health.wellSince ??= now
      },
      () => this.failed(index, now),
    )
  }
}
