// One search from its beginning to its receipt: the segments as they were, what was spent, and why it ended.
import { FLAG_ODD_NUMBERS, type BlockRow } from '../../journal/sealed/index-header.ts'
import { askIndex, type IndexAnswer, type NameCounts, type Question } from '../plan/ask-index.ts'
import { resolveQuery } from '../plan/resolve-query.ts'
import type { Found, Want } from '../scan/scan-block.ts'
import type { SearchPool } from '../scan/search-pool.ts'
import { SearchTurns } from '../scan/search-turns.ts'
import { Stopped } from '../scan/stopped.ts'
import type { BlockPlace, Scanned, Task, TaskQuery, TaskResult } from '../scan/task.ts'
import type { MatchRequest, Receipt } from '../store.ts'
import type { BlockResults } from './block-results.ts'
import { RawFiles } from './raw-files.ts'
import type { RawTables } from './raw-tables.ts'
import type { ReadableSegment } from '../../journal/readable-segment.ts'
import type { SegmentList } from './segment-list.ts'

export interface StoreParts {
  readonly segments: SegmentList
  readonly pool: SearchPool
  readonly results: BlockResults
  readonly tables: RawTables
  now(): number
}

/** A block that may hold matches. */
export type Candidate = BlockPlace & {
  readonly minTime: number
  readonly maxTime: number
  /** Under which what is found in it can be remembered; another one once the bytes are others. */
  readonly content: string
}

export type AskedSegment = Pick<IndexAnswer, 'count' | 'slots'> & { /** One for each index asked. */ readonly names: NameCounts[]; readonly candidates: Candidate[] }

/** Numbers in a row of an index. */
const ROW: BlockRow['length'] = 8

/** What a timer takes; no search lasts that long. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Segments are sealed within milliseconds between listing and opening them at most twice in a row. */
const LISTINGS = 3

export class SearchRun {
  readonly query: TaskQuery
  readonly receipt: Receipt = { complete: true, reason: null, segments: 0, blocks: 0, blocksScanned: 0, pruned: { time: 0, counts: 0, bloom: 0, remembered: 0 }, bytesScanned: 0, records: 0, ms: 0 }
  /** Those whose records may lie in the span, newest last record first. */
  readonly segments: ReadableSegment[] = []
  readonly #parts: StoreParts
  readonly #signal: AbortSignal | undefined
  readonly #began = performance.now()
  readonly #deadline: number
  readonly #files = new RawFiles()
  readonly #working = new Set<Promise<unknown>>()
  readonly #turns = new SearchTurns()
  readonly #timer: NodeJS.Timeout
  /** The budget is spent: timers come up to 1 ms before the clock says so. */
  #late = false

