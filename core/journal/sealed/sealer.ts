// Seals closed segments one after the other, oldest first, and makes missing indexes anew: the worker writes, this thread gives the files their names.
import { renameSync, rmSync } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProblemLevel } from '../../problem.ts'
import { type Catalog, fileBytes, fileOf, type SegmentRow } from '../catalog.ts'
import type { Disk } from '../disk.ts'
import { fault } from '../fault.ts'
import { sealedRow } from '../sealed-row.ts'
import { indexName, sealedName, segmentName } from '../segment-name.ts'
import { Waiters } from '../waiters.ts'
import type { Compression } from './format.ts'
import type { Sealed } from './seal-segment.ts'
import type { SealRunner } from './seal-task.ts'
import { SealYield } from './seal-yield.ts'

/** After a failure, ms: doubled up to the second figure. A full disk is looked at again as often as a person would. */
const RETRY_MS = [1000, 60_000] as const

export interface SealerOptions {
  readonly directory: string
  readonly journal: string
  readonly catalog: Catalog
  readonly compression: Compression
  readonly level: number
  readonly runner: SealRunner
  /** So many bytes may wait now while there is better to do. */
  maxWaitingBytes(): number
  readonly disk: Disk
  /** Segments up to this one may lose their commit lines: their idempotency keys are in state.db. */
  keysThrough(): number
  now(): number
  /** A segment is sealed: there is more room. */
  sealed(): void
  problem(level: ProblemLevel, message: string, remedy: string): void
}

/** One loop; `wake` it when there may be something to do. */
export class Sealer {
  readonly #options: SealerOptions
  #running: Promise<void> | null = null
  #stopped = false
  /** Each time one segment was tried, and at the end. */
  readonly #steps = new Waiters()
  /** Why the last attempt failed, until one succeeds. */
  #trouble: string | null = null
  #failures = 0
  #retry: NodeJS.Timeout | undefined
  readonly #yield: SealYield
  /** Indexes that could not be made: a search does without. */
  readonly #unindexed = new Set<number>()

  constructor(options: SealerOptions) {
    this.#options = options
    const { catalog, runner } = options
    this.#yield = new SealYield({ pause: (on) => runner.pause(on), waiting: () => catalog.closedBytes, maxWaiting: () => options.maxWaitingBytes() })
  }

  /** Why closed segments stay unsealed, or null. */
  get trouble(): string | null {
    return this.#trouble
  }

  /** Starts, unless it waits after a failure. */
  wake(): void {
    if (this.#retry === undefined) this.#start()
  }

  #start(): void {
    clearTimeout(this.#retry)
    this.#retry = undefined
    if (this.#stopped || this.#running !== null) return
    this.#running = this.#run().finally(() => {
      this.#running = null
      this.#steps.end()
    })
  }

