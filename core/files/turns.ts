// Who reads next: files with something to read take turns, one window each, so that a busy one cannot starve the others.
import { errorCode } from './error-code.ts'
import type { FollowedFile } from './followed-file.ts'
import { IntakeRefused } from './intake-refused.ts'
import { BUFFER_BYTES } from './line-reader.ts'
import { turn } from './turn.ts'
import type { Tail } from './tail.ts'

/** Two: while the intake works on one file's lines the next file's are read. More only keep more buffers. */
const RUNNERS = 2
/** Pauses after a failed read: at once noticed when it works again, yet no load on a dead disk. */
const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 30_000

export class Turns {
  readonly #tail: Tail
  /** In the order of their turns. */
  readonly #ready = new Set<FollowedFile>()
  readonly #turning = new Set<FollowedFile>()
  readonly #runners = new Set<Promise<void>>()
  readonly #buffers: Buffer[] = []
  #begun = false
  #halted = false

  constructor(tail: Tail) {
    this.#tail = tail
  }

  busy(file: FollowedFile): boolean {
    return this.#ready.has(file) || this.#turning.has(file)
  }

  turning(file: FollowedFile): boolean {
    return this.#turning.has(file)
  }

  enqueue(file: FollowedFile): void {
    if (this.#halted || file.blocked || file.retired || file.retryAt > this.#tail.now()) return
    file.atEnd = false
    this.#ready.add(file)
    // Whoever has it at the moment comes back for it.
    if (this.#begun && !this.#turning.has(file)) this.#runMore()
  }

  /** Not before: what is being looked for should not wait for what is being read. */
  begin(): void {
    this.#begun = true
    for (let i = 0; i < this.#ready.size && this.#runners.size < RUNNERS; i++) this.#runMore()
  }

  #runMore(): void {
    if (this.#runners.size >= RUNNERS) return
    const runner = this.#run().finally(() => this.#runners.delete(runner))
    this.#runners.add(runner)
  }

  /** No more turns; resolves when those under way are over. */
  async halt(): Promise<void> {
    this.#halted = true
    this.#ready.clear()
    await Promise.all(this.#runners)
  }

  /** After `halt`: reads a file that cannot be found again to its end. */
  async drain(file: FollowedFile, signal: AbortSignal): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
    file.flush = true
    while (!signal.aborted && !file.retired && (await turn(this.#tail, file, buffer))) continue
  }

  async #run(): Promise<void> {
    // Starts in the next tick, so that `enqueue` has noted the runner before it can end.
    await Promise.resolve()
    const buffer = this.#buffers.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES)
    for (let file = this.#next(); file !== null; file = this.#next()) {
      this.#turning.add(file)
      try {
        if ((await turn(this.#tail, file, buffer)) && !this.#halted && !file.retired) this.#ready.add(file)
      } catch (error) {
        await this.#failed(file, error)
      } finally {
        this.#turning.delete(file)
        const waiting = this.busy(file) ? null : this.#tail.gunzips.next()
        if (waiting !== null) this.enqueue(waiting)
      }
    }
    this.#buffers.push(buffer)
  }

  #next(): FollowedFile | null {
    for (const file of this.#ready) {
      if (this.#turning.has(file)) continue
      this.#ready.delete(file)
      return file
    }
    return null
  }

  async #failed(file: FollowedFile, error: unknown): Promise<void> {
    const { obstacles, open } = this.#tail
    file.retryMs = Math.min(LAST_RETRY_MS, Math.max(FIRST_RETRY_MS, file.retryMs * 2))
    file.retryAt = this.#tail.now() + file.retryMs
    // The next sweep after the pause finds a change and gives it a turn.
    file.size = -1n
    if (error instanceof IntakeRefused) return
    const code = errorCode(error)
    if (code === 'EACCES' || code === 'EPERM') obstacles.denied(file.path)
    else obstacles.failing(file.path, error)
    // A stale handle (NFS) never recovers; another one may.
    if (code === 'ESTALE' && file.paths.size > 0) await open.close(file).catch((cause: unknown) => obstacles.failing(file.path, cause))
  }
}
