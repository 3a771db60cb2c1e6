// What one request has taken out of the budget for bodies; given back as a whole.
import type { BodyBudget } from '../define-plugin.ts'
import { HttpProblem } from './http-problem.ts'

/** Owned by one request. `release` must be called whatever happens. */
export class BodyClaim {
  readonly budget: BodyBudget
  #taken = 0

  constructor(budget: BodyBudget) {
    this.budget = budget
  }

  /** Throws 503 when the bodies in flight leave no room, 413 when this one would not fit alone: sent again it would never do. */
  take(bytes: number): void {
    if (this.#taken + bytes > this.budget.size) throw new HttpProblem(413, `cannot take the body: it needs more than ${this.budget.size} bytes. Send smaller batches, or raise server.max_bodies.`)
    if (!this.budget.take(bytes)) {
      throw new HttpProblem(503, 'cannot take the body now: too many bytes of request bodies are in flight. Send it again later, or raise server.max_bodies.', { 'Retry-After': '1' })
    }
    this.#taken += bytes
  }

  give(bytes: number): void {
    this.#taken -= bytes
    this.budget.give(bytes)
  }

  release(): void {
    if (this.#taken > 0) this.give(this.#taken)
  }
}