  /** Until every segment that is closed now is sealed; those that are closed meanwhile follow. Throws what keeps one from it. */
  async drain(): Promise<void> {
    const { catalog, keysThrough } = this.#options
    const last = catalog.all().at(-1)?.number ?? 0
    const unhurry = this.#yield.hurry()
    try {
      while ((this.#next()?.number ?? Infinity) <= last && !this.#stopped) {
        const done = this.#steps.wait()
        this.#start()
        await done
        if (this.#trouble !== null) throw new Error(this.#trouble)
      }
    } finally {
      unhurry()
    }
    const through = keysThrough()
    const left = catalog.all().filter((row) => row.state === 'closed' && row.number > through && row.number <= last)
    if (left.length > 0) throw new Error(`${left.length} closed segments cannot be sealed yet: state.db cannot be written`)
  }

  /** A search found that this index is missing or damaged. */
  indexLost(segment: number): void {
    const { catalog } = this.#options
    const row = catalog.get(segment)
    if (row === undefined || row.state !== 'sealed' || row.indexBytes === 0) return
    catalog.put({ ...row, bytes: fileBytes(row), indexBytes: 0 })
    this.wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    await this.#options.runner.stop()
    await this.#running
  }

  /** Sealing goes before indexing: it frees room. */
  #next(): SegmentRow | undefined {
    const through = this.#options.keysThrough()
    const rows = this.#options.catalog.all()
    // What follows a damaged segment stays as well: its frames show what is missing before them.
    return rows.find((row, i) => row.state === 'closed' && row.number <= through && rows[i - 1]?.state !== 'suspect')
      ?? rows.find((row) => row.state === 'sealed' && row.indexBytes === 0 && !this.#unindexed.has(row.number))
  }

  async #run(): Promise<void> {
    for (let row = this.#next(); row !== undefined && !this.#stopped; row = this.#next()) {
      try {
        if (row.state === 'closed') await this.#seal(row)
        else await this.#index(row)
        this.#succeeded()
        this.#steps.end()
      } catch (error) {
        this.#removeTemporary(row.number)
        if (this.#stopped) return
        if (!this.#failed(row, error as NodeJS.ErrnoException)) return
      }
    }
  }

  async #seal(row: SegmentRow): Promise<void> {
    const { directory, catalog, runner, compression, level, disk, now, journal, sealed } = this.#options
    const { number } = row
    const name = sealedName(number, compression)
    const path = (file: string): string => join(directory, file)
    const out = { data: path(`${name}.tmp`), index: path(`${indexName(number)}.tmp`), name }
    this.#yield.begin(row.bytes)
    const { state, bytes, indexBytes } = (await runner.run({
      kind: 'seal', path: path(segmentName(number)), out, options: { segment: number, length: row.bytes, compression, level, now: now() },
    }).finally(() => this.#yield.end())) as Sealed
    // It may have been deleted while it was sealed.
    if (this.#stopped || catalog.get(number) !== row) return this.#removeTemporary(number)
    renameSync(out.index, path(indexName(number)))
    fault('seal:renamed-index')
    renameSync(out.data, path(name))
    fault('seal:renamed')
    await disk.syncDirectory(directory)
    fault('seal:directory-synced')
    // Deletion meanwhile took all files of that number.
    if (catalog.get(number) !== row) return
    catalog.put(sealedRow(number, state, journal, { compression, bytes, indexBytes }))
    fault('seal:cataloged')
    await unlink(path(segmentName(number)))
    fault('seal:unlinked')
    sealed()
  }

  async #index(row: SegmentRow): Promise<void> {
    const { directory, catalog, runner } = this.#options
    const out = join(directory, `${indexName(row.number)}.tmp`)
    const { indexBytes } = await runner.run({ kind: 'index', path: join(directory, fileOf(row)), out, segment: row.number })
    if (this.#stopped || catalog.get(row.number) !== row) return this.#removeTemporary(row.number)
    renameSync(out, join(directory, indexName(row.number)))
    catalog.put({ ...row, bytes: fileBytes(row) + indexBytes, indexBytes })
  }

  /** True when others may be tried: the trouble is this segment's own. */
  #failed(row: SegmentRow, error: NodeJS.ErrnoException): boolean {
    const { catalog, problem } = this.#options
    if (catalog.get(row.number) !== row) return true
    if (row.state === 'sealed') {
      this.#unindexed.add(row.number)
      problem('warn', `cannot make the index of segment ${fileOf(row)}: ${error.message}`, 'It is searched without one, which takes longer; the next start tries again.')
      return true
    }
    if (error.name === 'DamagedSegment') {
      catalog.put({ ...row, state: 'suspect' })
      problem('error', `cannot seal segment ${fileOf(row)}: ${error.message}`, 'It stays as it is and can be read; the next start mends what can be mended.')
      return true
    }
    const full = error.code === 'ENOSPC' || error.code === 'EDQUOT'
    const reason = full ? 'the disk is full' : error.message
    if (this.#trouble !== reason) problem('error', `cannot seal segment ${fileOf(row)}: ${reason}`, full ? 'Free some space; it is tried again by itself.' : 'Check the disk; it is tried again by itself.')
    this.#trouble = reason
    this.#retry = setTimeout(() => this.#start(), Math.min(RETRY_MS[0] * 2 ** this.#failures++, RETRY_MS[1]))
    this.#retry.unref()
    return false
  }

  #succeeded(): void {
    if (this.#trouble !== null) this.#options.problem('info', 'can seal segments again', 'Nothing to do.')
    this.#trouble = null
    this.#failures = 0
  }

  #removeTemporary(number: number): void {
    const { directory } = this.#options
    for (const name of [sealedName(number, 'gzip'), sealedName(number, 'zstd'), indexName(number)]) rmSync(join(directory, `${name}.tmp`), { force: true })
  }
}
