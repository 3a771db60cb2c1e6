// state.db: the journal's identity, output cursors, dead letters, saved searches, and answers to requests with an Idempotency-Key.
import { asc, eq, lt, lte, notInArray } from 'drizzle-orm'
import { randomUUID } from 'node:crypto'
import type { Json } from '../json.ts'
import { DeadLetters } from './dead-letters.ts'
import type { KeyEntry, SegmentState } from './frame.ts'
import { openDatabase, type Orm } from './open-database.ts'
import { SavedSearches } from './saved-searches.ts'
import { answers, cursors, erasures, journal, runs } from './state-schema.ts'
import type { Cursor } from './stored-line.ts'

/** How long a request's Idempotency-Key is remembered. Stripe and the IETF draft on the header field speak of 24 h. */
const ANSWERS_KEPT_MS = 24 * 3600 * 1000

/** What was known when everything up to the end of `keysThrough` was read. */
export type Fold = Pick<SegmentState, 'positions' | 'gaps' | 'totals' | 'frame'>

export class StateStore {
  readonly deadLetters: DeadLetters
  readonly savedSearches: SavedSearches
  readonly #db: Orm

  constructor(file: string) {
    this.#db = openDatabase(file, 'state')
    this.deadLetters = new DeadLetters(this.#db)
    this.savedSearches = new SavedSearches(this.#db)
  }

  /** The journal's row; made with what `fallbackId` finds (in a segment) or a new id if there is none. */
  identity(fallbackId: () => string | null, now: number): { id: string; nextSegment: number; keysThrough: number; fold: Fold | null; fresh: boolean } {
    const row = this.#db.select().from(journal).get()
    if (row !== undefined) return { ...row, fold: row.fold === null ? null : (JSON.parse(row.fold) as Fold), fresh: false }
    const id = fallbackId() ?? randomUUID()
    this.#db.insert(journal).values({ id, created: now, nextSegment: 1, keysThrough: 0 }).run()
    return { id, nextSegment: 1, keysThrough: 0, fold: null, fresh: true }
  }

  get keysThrough(): number {
    return this.#db.select().from(journal).get()?.keysThrough ?? 0
  }

  setNextSegment(nextSegment: number): void {
    this.#db.update(journal).set({ nextSegment }).run()
  }

  cursor(output: string): Cursor | null {
    const row = this.#db.select().from(cursors).where(eq(cursors.output, output)).get()
    return row === undefined ? null : { segment: row.segment, record: row.record, state: JSON.parse(row.state) as Json }
  }

  saveCursor(output: string, cursor: Cursor, now: number): void {
    const row = { output, segment: cursor.segment, record: cursor.record, state: JSON.stringify(cursor.state ?? null), updated: now }
    this.#db.insert(cursors).values(row).onConflictDoUpdate({ target: cursors.output, set: row }).run()
  }

  renameCursor(from: string, to: string): void {
    this.#db.update(cursors).set({ output: to }).where(eq(cursors.output, from)).run()
    this.deadLetters.rename(from, to)
  }

  /** Cursors of outputs that are not configured hold nothing back, but wait for their return. */
  idleCursors(configured: string[]): string[] {
    return this.#db.select({ output: cursors.output }).from(cursors).where(notInArray(cursors.output, configured)).all().map((row) => row.output)
  }

  answer(id: string): { hash: string; answer: Json } | null {
    const row = this.#db.select().from(answers).where(eq(answers.id, id)).get()
    return row === undefined ? null : { hash: row.hash, answer: JSON.parse(row.answer) as Json }
  }

  /** Takes the keys of all segments up to `through` and what is known at its end, and drops answers that are too old. One transaction. */
  saveAnswers(entries: readonly KeyEntry[], through: number, now: number, fold: Fold): void {
    this.#db.transaction((tx) => {
      for (const { id, hash, answer } of entries) tx.insert(answers).values({ id, hash, answer: JSON.stringify(answer), at: now }).onConflictDoNothing().run()
      tx.delete(answers).where(lt(answers.at, now - ANSWERS_KEPT_MS)).run()
      tx.update(journal).set({ keysThrough: through, fold: JSON.stringify(fold) }).run()
    })
  }

  /** The last segment that holds nothing more for an erasing rule; 0 for one that never ran. */
  erasedThrough(rule: string): number {
    return this.#db.select().from(erasures).where(eq(erasures.rule, rule)).get()?.through ?? 0
  }

  /** Rules that did not run for `keepMs` are forgotten: when they come back they look at everything again. */
  setErasedThrough(rule: string, through: number, now: number, keepMs: number): void {
    const row = { rule, through, updated: now }
    this.#db.insert(erasures).values(row).onConflictDoUpdate({ target: erasures.rule, set: row }).run()
    this.#db.delete(erasures).where(lt(erasures.updated, now - keepMs)).run()
  }

  /** Notes that run `id` begins at `place`, keeping the last `keep`; returns all that are known, oldest first. */
  addRun(id: string, { segment, record }: Pick<Cursor, 'segment' | 'record'>, now: number, keep: number): Array<{ id: string; segment: number; record: number }> {
    return this.#db.transaction((tx) => {
      const added = tx.insert(runs).values({ id, segment, record, at: now }).returning().get()
      tx.delete(runs).where(lte(runs.number, added.number - keep)).run()
      return tx.select().from(runs).orderBy(asc(runs.number)).all()
    })
  }

  close(): void {
    this.#db.$client.close()
  }
}
