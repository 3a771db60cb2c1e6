// Erases records that match a query out of sealed segments, oldest first: on request, or bit by bit for a retention rule.
import { createHash } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileOf, type SegmentRow } from '../journal/catalog.ts'
import type { Journal } from '../journal/journal.ts'
import { replaceSegment } from '../journal/replace-segment.ts'
import { indexName } from '../journal/segment-name.ts'
import type { EraseReport } from '../journal/retention-store.ts'
import type { ReportFor } from '../guard.ts'
import { messageOf } from '../guard.ts'
import { parseQuery } from '../search/parse-query.ts'
import type { Query } from '../search/query.ts'
import type { EraseMode, EraseResult } from './erase-job.ts'
import type { Rewriter } from './erase-thread.ts'
import { CannotErase } from './rewrite-segment.ts'

/** How long a rule may work in one sweep, ms: a sweep's limit is a minute, and others wait for their turn. */
const RULE_MS = 20_000
/** A rule that was out of the configuration for so long begins anew. */
const REMEMBER_MS = 90 * 24 * 3600_000

export interface EraseRequest {
  readonly query: Query
  /** Record time, epoch ms: from inclusive, to exclusive; null where open. */
  readonly from: number | null
  readonly to: number | null
  readonly mode: EraseMode
  readonly dryRun: boolean
}

export interface Erased extends EraseReport {
  /** Segments that were read. */
  readonly read: number
  /** Blocks that could not be read, and segments that could not be rewritten: what they hold is not erased. */
  readonly damaged: number
  readonly failed: ReadonlyArray<{ readonly segment: number; readonly reason: string }>
  /** Files of damaged stretches, which are not looked into. */
  readonly quarantine: readonly string[]
}

export interface EraserDeps {
  readonly journal: Journal
  readonly report: ReportFor
  /** Compression level of rewritten blocks. */
  readonly level: number
  thread(): Rewriter
  now(): number
  /** Copies of record text in memory must go: parse errors with their lines. */
  forget(): void
}

export class Eraser {
  readonly #deps: EraserDeps
  /** One at a time: two that rewrite the same segment would lose what the first erased. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(deps: EraserDeps) {
    this.#deps = deps
  }

  /** Everything durable when it is called is looked at; the active segment is sealed first, also for a dry run. */
  erase(request: EraseRequest): Promise<Erased> {
    return this.#inTurn(async () => {
      const { journal, forget } = this.#deps
      const { segment: last } = journal.head()
      await journal.seal()
      // What came meanwhile may be closed already, and not sealed yet.
      const rows = journal.catalog.all().filter((row) => overlaps(row, request) && (row.state !== 'closed' || row.number <= last))
      const done = await this.#run(request, rows, Infinity)
      if (!request.dryRun) forget()
      return { ...done, quarantine: this.#quarantine() }
    })
  }

  /** For `erase` of retention: whole segments older than `before`, each once, those that outputs still need not yet. */
  rule(when: string, before: number, dryRun: boolean): Promise<EraseReport> {
    return this.#inTurn(async () => {
      const { journal, now } = this.#deps
      const parsed = parseQuery(when)
      if (!parsed.ok) throw new Error(`BUG: unchecked query: ${parsed.message}`)
      const rule = createHash('sha256').update(when).digest('hex')
      const through = journal.store.erasedThrough(rule)
      const needed = journal.needed()?.segment ?? Infinity
      const rows = journal.catalog.all().filter((row) => row.number > through && row.lastCommit < before && row.number < needed)
      const done = await this.#run({ query: parsed.query, from: null, to: null, mode: 'delete', dryRun }, rows, performance.now() + RULE_MS)
      if (!dryRun && done.last !== null) journal.store.setErasedThrough(rule, done.last, now(), REMEMBER_MS)
      return done
    })
  }

  async #run(request: EraseRequest, rows: readonly SegmentRow[], deadline: number): Promise<Omit<Erased, 'quarantine'> & { readonly last: number | null }> {
    const { journal } = this.#deps
    const thread = this.#deps.thread()
    const sum = { records: 0, segments: 0, bytes: 0, read: 0, damaged: 0, complete: true, failed: [] as Array<{ segment: number; reason: string }>, last: null as number | null }
    try {
      for (const row of rows) {
        // A rule comes by again when it is sealed.
        if (performance.now() >= deadline || (row.state === 'closed' && deadline !== Infinity)) {
          sum.complete = false
          break
        }
        if (row.state === 'deleting') continue
        if (row.state !== 'sealed') {
          sum.failed.push({ segment: row.number, reason: 'it is damaged and could not be sealed; the next start mends it' })
          continue
        }
        sum.read++
        try {
          const { records, damaged, saved } = await this.#segment(request, row, thread)
          sum.records += records
          sum.damaged += damaged
          if (records > 0) sum.segments++
          sum.bytes += saved
        } catch (error) {
          sum.failed.push({ segment: row.number, reason: messageOf(error) })
          rmSync(tempOf(journal.directory, row).data, { force: true })
          rmSync(tempOf(journal.directory, row).index, { force: true })
          this.#deps.report('erase', 'error', `cannot erase in segment ${row.number}: ${messageOf(error)}`, 'The segment is unchanged. Run sawlog check if it is damaged.')
          // A disk that is full now may have room later; damage stays, and the other segments are not to wait for it.
          if (!(error instanceof CannotErase) && !OF_ONE_FILE.has((error as NodeJS.ErrnoException).code ?? '')) {
            sum.complete = false
            break
          }
        }
        sum.last = row.number
      }
    } finally {
      await thread.close()
    }
    return sum
  }

  async #segment(request: EraseRequest, row: SegmentRow, thread: Rewriter): Promise<{ records: number; damaged: number; saved: number }> {
    const { journal, level, now } = this.#deps
    const name = fileOf(row)
    const { data, index } = tempOf(journal.directory, row)
    const result: EraseResult = await thread.rewrite({ ...request, path: join(journal.directory, name), index: join(journal.directory, indexName(row.number)), out: { data, index, name }, segment: row.number, at: now(), level })
    if (result.written === null) return { records: result.records, damaged: result.damaged, saved: 0 }
    const { bytes, indexBytes, state } = result.written
    // Deleted meanwhile, by a full journal: then nothing of it is left to erase.
    const replaced = replaceSegment(journal, row, { data, index, bytes, indexBytes, state })
    return { records: result.records, damaged: result.damaged, saved: replaced ? row.bytes - bytes - indexBytes : 0 }
  }

  #quarantine(): string[] {
    try {
      return readdirSync(join(this.#deps.journal.directory, 'quarantine'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined) // told to its caller; the next one's turn comes all the same
    return turn
  }
}

/** Of a file that was taken away or cannot be read: others may be all right. */
const OF_ONE_FILE = new Set(['ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'EIO'])

/** A start removes what ends so. */
function tempOf(directory: string, row: SegmentRow): { data: string; index: string } {
  const path = join(directory, fileOf(row))
  return { data: `${path}.erase.tmp`, index: `${path}.idx.erase.tmp` }
}

function overlaps({ firstTime, lastTime }: SegmentRow, { from, to }: EraseRequest): boolean {
  if (firstTime === null || lastTime === null) return false
  return (from === null || lastTime >= from) && (to === null || firstTime < to)
}
