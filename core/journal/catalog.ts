// The list of closed segments: in memory for every question, in catalog.db so that a start need not read them all.
import { asc, eq } from 'drizzle-orm'
import { openDatabase, type Orm } from './open-database.ts'
import { segments } from './catalog-schema.ts'

export type SegmentRow = typeof segments.$inferSelect

/** Rows are replaced, never changed in place. Writes that fail (full disk) are kept in memory: the file is disposable. */
export class Catalog {
  readonly #db: Orm
  readonly #rows = new Map<number, SegmentRow>()
  /** Ascending: with 10,000 segments every look at an output's lag would otherwise sort or scan them all. */
  readonly #numbers: number[] = []
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
    return this.#numbers.map((number) => this.#rows.get(number) as SegmentRow)
  }

  /** The segment after `number`, if it is closed. */
  after(number: number): SegmentRow | undefined {
    const next = this.#numbers[this.#indexAfter(number)]
    return next === undefined ? undefined : this.#rows.get(next)
  }

  get oldest(): SegmentRow | undefined {
    return this.#rows.get(this.#numbers[0] ?? -1)
  }

  get newest(): SegmentRow | undefined {
    return this.#rows.get(this.#numbers.at(-1) ?? -1)
  }

  get count(): number {
    return this.#numbers.length
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
    this.#numbers.splice(this.#indexAfter(row.number), 0, row.number)
    this.#rows.set(row.number, row)
    this.bytes += row.bytes
    this.records += row.records
  }

  #unset(number: number): void {
    const row = this.#rows.get(number)
    if (row === undefined) return
    this.#numbers.splice(this.#indexAfter(number) - 1, 1)
    this.#rows.delete(number)
    this.bytes -= row.bytes
    this.records -= row.records
  }

  /** Where in `#numbers` the first one above `number` is. */
  #indexAfter(number: number): number {
    let low = 0
    let high = this.#numbers.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#numbers[middle] as number) <= number) low = middle + 1
      else high = middle
    }
    return low
  }

  #write(change: () => void): void {
    try {
      change()
    } catch (error) {
      this.#failed(error)
    }
  }
}
