// The writing side: one frame at a time, each holding whatever waited for the one before it (group commit).
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProblemLevel } from '../problem.ts'
import type { Commit, Position } from './commit.ts'
import type { Disk } from './disk.ts'
import { FrameDraft } from './frame-draft.ts'
import type { FrameInfo, KeyEntry } from './frame.ts'
import type { LiveState } from './live-state.ts'
import type { Reserve } from './reserve.ts'
import { filesOf, segmentName } from './segment-name.ts'
import { SegmentWriter, SyncFailed } from './segment-writer.ts'
import { Waiters } from './waiters.ts'

/** How long to wait after a failed write before trying again, ms: doubled up to the second figure. */
const RETRY_MS = [100, 2000] as const

/** With `fsync: interval`, how often, ms. Fluent Bit and VictoriaLogs flush every 1 to 5 s; a second is what people expect to lose at most. */
const INTERVAL_MS = 1000

export interface AppendOptions {
  readonly directory: string
  readonly journal: string
  readonly fsync: 'always' | 'interval' | 'never'
  readonly segmentBytes: number
  readonly segmentAgeMs: number
  readonly disk: Disk
  readonly reserve: Reserve
  readonly state: LiveState
  nextSegment: number
  now(): number
  /** A frame is durable: called before those who wait for it. */
  committed(commit: Commit, keys: readonly KeyEntry[]): void
  /** A segment will not grow any more. False when its end could not be recorded; its keys are then given again. */
  closed(segment: SegmentWriter, keys: readonly KeyEntry[]): boolean
  problem(level: ProblemLevel, message: string, remedy: string): void
}

/** Owns the active segment. `pending` may be filled by anyone between awaits, followed by `submit`. */
export class Appender {
  pending = new FrameDraft()
  /** Why nothing can be written now, or null. */
  stalled: string | null = null
  readonly #options: AppendOptions
  #spare: FrameDraft | null = new FrameDraft()
  #writing: FrameDraft | null = null
  #segment: SegmentWriter | null = null
  #givenUp: Array<{ segment: number; bytes: number }> = []
  /** Keys committed since `answers` last took them. */
  #keys: KeyEntry[] = []
  #running: Promise<void> | null = null
  #closing = false
  #rollRequested = false
  #syncRequested = false
  /** Monotonic time of the last fdatasync, ms, for `fsync: interval`. */
  #syncedAt = 0
  readonly #timer: NodeJS.Timeout
  readonly #rolls = new Waiters()

  constructor(options: AppendOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#tick(), Math.min(INTERVAL_MS, options.segmentAgeMs))
    this.#timer.unref()
  }

