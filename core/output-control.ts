// What people may ask of outputs: to see what was refused, to have it delivered again or forgotten, to deliver once more from an earlier time.
import type { Delivery } from './delivery.ts'
import type { DeadLetter } from './journal/dead-letters.ts'
import type { Journal } from './journal/journal.ts'
import { placeOfTime } from './place-of-time.ts'
import type { Redelivered } from './redeliver.ts'

/** Letters per errand: a second or so, in which the output's usual records wait. */
const LETTERS_AT_ONCE = 5000

/** No running output has this name. */
export class UnknownOutput extends Error {
  override readonly name = 'UnknownOutput'
}

export class OutputControl {
  readonly #journal: Journal
  readonly #deliveries: () => ReadonlyMap<string, Delivery>

  constructor(journal: Journal, deliveries: () => ReadonlyMap<string, Delivery>) {
    this.#journal = journal
    this.#deliveries = deliveries
  }

  /** Oldest first, behind the id `after`; of all outputs where `output` is null. */
  deadLetters(output: string | null, page: { after: number; limit: number }): DeadLetter[] {
    return this.#journal.store.deadLetters.list(output, page)
  }

  deadLetterCounts(): ReadonlyMap<string, number> {
    return this.#journal.store.deadLetters.counts()
  }

  /** All of the output's where `ids` is null. Gives how many are forgotten; their records stay. Also for outputs that are no longer configured. */
  discard(output: string, ids: readonly number[] | null): number {
    return this.#journal.store.deadLetters.remove(output, ids)
  }

  /** All of the output's where `ids` is null. Rejects with UnknownOutput, or when the output is stopped meanwhile. */
  async redeliver(output: string, ids: readonly number[] | null): Promise<Redelivered> {
    const delivery = this.#deliveryOf(output)
    const { deadLetters } = this.#journal.store
    if (ids !== null) return delivery.redeliver(deadLetters.find(output, ids))
    const sum: Redelivered = { delivered: 0, refused: 0, gone: 0, failed: null }
    for (let after = 0; sum.failed === null; ) {
      const letters = deadLetters.list(output, { after, limit: LETTERS_AT_ONCE })
      const last = letters.at(-1)
      if (last === undefined) break
      const { delivered, refused, gone, failed } = await delivery.redeliver(letters)
      sum.delivered += delivered
      sum.refused += refused
      sum.gone += gone
      sum.failed = failed
      after = last.id
    }
    return sum
  }

  /** The output goes to the first record of this time (epoch ms) or later, and on from there. Gives how many records that are. Rejects with UnknownOutput. */
  async replay(output: string, since: number): Promise<{ records: number }> {
    const delivery = this.#deliveryOf(output)
    await delivery.replay(await placeOfTime(this.#journal, since))
    return { records: delivery.status().lag }
  }

  #deliveryOf(output: string): Delivery {
    const delivery = this.#deliveries().get(output)
    if (delivery !== undefined) return delivery
    const names = [...this.#deliveries().keys()]
    throw new UnknownOutput(`there is no output "${output}"${names.length === 0 ? '; none is configured' : `. Outputs: ${names.join(', ')}`}`)
  }
}
