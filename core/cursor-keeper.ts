// Where an output stands, and what of that is saved: every 250 ms at most, and before anything waits.
import { messageOf } from './guard.ts'
import type { Output } from './define-plugin.ts'
import type { Cursor } from './journal/stored-line.ts'

/** A moving cursor is saved this often at most, ms, and always before waiting for more. A save is an fsync on the main thread: 3.7 ms
 * each under load, a tenth of all time when done per batch. A crash costs this much delivered again, which exact outputs recognise. */
const SAVE_MS = 250

/** Until the next try to save, ms. */
const AGAIN_MS = 1000

export interface KeeperDeps {
  readonly output: Output | null
  /** Writes to state.db. Throws what keeps it from that. */
  write(cursor: Cursor): void
  failed(message: string, remedy: string): void
  sleep(ms: number): Promise<void>
  stopping(): boolean
}

/** Of one delivery, which alone moves it. */
export class CursorKeeper {
  readonly #deps: KeeperDeps
  #cursor: Cursor
  /** What state.db holds. */
  #saved: Cursor
  /** Monotonic: a clock put back by an hour must not keep the cursor from being saved for an hour. */
  #savedAt = 0
  #disowned = false

  constructor(cursor: Cursor, deps: KeeperDeps) {
    this.#cursor = cursor
    this.#saved = cursor
    this.#deps = deps
  }

  /** Behind everything delivered. */
  get cursor(): Cursor {
    return this.#cursor
  }

  get unsaved(): boolean {
    return this.#cursor !== this.#saved
  }

  /** Whether it is time to save. */
  get due(): boolean {
    return this.unsaved && performance.now() - this.#savedAt >= SAVE_MS
  }

  advance(cursor: Cursor): void {
    const { segment, record, state } = this.#cursor
    if (cursor.segment !== segment || cursor.record !== record || cursor.state !== state) this.#cursor = cursor
  }

  /** Where the lines come again from after a failure: what an output wrote since its last flush may be gone. */
  rewind(): Cursor {
    if (this.#deps.output?.flush !== undefined) this.#cursor = this.#saved
    return this.#cursor
  }

  /** As after a crash. */
  rewindToSaved(): Cursor {
    return (this.#cursor = this.#saved)
  }

  /** Nothing is written from now on. */
  disown(): void {
    this.#disowned = true
  }

  /** Tries until it is durable or time to stop. False when the lines since the saved cursor must come again. */
  async save(): Promise<boolean> {
    const { output, failed, sleep, stopping } = this.#deps
    for (;;) {
      try {
        await output?.flush?.()
      } catch (error) {
        failed(`cannot make the output durable: ${messageOf(error)}`, 'What was not confirmed is written again.')
        await sleep(AGAIN_MS)
        return false
      }
      try {
        this.#write()
        return true
      } catch (error) {
        failed(`cannot save the cursor: ${messageOf(error)}`, 'Free some space; it is tried again.')
        await sleep(AGAIN_MS)
        if (stopping()) return true
      }
    }
  }

  /** Once. Throws what keeps it from being durable. */
  async saveNow(): Promise<void> {
    await this.#deps.output?.flush?.()
    this.#write()
  }

  #write(): void {
    if (this.#disowned) return
    this.#deps.write(this.#cursor)
    this.#saved = this.#cursor
    this.#savedAt = performance.now()
  }
}