  /** Bytes handed in and not yet durable. */
  get waiting(): number {
    return this.pending.buffer.length + (this.#writing?.buffer.length ?? 0)
  }

  get active(): SegmentWriter | null {
    return this.#segment
  }

  /** Starts writing what `pending` holds, after all that this turn of the event loop still brings: fewer, larger frames. */
  submit(): void {
    this.#running ??= new Promise((resolve) => {
      setImmediate(() => {
        void this.#run().then(resolve)
      })
    })
  }

  /** Writes what waits and closes the segment. Rejects nothing: what could not be written fails towards those who wait for it. */
  async close(): Promise<void> {
    this.#closing = true
    clearInterval(this.#timer)
    if (this.#running !== null) await this.#running
    if (!this.pending.empty) await this.#run()
    await this.roll()
  }

  /** Closes the active segment, with what waits or some of it, however much comes meanwhile. Rejects, and closes it later, where nothing can be written. */
  async rollNow(): Promise<void> {
    if (this.stalled !== null) throw new Error(this.stalled)
    const rolled = this.#rolls.wait()
    this.#rollRequested = true
    this.submit()
    await rolled
  }

  /** Closes the active segment; the next frame begins a new one. */
  async roll(): Promise<void> {
    const segment = this.#segment
    if (segment === null) return this.#rolled()
    try {
      if (this.#options.fsync !== 'always') await segment.sync()
    } catch (error) {
      this.#giveUp(segment, error)
      return this.#rolled()
    }
    this.#segment = null
    if (this.#options.closed(segment, this.#keys)) this.#keys = []
    await this.#closeQuietly(segment)
    this.#rolled()
  }

  #rolled(): void {
    this.#rollRequested = false
    this.#rolls.end()
  }

  async #run(): Promise<void> {
    while (!this.pending.empty || this.#rollRequested || this.#syncRequested) {
      if (!this.pending.empty) {
        const draft = this.pending
        this.pending = this.#spare ?? new FrameDraft()
        this.#spare = null
        this.#writing = draft
        await this.#commit(draft)
        draft.reset()
        this.#spare = draft
      }
      if (this.#syncRequested) await this.#sync()
      const segment = this.#segment
      if (segment === null) this.#rolled()
      else if (this.#rollRequested || segment.bytes >= this.#options.segmentBytes) await this.roll()
    }
    this.#running = null
  }

  async #commit(draft: FrameDraft): Promise<void> {
    const { state, now, fsync } = this.#options
    const records = draft.buffer.filled()
    for (let attempt = 0; ; attempt++) {
      try {
        const segment = this.#segment ?? (await this.#create())
        const info: FrameInfo = {
          frame: state.frame, first: segment.records, count: draft.counts.records, bytes: records.length, at: now(),
          times: draft.counts.records > 0 ? [draft.firstTime, draft.lastTime] : null, moves: draft.moves, keys: draft.keys, counts: draft.counts,
        }
        const sync = fsync === 'always' || (fsync === 'interval' && performance.now() - this.#syncedAt >= INTERVAL_MS)
        await segment.append(records, info, sync)
        if (sync) this.#syncedAt = performance.now()
        this.#stored(draft, segment.number, info)
        return
      } catch (error) {
        if (isBug(error)) throw error
        await this.#afterFailure(error, records.length)
        if (this.#closing) {
          this.#writing = null
          draft.fail(new Error(`stopped before it could be stored: ${(error as Error).message}`))
          return
        }
        await pause(Math.min(RETRY_MS[0] * 2 ** attempt, RETRY_MS[1]))
      }
    }
  }

  /** The frame is in the segment. What goes wrong from here on is no failed write: writing it again would double it. */
  #stored(draft: FrameDraft, segment: number, info: FrameInfo): void {
    const { state, committed, problem } = this.#options
    this.#givenUp = []
    this.#recovered()
    // Before anyone is told: those who wait for room must see that this frame no longer takes any.
    this.#writing = null
    state.apply(info)
    this.#keys.push(...draft.keys)
    const positions = new Map<string, Position | null>()
    for (const [stream, move] of draft.moves) if (move.gap === undefined) positions.set(stream, move.to)
    try {
      committed({ segment, first: info.first, counts: draft.counts, positions }, draft.keys)
    } catch (error) {
      problem('error', `cannot count a stored frame: ${(error as Error).message}`, 'Its records are stored; the figures on the page lack them until the next start.')
    }
    draft.succeed()
  }

  async #create(): Promise<SegmentWriter> {
    const { directory, disk, journal, state, now } = this.#options
    // Somebody may have copied a segment into the directory under the next number.
    while (filesOf(this.#options.nextSegment).some((file) => existsSync(join(directory, file)))) this.#options.nextSegment++
    const number = this.#options.nextSegment++
    const segment = new SegmentWriter(directory, number, disk)
    try {
      await segment.create({ journal, segment: number, created: now(), supersedes: this.#givenUp, ...state.snapshot() })
    } catch (error) {
      this.#givenUp.push({ segment: number, bytes: 0 })
      await this.#closeQuietly(segment)
      // Where that fails as well, the next start does it.
      await rm(join(directory, segmentName(number)), { force: true }).catch(() => undefined)
      throw error
    }
    this.#segment = segment
    return segment
  }

  /** Brings the segment back to its last frame, or gives it up; waits for room where the disk is full. */
  async #afterFailure(error: unknown, needed: number): Promise<void> {
    const segment = this.#segment
    if (segment !== null) {
      if (error instanceof SyncFailed) this.#giveUp(segment, error)
      else {
        try {
          await segment.truncate()
        } catch (second) {
          this.#giveUp(segment, second)
        }
      }
    }
    const code = (error as NodeJS.ErrnoException).code
    const full = code === 'ENOSPC' || code === 'EDQUOT'
    this.#stall(full ? `the disk that holds ${this.#options.directory} is full` : `cannot write to ${this.#options.directory}: ${(error as Error).message}`, full)
    if (!full) return
    this.#options.reserve.release()
    // With a quota the disk itself has room: then only trying tells.
    if (code === 'EDQUOT') return
    while (!this.#closing && !(await this.#options.reserve.fits(needed))) await pause(RETRY_MS[0])
  }

  #giveUp(segment: SegmentWriter, error: unknown): void {
    this.#segment = null
    this.#givenUp.push({ segment: segment.number, bytes: segment.bytes })
    this.#options.problem('error', `cannot trust segment ${segment.number} after a failed write: ${(error as Error).message}`, 'Check the disk; what was not yet acknowledged is written again into a new segment.')
    if (segment.records > 0 && this.#options.closed(segment, this.#keys)) this.#keys = []
    void segment.truncate().catch(() => undefined).then(() => this.#closeQuietly(segment))
  }

  #stall(reason: string, full: boolean): void {
    this.#rolls.end(new Error(reason))
    if (this.stalled === reason) return
    this.stalled = reason
    this.#options.problem('error', `cannot store records: ${reason}`, full ? 'Free some space; sources wait meanwhile and nothing acknowledged is lost.' : 'Mend the disk or its permissions; writing is tried again by itself.')
  }

  #recovered(): void {
    if (this.stalled === null) return
    this.stalled = null
    this.#options.problem('info', 'can store records again', 'Nothing to do.')
    this.#options.reserve.hold().catch((error: Error) => this.#options.problem('warn', `cannot keep a reserve file: ${error.message}`, 'Free some space.'))
  }

  #tick(): void {
    const segment = this.#segment
    if (segment === null) return
    if (performance.now() - segment.since >= this.#options.segmentAgeMs) {
      this.#rollRequested = true
      this.submit()
    } else if (this.#options.fsync === 'interval' && this.#running === null) {
      this.#syncRequested = true
      this.submit()
    }
  }

  /** In turn with the frames: an answer that came after the segment was closed would be taken for the next one's. */
  async #sync(): Promise<void> {
    const segment = this.#segment
    this.#syncRequested = false
    try {
      await segment?.sync()
      this.#syncedAt = performance.now()
    } catch (error) {
      if (segment !== null) this.#giveUp(segment, error)
    }
  }

  async #closeQuietly(segment: SegmentWriter): Promise<void> {
    try {
      await segment.close()
    } catch (error) {
      this.#options.problem('warn', `cannot close segment ${segment.number}: ${(error as Error).message}`, 'Check the disk; its records are durable.')
    }
  }
}

function isBug(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('BUG')
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
