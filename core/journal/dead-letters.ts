// What targets refused for good: which record of which output, why and when. Kept in state.db until it is delivered again or discarded.
import { and, asc, count, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Orm } from './open-database.ts'
import { deadLetters } from './state-schema.ts'

export interface DeadLetter {
  readonly id: number
  readonly output: string
  readonly segment: number
  readonly record: number
  readonly reason: string
  /** Epoch ms. */
  readonly at: number
}

export type Refusal = Pick<DeadLetter, 'segment' | 'record' | 'reason'>

/** Kept per output; beyond it the oldest go. 20 MB of state.db at usual reasons; whoever has that many has one reason, not 100,000. */
const MAX_DEAD_LETTERS = 100_000

/** What a target answers may be a page of HTML. */
const MAX_REASON = 500

/** SQLite takes 32,766 variables in a statement. */
const IDS_AT_ONCE = 10_000

export class DeadLetters {
  readonly #db: Orm
  /** By output: asked for at every look at the page. */
  readonly #counts = new Map<string, number>()

  constructor(db: Orm) {
    this.#db = db
    for (const { output, n } of db.select({ output: deadLetters.output, n: count() }).from(deadLetters).groupBy(deadLetters.output).all()) this.#counts.set(output, n)
  }

  /** Durable when it returns; a record refused again has its newest reason. Gives how many old ones had to go. */
  add(output: string, refusals: readonly Refusal[], at: number): number {
    const { $client: client } = this.#db
    // Prepared: a whole batch of 5,000 in 20 ms instead of 100, on the main thread.
    const insert = client.prepare('INSERT INTO dead_letters (output, segment, record, reason, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (output, segment, record) DO UPDATE SET reason = excluded.reason, at = excluded.at')
    return client.transaction(() => {
      for (const { segment, record, reason } of refusals) insert.run(output, segment, record, reason.slice(0, MAX_REASON), at)
      const kept = this.#kept(output)
      const over = Math.max(0, kept - MAX_DEAD_LETTERS)
      if (over > 0) client.prepare('DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE output = ? ORDER BY id LIMIT ?)').run(output, over)
      this.#counts.set(output, kept - over)
      return over
    })()
  }

  count(output: string): number {
    return this.#counts.get(output) ?? 0
  }

  /** By output; those without any are left out. */
  counts(): ReadonlyMap<string, number> {
    return new Map([...this.#counts].filter(([, n]) => n > 0))
  }

  /** Oldest first, behind the id `after`; of all outputs where `output` is null. */
  list(output: string | null, { after = 0, limit }: { after?: number; limit: number }): DeadLetter[] {
    const wanted = output === null ? gt(deadLetters.id, after) : and(eq(deadLetters.output, output), gt(deadLetters.id, after))
    return this.#db.select().from(deadLetters).where(wanted).orderBy(asc(deadLetters.id)).limit(limit).all()
  }

  /** Those of the ids that the output has. */
  find(output: string, ids: readonly number[]): DeadLetter[] {
    const found: DeadLetter[] = []
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
      found.push(...this.#db.select().from(deadLetters).where(and(eq(deadLetters.output, output), inArray(deadLetters.id, ids.slice(from, from + IDS_AT_ONCE)))).all())
    }
    return found
  }

  /** All of the output's where `ids` is null. Gives how many there were. */
  remove(output: string, ids: readonly number[] | null): number {
    let gone = 0
    this.#db.transaction((tx) => {
      if (ids === null) gone = tx.delete(deadLetters).where(eq(deadLetters.output, output)).run().changes
      for (let from = 0; from < (ids?.length ?? 0); from += IDS_AT_ONCE) {
        gone += tx.delete(deadLetters).where(and(eq(deadLetters.output, output), inArray(deadLetters.id, (ids ?? []).slice(from, from + IDS_AT_ONCE)))).run().changes
      }
    })
    this.#counts.set(output, this.count(output) - gone)
    return gone
  }

  /** An output of a new name takes them along; those it has itself stay as they are. */
  rename(from: string, to: string): void {
    this.#db.run(sql`UPDATE OR IGNORE dead_letters SET output = ${to} WHERE output = ${from}`)
    for (const name of [from, to]) this.#counts.set(name, this.#kept(name))
  }

  #kept(output: string): number {
    return this.#db.select({ n: count() }).from(deadLetters).where(eq(deadLetters.output, output)).get()?.n ?? 0
  }
}
