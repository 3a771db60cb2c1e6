// What is known of segments that are not sealed: their megabytes, counted by search threads the first time and when they have grown.
import { CELL_BYTES } from '../scan/raw-cells.ts'
import type { SearchPool } from '../scan/search-pool.ts'
import type { Cell } from '../scan/task.ts'
import type { ReadableSegment } from '../../journal/readable-segment.ts'

/** Cells a task looks through: 3 ms. */
const CELLS_A_TASK = 4

interface Table {
  /** How far the segment was looked through. */
  bytes: number
  readonly cells: Cell[]
  /** Whoever comes while it grows waits. */
  growing: Promise<void>
}

export class RawTables {
  readonly #pool: SearchPool
  readonly #tables = new Map<number, Table>()

  constructor(pool: SearchPool) {
    this.#pool = pool
  }

  /** The cells of the segment as far as it can be read; they may go a little further. */
  async cells(segment: ReadableSegment, fd: number): Promise<readonly Cell[]> {
    let table = this.#tables.get(segment.number)
    if (table === undefined || table.bytes > segment.bytes) this.#tables.set(segment.number, (table = { bytes: 0, cells: [], growing: Promise.resolve() }))
    const known = table
    const grown = known.growing.then(() => this.#grow(known, segment.bytes, fd))
    known.growing = grown.catch(() => undefined) // told to this caller; the next one tries again
    await grown
    return known.cells
  }

  /** Forgets segments that are sealed or deleted. */
  keep(segments: readonly ReadableSegment[]): void {
    const raw = new Set(segments.filter(({ kind }) => kind === 'raw').map(({ number }) => number))
    for (const number of this.#tables.keys()) if (!raw.has(number)) this.#tables.delete(number)
  }

  async #grow(table: Table, bytes: number, fd: number): Promise<void> {
    if (bytes <= table.bytes) return
    const from = Math.floor(table.bytes / CELL_BYTES)
    const to = Math.ceil(bytes / CELL_BYTES)
    const tasks: Array<Promise<Cell[]>> = []
    for (let cell = from; cell < to; cell += CELLS_A_TASK) {
      const cells = Array.from({ length: Math.min(CELLS_A_TASK, to - cell) }, (_, i) => cell + i)
      tasks.push(this.#pool.run({ kind: 'survey', fd, bytes, cells }))
    }
    // All of them: the descriptor must not be closed while a thread reads from it.
    const settled = await Promise.allSettled(tasks)
    const cells: Cell[] = []
    for (const result of settled) {
      if (result.status === 'rejected') throw result.reason
      cells.push(...result.value)
    }
    table.cells.splice(from, table.cells.length - from, ...cells)
    table.bytes = bytes
  }
}
