// The file tailer: discovers, follows and reads files, and hands their lines to the intake with positions that survive anything.
import { Discovery } from './discovery.ts'
import { consider } from './consider.ts'
import { fileIo, type FileIo } from './file-io.ts'
import { fillGaps } from './fill-gaps.ts'
import { closeRecords } from './hand-over.ts'
import { globSet } from './glob-set.ts'
import { Gunzips } from './gunzips.ts'
import { closeHeldGzips } from './held-gzip.ts'
import { Obstacles } from './obstacles.ts'
import { OpenFiles } from './open-files.ts'
import { resume } from './resume.ts'
import { sweep } from './sweep.ts'
import type { Tail, TailHost, TailOptions } from './tail.ts'
import { Turns } from './turns.ts'

/** How often denied and dangling paths are tried again. */
const RETRY_MS = 1000
/** What stopping may spend on deleted files, whose rest nobody can read later: well inside the ten seconds a shutdown has. */
const DRAIN_MS = 3000
/** The stream that says the source has run before: `start: end` is about files that were there before that. */
const STARTED = '.started'

export class Tailer {
  readonly #tail: Tail
  readonly #turns: Turns
  readonly #discovery: Discovery
  readonly #stopping = new AbortController()
  #sweeper: NodeJS.Timeout | null = null
  #sweeping = Promise.resolve()
  #gaps = Promise.resolve()
  #retryAt = 0
  /** The last bookkeeping step. */
  #last: Promise<unknown> = Promise.resolve()
  #stopped: Promise<void> | null = null

  constructor(host: TailHost, options: TailOptions, io: FileIo = fileIo) {
    const busy: Tail['busy'] = (file) => this.#turns.busy(file)
    this.#tail = {
      host, options, io, busy,
      gunzips: new Gunzips(io, options.maxLine, busy),
      globs: globSet(options.paths, options.exclude),
      open: new OpenFiles(io, options.maxOpenFiles, (file) => this.#turns.turning(file)),
      obstacles: new Obstacles(host.problem.bind(host)),
      files: new Set(), byIdentity: new Map(), byPath: new Map(), held: new Map(), heldGzips: new Map(), retired: new Map(), dormant: new Map(), waiting: new Set(), localDevices: new Map(), dirty: new Set(),
      firstStart: true,
      pending: 0,
      abandoned: false,
      now: () => performance.now(),
      enqueue: (file) => this.#turns.enqueue(file),
      exclusive: (step) => this.#exclusive(step),
    }
    this.#turns = new Turns(this.#tail)
    this.#discovery = new Discovery(this.#tail)
  }

  /** Resolves when all files that are there were found and have a starting point. */
  async start(): Promise<void> {
    try {
      await this.#start()
    } finally {
      this.#turns.begin()
    }
  }

  async #start(): Promise<void> {
    const tail = this.#tail
    // Not before: a renamed source gets its streams between setup and start.
    tail.firstStart = tail.host.streams().size === 0
    await this.#exclusive(async () => {
      await resume(tail)
      this.#gaps = fillGaps(tail, this.#stopping.signal)
    })
    await this.#discovery.listEverything()
    if (tail.firstStart) this.#markStarted()
    tail.firstStart = false
    await this.#discovery.start()
    // What came between the first list and the watch.
    await this.#discovery.listEverything()
    this.#sweepSoon()
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop())
  }

  async #stop(): Promise<void> {
    const tail = this.#tail
    this.#stopping.abort()
    if (this.#sweeper !== null) clearTimeout(this.#sweeper)
    await this.#discovery.stop()
    await this.#sweeping
    await this.#turns.halt()
    await this.#gaps
    await this.#drainDeleted()
    await this.#durable()
    for (const file of tail.files) await tail.open.close(file)
    for (const held of tail.held.values()) await tail.io.close(held.fd)
    await closeHeldGzips(tail)
    tail.gunzips.close()
    tail.files.clear()
    tail.held.clear()
  }

  #sweepSoon(): void {
    if (this.#stopping.signal.aborted) return
    this.#sweeper = setTimeout(() => {
      this.#sweeping = this.#sweep().finally(() => this.#sweepSoon())
    }, this.#tail.options.sweepMs).unref()
  }

  async #sweep(): Promise<void> {
    const tail = this.#tail
    try {
      await this.#exclusive(() => sweep(tail))
      if (tail.now() >= this.#retryAt) {
        this.#retryAt = tail.now() + RETRY_MS
        // A copy: what is still denied is added again while this goes on.
        for (const path of Array.from(tail.waiting)) await this.#exclusive(() => consider(tail, path))
      }
    } catch (error) {
      tail.obstacles.failing(tail.host.name, error)
    }
    await this.#discovery.sweep()
  }

  /** One after the other, whatever becomes of the one before. */
  #exclusive<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step, step)
    this.#last = result.catch(() => undefined)
    return result
  }

  /** Once the starting points of all files found now are durable, later ones are read from their beginning. */
  #markStarted(): void {
    const { files, host, options } = this.#tail
    if (options.start !== 'end') return
    let open = files.size
    const mark = () => {
      if (open-- > 0) return
      host.emit(STARTED, [], { from: 0, to: { offset: 0 } }).catch((error: unknown) => {
        host.problem('warn', `cannot note that ${host.name} has started: ${error instanceof Error ? error.message : String(error)}.`,
          'If it is started again before that works, files that appeared meanwhile are read from their end.')
      })
    }
    for (const file of files) file.onAnnounced = mark
    mark()
  }

  /** A deleted file cannot be found again after a restart: what is left of it is read now. */
  async #drainDeleted(): Promise<void> {
    const signal = AbortSignal.timeout(DRAIN_MS)
    for (const file of this.#tail.files) {
      if (file.announced !== 'yes') continue
      try {
        if (file.fd === null) {
          if (file.paths.size === 0) await closeRecords(this.#tail, file, true)
          continue
        }
        if ((await this.#tail.io.fstat(file.fd)).nlink === 0n) await this.#turns.drain(file, signal)
      } catch (error) {
        this.#tail.obstacles.failing(file.path, error)
      }
    }
  }

  async #durable(): Promise<void> {
    // No event tells when the last of several streams is durable; at shutdown a short poll does no harm.
    while (!this.#tail.abandoned && this.#tail.pending > 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, 5)
      })
    }
  }
}
