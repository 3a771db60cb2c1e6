// The list of closed segments: in memory for every question, in catalog.db so that a start need not read them all.
import { asc, eq } from 'drizzle-orm'
import { openDatabase, type Orm } from './open-database.ts'
import { segments } from './catalog-schema.ts'

export type SegmentRow = typeof segments.$inferSelect

/** Rows are replaced, never changed in place. Writes that fail (full disk) are kept in memory: the file is disposable. */
export class Catalog {
  readonly #db: Orm
  readonly #rows = new Map<number, SegmentRow>()
  /** Told of writes that failed. */
  readonly #failed: (error: unknown) => void
  /** Sums over all rows, kept up to date because backpressure asks at every batch. */
  bytes = 0
  records = 0

  constructor(file: string, failed: (error: unknown) => void) {
    this.#db = openDatabase(file, 'catalog')
    this.#failed = failed
    for (const row of this.#db.select().from(segments).orderBy(asc(segments.number)).all()) this.#set(row)
  }

  get(number: number): SegmentRow | undefined {
    return this.#rows.get(number)
  }

  /** By number, oldest first. */
  all(): SegmentRow[] {
    return [...this.#rows.values()].sort((a, b) => a.number - b.number)
  }

  /** The segment after `number`, if it is closed. */
  after(number: number): SegmentRow | undefined {
    let next: SegmentRow | undefined
    for (const row of this.#rows.values()) if (row.number > number && (next === undefined || row.number < next.number)) next = row
    return next
  }

  put(row: SegmentRow): void {
    this.#set(row)
    this.#write(() => this.#db.insert(segments).values(row).onConflictDoUpdate({ target: segments.number, set: row }).run())
  }

  remove(number: number): void {
    this.#unset(number)
    this.#write(() => this.#db.delete(segments).where(eq(segments.number, number)).run())
  }

  close(): void {
    this.#db.$client.close()
  }

  #set(row: SegmentRow): void {
    this.#unset(row.number)
    this.#rows.set(row.number, row)
    this.bytes += row.bytes
    this.records += row.records
  }

  #unset(number: number): void {
    const row = this.#rows.get(number)
    if (row === undefined) return
    this.#rows.delete(number)
    this.bytes -= row.bytes
    this.records -= row.records
  }

  #write(change: () => void): void {
    try {
      change()
    } catch (error) {
      this.#failed(error)
    }
  }
}
