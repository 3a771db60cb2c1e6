// Searches that people gave a name, kept in state.db.
import { asc, count, eq } from 'drizzle-orm'
import type { Orm } from './open-database.ts'
import { savedSearches } from './state-schema.ts'

export interface SavedSearch {
  readonly name: string
  readonly q: string
  /** As typed; empty where open. */
  readonly from: string
  readonly to: string
  /** Names with commas between. */
  readonly columns: string
}

/** As many as a menu can show; a page reads all of them. */
export const MAX_SAVED_SEARCHES = 200

export class SavedSearches {
  readonly #db: Orm

  constructor(db: Orm) {
    this.#db = db
  }

  /** By name. */
  list(): SavedSearch[] {
    const { name, q, from, to, columns } = savedSearches
    return this.#db.select({ name, q, from, to, columns }).from(savedSearches).orderBy(asc(name)).all()
  }

  /** Durable when it returns. `taken`: one of this name is there, and stays; `full`: there are as many as there may be. */
  add({ name, q, from, to, columns }: SavedSearch, at: number): 'added' | 'taken' | 'full' {
    return this.#db.transaction((tx) => {
      if (tx.select().from(savedSearches).where(eq(savedSearches.name, name)).get() !== undefined) return 'taken'
      if ((tx.select({ n: count() }).from(savedSearches).get()?.n ?? 0) >= MAX_SAVED_SEARCHES) return 'full'
      tx.insert(savedSearches).values({ name, q, from, to, columns, at }).run()
      return 'added'
    })
  }

  /** False where there is none of this name. */
  remove(name: string): boolean {
    return this.#db.delete(savedSearches).where(eq(savedSearches.name, name)).run().changes > 0
  }
}
