// Hands lines to an output until it has taken or refused them: tries again, in smaller portions, or lists them as dead letters.
import type { Component } from './component.ts'
import type { CommonKeys } from './config/common-keys.ts'
import { checkedCursor, isBefore, type Place } from './cursor-order.ts'
import { Reject, TooLarge } from './delivery-errors.ts'
import { pauseFor } from './delivery-pause.ts'
import type { DeliveryProgress } from './delivery-progress.ts'
import type { Delivered, Output } from './define-plugin.ts'
import { messageOf } from './guard.ts'
import type { Refusal } from './journal/dead-letters.ts'
import type { Cursor, StoredLine } from './journal/stored-line.ts'

export interface AttemptsDeps {
  readonly component: Component
  readonly retry: CommonKeys['output']['retry']
  readonly progress: DeliveryProgress
  readonly signal: AbortSignal
  /** True: what fails now is not tried again, but comes again later. */
  givesWay(): boolean
  sleep(ms: number): Promise<void>
  failed(message: string, remedy: string): void
  /** The target will not take so much at once. */
  tooLarge(lines: readonly StoredLine[]): void
  /** Makes them durable. Throws what keeps it from that. */
  dead(refusals: readonly Refusal[]): void
}

export class Attempts {
  readonly #deps: AttemptsDeps

  constructor(deps: AttemptsDeps) {
    this.#deps = deps
  }

  /**
   * `given` is the cursor, `end` the place behind the lines. Gives where the delivery stands afterwards: `end`, or before it if the output
   * wants to go on from there. Null when the lines must come again.
   */
  async deliver(lines: readonly StoredLine[], given: Cursor, end: Place): Promise<Cursor | null> {
    const { progress, signal } = this.#deps
    let failed = false
    try {
      for (let attempt = 0; ; attempt++) {
        const outcome = await this.#once(lines, given, end, attempt)
        if (!(outcome instanceof Failed)) return outcome
        if (!failed) progress.retrying++
        failed = true
        if (this.#deps.givesWay()) return null
        await this.#deps.sleep(pauseFor(outcome.error, attempt, this.#deps.retry))
        if (signal.aborted || this.#deps.givesWay()) return null
        // What was written since the last flush may be gone: the lines since the saved cursor come again.
        if (this.#output.flush !== undefined) return null
      }
    } finally {
      if (failed) progress.retrying--
    }
  }

  get #output(): Output {
    return this.#deps.component.output as Output
  }

  async #once(lines: readonly StoredLine[], given: Cursor, end: Place, attempt: number): Promise<Cursor | null | Failed> {
    const { component, retry, signal } = this.#deps
    const cost = component.costOf('committed')
    const began = performance.now()
    cost.calls++
    try {
      const result = await this.#output.deliver(lines, given, signal)
      cost.ms += performance.now() - began
      return this.#taken(lines, given, end, result ?? {})
    } catch (error) {
      cost.ms += performance.now() - began
      if (signal.aborted) return null
      if (error instanceof TooLarge && lines.length > 1) {
        this.#deps.tooLarge(lines)
        return this.#halves(lines, given, end)
      }
      cost.errors++
      cost.lastError = messageOf(error)
      const why = error instanceof Reject || error instanceof TooLarge ? messageOf(error) : attempt + 1 >= limitOf(retry) ? `gave up after ${attempt + 1} attempts: ${messageOf(error)}` : null
      if (why === null) {
        this.#deps.failed(`cannot deliver: ${messageOf(error)}`, 'It is tried again; records wait in the journal.')
        return new Failed(error)
      }
      return this.#bury(lines.map((line) => ({ line, reason: why }))) ?? { ...end, state: given.state }
    }
  }

  #taken(lines: readonly StoredLine[], given: Cursor, end: Place, { cursor: returned, rejected = [] }: Delivered): Cursor | Failed {
    const { component } = this.#deps
    component.watch?.delivered(lines)
    const failed = rejected.length === 0 ? null : this.#bury(rejected)
    if (failed !== null) return failed
    const cursor = checkedCursor(returned, given, end) ?? { ...end, state: given.state }
    const last = lines.at(-1) as StoredLine
    // After the last wanted line there may be others that `when` left out: they are done as well.
    const whole = cursor.segment === last.segment && cursor.record === last.record + 1
    this.#deps.progress.delivered += (whole || returned === undefined ? lines.length : lines.filter((line) => isBefore(line, cursor)).length) - rejected.length
    return whole ? { ...end, state: cursor.state } : cursor
  }

  async #halves(lines: readonly StoredLine[], given: Cursor, end: Place): Promise<Cursor | null> {
    const half = lines.slice(0, lines.length >> 1)
    const last = half.at(-1) as StoredLine
    const middle = { segment: last.segment, record: last.record + 1 }
    const first = await this.deliver(half, given, middle)
    if (first === null || isBefore(first, middle)) return first
    const second = await this.deliver(lines.slice(half.length), first, end)
    // What the first half has come to stands, unless the output may have lost it.
    return second ?? (this.#output.flush === undefined ? first : null)
  }

  /** Null when they are listed; a failure when they could not be, and then they come again. */
  #bury(rejected: NonNullable<Delivered['rejected']>): Failed | null {
    const { progress } = this.#deps
    try {
      this.#deps.dead(rejected.map(({ line: { segment, record }, reason }) => ({ segment, record, reason: String(reason) })))
    } catch (error) {
      this.#deps.failed(`cannot list dead letters: ${messageOf(error)}`, 'Free some space; the records are delivered again.')
      return new Failed(error)
    }
    progress.rejected += rejected.length
    this.#deps.failed(`the target refused ${rejected.length} records: ${String(rejected[0]?.reason)}`, 'They are listed as dead letters; mend what the target complains about and replay them.')
    return null
  }
}

/** The attempt failed in a way that may pass. */
class Failed {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}

function limitOf({ attempts }: CommonKeys['output']['retry']): number {
  return attempts === 'unlimited' ? Infinity : attempts
}