  constructor(parts: StoreParts, request: MatchRequest) {
    this.#parts = parts
    this.#signal = request.signal
    this.#deadline = this.#began + request.budgetMs
    const { query, from, to } = resolveQuery(request.query, request.from, request.to, parts.now())
    this.query = { key: JSON.stringify(query), query, from, to }
    try {
      this.#list()
    } catch (error) {
      this.#files.close()
      throw error
    }
    this.#signal?.addEventListener('abort', this.#stopTasks)
    this.#timer = setTimeout(() => {
      this.#late = true
      this.#stopTasks()
    }, Math.min(request.budgetMs, MAX_TIMER_MS)).unref()
  }

  /** Why the search must end now, or null. */
  get stopped(): 'cancelled' | 'budget' | null {
    if (this.#signal?.aborted) return 'cancelled'
    return this.#late || performance.now() > this.#deadline ? 'budget' : null
  }

  /** True when the search must end, which its receipt then says. */
  stop(): boolean {
    const reason = this.stopped
    if (reason !== null) this.incomplete(reason)
    return reason !== null
  }

  incomplete(reason: string): void {
    this.receipt.complete = false
    this.receipt.reason ??= reason
  }

  /** Which blocks of these segments must be read, and what is known of the others. */
  async ask(segments: readonly ReadableSegment[], question: Question): Promise<AskedSegment[]> {
    const { threads } = this.#parts.pool
    const sealed = segments.filter(({ kind }) => kind === 'sealed')
    const parts: Array<Promise<AskedSegment[]>> = segments.filter(({ kind }) => kind === 'raw').map(async (segment) => [await this.#askRaw(segment, question)])
    // A thread remembers the indexes it has read, so each segment goes to the same one every time.
    for (let thread = 0; thread < Math.max(1, threads); thread++) {
      const own = sealed.filter(({ number }) => number % Math.max(1, threads) === thread)
      if (own.length > 0) parts.push(this.#askSealed(own, question, thread))
    }
    return (await Promise.all(parts)).flat()
  }

  /** Reads blocks; null in place of one that could not be read, which the receipt says, or was deleted. */
  async scan(blocks: readonly Candidate[], want: Want): Promise<Array<Found | null>> {
    const scanned = await this.#scan(blocks, want)
    return scanned?.map((found, i) => {
      const block = blocks[i] as Candidate
      if (typeof found === 'string') this.incomplete(found)
      if (found === null || typeof found === 'string') return null
      const { receipt } = this
      receipt.blocksScanned++
      receipt.bytesScanned += block.raw
      receipt.records += block.records
      return found
    }) ?? blocks.map(() => null)
  }

  /** Those whose file was replaced meanwhile, as erasing does, are looked for in the new one: it has the same blocks with the same numbers. */
  async #scan(blocks: readonly Candidate[], want: Want): Promise<Scanned[] | null> {
    const scanned = await this.#run({ kind: 'scan', query: this.query, blocks, want })
    if (scanned === null) return null
    for (const [i, block] of blocks.entries()) {
      for (let tries = 1; scanned[i] === null && tries <= LISTINGS; tries++) {
        const place = await this.#findAgain(block)
        if (place === null) break
        scanned[i] = (await this.#run({ kind: 'scan', query: this.query, blocks: [place], want }))?.[0] ?? null
      }
    }
    return scanned
  }

  /** Null when the segment is deleted, or cannot be found, which the receipt then says. */
  async #findAgain(block: Candidate): Promise<Candidate | null> {
    if (block.kind === 'raw') throw new Error('BUG: a descriptor that leads nowhere')
    const { segment, path, first, records } = block
    const listed = this.#listed(segment)
    if (listed === undefined) return null
    const file = await this.#run({ kind: 'blocks', file: { segment, path: listed.path, index: listed.index } }, segment)
    const entry = file?.entries.find((one) => one.first === first && one.records === records)
    if (file === null || entry === undefined || listed.path !== path) {
      this.incomplete(`segment ${segment} cannot be found as it was`)
      return null
    }
    return { ...block, ...entry, kind: 'sealed', path, identity: file.identity, content: file.identity }
  }

  #listed(segment: number): ReadableSegment | undefined {
    return this.#parts.segments.list().find(({ number }) => number === segment)
  }

  /** Waits for what threads still do, and lets go of the files. */
  async end(): Promise<Receipt> {
    this.#stopTasks()
    await Promise.allSettled(this.#working)
    this.#files.close()
    this.receipt.ms = performance.now() - this.#began
    return this.receipt
  }

  /** Null when the search ended before it, which the receipt then says. */
  async #run<T extends Task>(task: T, thread: number | null = null): Promise<TaskResult<T> | null> {
    try {
      return await this.#settles(this.#parts.pool.run(task, { thread, turns: this.#turns }))
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
      this.incomplete(this.stopped ?? 'cancelled')
      return null
    }
  }

  /** Descriptors stay open until it does. */
  #settles<T>(work: Promise<T>): Promise<T> {
    this.#working.add(work)
    const done = (): void => void this.#working.delete(work)
    work.then(done, done)
    return work
  }

  readonly #stopTasks = (): void => {
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#stopTasks)
    this.#parts.pool.stop(this.#turns)
  }

  #list(): void {
    for (let listing = 1; ; listing++) {
      const all = this.#parts.segments.list()
      this.#parts.tables.keep(all)
      const missing = this.#files.open(all)
      // Sealed in the meantime: the next listing has it as such. Not then: someone took the file away.
      if (missing !== null && listing < LISTINGS) continue
      if (missing !== null) this.incomplete(`segment ${missing} cannot be found`)
      const { from, to } = this.query
      this.receipt.segments = all.length
      for (const segment of all) {
        const { firstTime, lastTime, kind, number, records } = segment
        if (kind === 'raw' && (records === 0 || this.#files.get(number) === undefined)) continue
        if ((firstTime ?? -Infinity) < to && (lastTime ?? Infinity) >= from) this.segments.push(segment)
      }
      this.segments.sort((a, b) => (b.lastTime ?? Infinity) - (a.lastTime ?? Infinity) || b.number - a.number)
      return
    }
  }

  async #askSealed(segments: readonly ReadableSegment[], question: Question, thread: number): Promise<AskedSegment[]> {
    const files = segments.map(({ number, path, index }) => ({ segment: number, path, index }))
    const asked = await this.#run({ kind: 'ask', query: this.query, files, question }, thread)
    if (asked === null) return []
    return asked.map((answer, i) => {
      const { number, path, bytes } = segments[i] as ReadableSegment
      if (answer === null) {
        // Deleted since it was listed, with all its records; or someone took the file away.
        if (this.#listed(number) !== undefined) this.incomplete(`segment ${number} cannot be found`)
        return { count: 0, slots: [], names: [], candidates: [] }
      }
      // Erased from since it was listed; or someone put another file in its place, of which neither times nor number are known.
      if (answer.problem === null && answer.fileBytes !== bytes && answer.fileBytes !== this.#listed(number)?.bytes) this.incomplete(`segment ${number} is another file than it was`)
      this.#note(answer, answer.blocks)
      if (answer.problem !== null) this.incomplete(answer.problem)
      if (!answer.indexed) this.#parts.segments.indexLost?.(number)
      const { identity, count, slots, names, rows } = answer
      const candidates: Candidate[] = []
      for (let i = 0; i < rows.length; i += ROW) {
        const [offset, length, raw, records, first, minTime, maxTime, flags] = rows.slice(i, i + ROW) as BlockRow
        candidates.push({ kind: 'sealed', path, identity, content: identity, segment: number, offset, length, raw, records, first, minTime, maxTime, whole: this.#whole(minTime, maxTime), oddNumbers: (flags & FLAG_ODD_NUMBERS) !== 0 })
      }
      return { count, slots, names: names === null ? [] : [names], candidates }
    })
  }

  async #askRaw(segment: ReadableSegment, question: Question): Promise<AskedSegment> {
    const fd = this.#files.get(segment.number) as number
    const asked: AskedSegment = { count: 0, slots: [], names: [], candidates: [] }
    let first = 0
    for (const { start, end, records, index } of await this.#settles(this.#parts.tables.cells(segment, fd))) {
      const [row] = index.blocks
      if (row === undefined || records === 0) continue
      const { query, from, to } = this.query
      const answer = askIndex(index, null, query, from, to, question)
      this.#note(answer, 1)
      asked.count += answer.count
      asked.slots.push(...answer.slots)
      if (answer.names !== null) asked.names.push(answer.names)
      const [, , , , , minTime, maxTime, flags] = row
      if (answer.read.length > 0) asked.candidates.push({ kind: 'raw', fd, content: `raw ${segment.number} ${end - start}`, segment: segment.number, offset: start, length: end - start, raw: end - start, records, first, minTime, maxTime, whole: this.#whole(minTime, maxTime), oddNumbers: (flags & FLAG_ODD_NUMBERS) !== 0 })
      first += records
    }
    return asked
  }

  #note({ pruned }: Pick<IndexAnswer, 'pruned'>, blocks: number): void {
    const { receipt } = this
    receipt.blocks += blocks
    receipt.pruned.time += pruned.time
    receipt.pruned.counts += pruned.counts
    receipt.pruned.bloom += pruned.bloom
  }

  #whole(minTime: number, maxTime: number): boolean {
    return minTime >= this.query.from && maxTime < this.query.to
  }
}
