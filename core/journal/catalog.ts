// The list of closed segments: in memory for every question, in catalog.db so that a start need not read them all.
import { asc, eq } from 'drizzle-orm'
import { openDatabase, type Orm } from './open-database.ts'
import { segments } from './catalog-schema.ts'
import { DiskBySource } from './disk-by-source.ts'
import { sealedName, segmentName } from './segment-name.ts'

export type SegmentRow = typeof segments.$inferSelect

/** The file that holds a segment's records. */
export function fileOf({ number, compression }: SegmentRow): string {
  return compression === null ? segmentName(number) : sealedName(number, compression)
}

/** Length of that file. */
export function fileBytes({ bytes, indexBytes }: SegmentRow): number {
  return bytes - indexBytes
}

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
  readonly bySource = new DiskBySource()
  /** Of our own that wait to be sealed. */
  closedBytes = 0

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

  /** The segment of our own after `number` that is closed and stays. */
  after(number: number): SegmentRow | undefined {
    for (let at = this.#indexAfter(number); at < this.#numbers.length; at++) {
      const row = this.#rows.get(this.#numbers[at] as number) as SegmentRow
      if (row.journal === null && row.state !== 'deleting') return row
    }
    return undefined
  }

  get oldest(): SegmentRow | undefined {
    return this.#rows.get(this.#numbers[0] ?? -1)
  }

  /** The newest of our own. */
  get newest(): SegmentRow | undefined {
    for (let at = this.#numbers.length - 1; at >= 0; at--) {
      const row = this.#rows.get(this.#numbers[at] as number) as SegmentRow
      if (row.journal === null) return row
    }
    return undefined
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

  /** Makes all changes of `work` durable at once: a thousand rows cost as much as one. */
  transaction(work: () => void): void {
    let thrown: { error: unknown } | null = null
    try {
      this.#db.transaction(() => {
        try {
          work()
        } catch (error) {
          thrown = { error }
          throw error
        }
      })
    } catch (error) {
      // What `work` threw is its caller's business; what cannot be written is kept in memory.
      if (thrown !== null) throw error
      this.#failed(error)
    }
  }

  close(): void {
    this.#db.$client.close()
  }

  #set(row: SegmentRow): void {
    this.#unset(row.number)
    this.#numbers.splice(this.#indexAfter(row.number), 0, row.number)
    this.#rows.set(row.number, row)
    this.#count(row, 1)
  }

  #unset(number: number): void {
    const row = this.#rows.get(number)
    if (row === undefined) return
    this.#numbers.splice(this.#indexAfter(number) - 1, 1)
    this.#rows.delete(number)
    this.#count(row, -1)
  }

  #count(row: SegmentRow, sign: 1 | -1): void {
    const { bytes, records, state, journal } = row
    if (sign === 1) this.bySource.add(row)
    else this.bySource.remove(row)
    this.bytes += sign * bytes
    this.records += sign * records
    if (state === 'closed' && journal === null) this.closedBytes += sign * bytes
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
