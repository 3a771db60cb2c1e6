// One output's way through the journal: read from its cursor, deliver, save the cursor, wait for more. Never in anyone else's way.
import type { Component } from './component.ts'
import type { CommonKeys } from './config/common-keys.ts'
import { checkedCursor, isBefore } from './cursor-order.ts'
import { Reject } from './delivery-errors.ts'
import { pauseFor, RETRY_MS } from './delivery-pause.ts'
import type { Output } from './define-plugin.ts'
import { messageOf, type ReportFor } from './guard.ts'
import type { Journal } from './journal/journal.ts'
import type { JournalReader } from './journal/reader.ts'
import type { Cursor, StoredLine } from './journal/stored-line.ts'
import type { OutputStatus } from './read-model.ts'
import type { Matcher } from './search/match-record.ts'
import { startingCursor } from './starting-cursor.ts'

/** A moving cursor is saved this often at most, ms, and always before waiting for more. A save is an fsync on the main thread: 3.7 ms
 * each under load, a tenth of all time when done per batch. A crash costs this much delivered again, which exact outputs recognise. */
const SAVE_MS = 250

export interface DeliveryDeps {
  readonly journal: Journal
  readonly report: ReportFor
  now(): number
}

/** Owned by the generation that configures the output; survives reloads that do not change it. */
export class Delivery {
  readonly #component: Component
  readonly #common: CommonKeys['output']
  readonly #deps: DeliveryDeps
  readonly #when: Matcher | null
  readonly #stopper = new AbortController()
  #cursor: Cursor
  /** What state.db holds. */
  #saved: Cursor
  readonly #reader: JournalReader
  #loop: Promise<void> | null = null
  #wake: (() => void) | null = null
  #draining = false
  #disowned = false
  /** Monotonic: a clock put back by an hour must not keep the cursor from being saved for an hour. */
  #savedAt = 0
  #unsaved = false
  #pendingSince: number | null = null
  #delivered = 0
  #errors = 0
  #rejected = 0
  #lastError: string | null = null
  #state: OutputStatus['state'] = 'running'

  constructor(component: Component, common: CommonKeys['output'], when: Matcher | null, deps: DeliveryDeps) {
    this.#component = component
    this.#common = common
    this.#when = when
    this.#deps = deps
    this.#cursor = startingCursor(deps.journal, component.name, common, deps.now(), (message, remedy) => this.#failed(message, remedy))
    this.#saved = this.#cursor
    this.#reader = deps.journal.reader(this.#cursor)
  }

  start(): void {
    this.#loop ??= this.#keepRunning()
  }

  /** Something became durable. */
  wake(): void {
    this.#pendingSince ??= this.#deps.now()
    this.#wake?.()
  }

  /** Ends after the running deliver. With `drain`, first delivers what is durable by now, unless the target refuses. */
  async stop(drain: boolean): Promise<void> {
    this.#draining = drain
    if (!drain) this.#stopper.abort()
    this.#wake?.()
    await this.#loop
    this.#state = 'stopped'
    await this.#reader.close()
    try {
      if (this.#unsaved) {
        await this.#component.output?.flush?.()
        this.#save()
      }
      await this.#component.output?.close?.()
    } catch (error) {
      this.#deps.report(this.#component.name, 'warn', `cannot close the output: ${messageOf(error)}`, 'What it had not confirmed is delivered again at the next start.')
    }
  }

  /** Gives up waiting: the running deliver is told, its lines come again at the next start. */
  abort(): void {
    this.#stopper.abort()
    this.#wake?.()
  }

  /** Its successor may start: what a hung deliver still brings to an end must not put the cursor back. */
  disown(): void {
    this.#disowned = true
  }

  get cursor(): Cursor {
    return this.#cursor
  }

  status(): OutputStatus {
    const lag = this.#deps.journal.lag(this.#reader, this.#cursor)
    const waited = lag.records === 0 || this.#pendingSince === null ? 0 : (this.#deps.now() - this.#pendingSince) / 1000
    return {
      name: this.#component.name, type: this.#component.config.type, lag: lag.records, lagBytes: lag.bytes, lagSeconds: Math.max(0, waited),
      delivered: this.#delivered, errors: this.#errors, rejected: this.#rejected, lastError: this.#lastError, state: this.#state,
    }
  }

  /** An error nobody foresaw must not leave an output standing still for ever. */
  async #keepRunning(): Promise<void> {
    for (;;) {
      try {
        await this.#run()
        return
      } catch (error) {
        this.#failed(`cannot go on delivering: ${messageOf(error)}`, 'It is tried again from the last saved position.')
        this.#state = 'retrying'
        await this.#sleep(RETRY_MS[1], false)
        if (this.#stopper.signal.aborted || this.#draining) return
        await this.#rewind()
      }
    }
  }

  async #run(): Promise<void> {
    const { records, bytes, wait } = this.#common.batch
    const { signal } = this.#stopper
    while (!signal.aborted) {
      const { lines, next, at } = await this.#read(records, bytes)
      if (lines.length === 0) {
        this.#pendingSince = null
        if (this.#draining) return
        this.#advance({ ...next, state: this.#cursor.state })
        if (this.#unsaved) await this.#saveUntilItHolds()
        await this.#sleep(null)
        // A trickle is gathered, so that a transaction or a request carries more than one record.
        if (!this.#draining) await this.#sleep(wait)
        continue
      }
      this.#pendingSince = at ?? this.#pendingSince
      const wanted = lines.filter((line) => !line.erased && (this.#when === null || this.#matches(line)))
      if (wanted.length === 0) {
        this.#advance({ ...next, state: this.#cursor.state })
        if (performance.now() - this.#savedAt >= SAVE_MS) await this.#saveUntilItHolds()
        continue
      }
      const done = await this.#deliver(wanted, next)
      if (done === null) {
        if (signal.aborted || this.#draining) return
        continue
      }
      const whole = done.segment === next.segment && done.record === next.record
      this.#advance(done)
      if (!whole) await this.#reader.seek(done)
      // A cursor that did not come to the end is a step of its own: it is saved before anything else is written.
      if (!whole || performance.now() - this.#savedAt >= SAVE_MS) await this.#saveUntilItHolds()
    }
  }

  async #read(records: number, bytes: number): ReturnType<JournalReader['read']> {
    for (;;) {
      try {
        return await this.#reader.read(records, bytes)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#deps.journal.lost(this.#reader.segment)
        this.#failed(`cannot read the journal: ${messageOf(error)}`, 'Check the disk; it is tried again.')
        await this.#sleep(RETRY_MS[0], false)
        if (this.#stopper.signal.aborted) return { lines: [], bytes: 0, next: this.#cursor, at: null }
        await this.#reader.seek(this.#cursor)
      }
    }
  }

  /** Until delivered or refused for good. Null when the output was stopped meanwhile, or must read again from the saved cursor. */
  async #deliver(lines: readonly StoredLine[], next: { segment: number; record: number }): Promise<Cursor | null> {
    const output = this.#component.output as Output
    const cost = this.#component.costOf('committed')
    const { signal } = this.#stopper
    for (let attempt = 0; ; attempt++) {
      const began = performance.now()
      cost.calls++
      try {
        const result = await output.deliver(lines, this.#cursor, signal)
        cost.ms += performance.now() - began
        this.#state = 'running'
        const last = lines.at(-1) as StoredLine
        const cursor = checkedCursor(result?.cursor, this.#cursor, next) ?? { ...next, state: this.#cursor.state }
        // After the last wanted line there may be others that `when` left out: they are done as well.
        const whole = cursor.segment === last.segment && cursor.record === last.record + 1
        this.#delivered += whole || result?.cursor === undefined ? lines.length : lines.filter((line) => isBefore(line, cursor)).length
        return whole ? { ...next, state: cursor.state } : cursor
      } catch (error) {
        cost.ms += performance.now() - began
        if (signal.aborted) return null
        cost.errors++
        cost.lastError = messageOf(error)
        if (error instanceof Reject) {
          this.#rejected += lines.length
          this.#failed(`the target refused ${lines.length} records: ${messageOf(error)}`, 'They stay in the journal; mend what the target complains about.')
          return { ...next, state: this.#cursor.state }
        }
        this.#failed(`cannot deliver: ${messageOf(error)}`, 'It is tried again; records wait in the journal.')
        this.#state = 'retrying'
        if (this.#draining) return null
        await this.#sleep(pauseFor(error, attempt), false)
        if (signal.aborted || this.#draining) return null
        if (output.flush !== undefined) {
          await this.#rewind()
          return null
        }
      }
    }
  }

  /** What was written since the last flush may be gone: the lines since the saved cursor come again. */
  async #rewind(): Promise<void> {
    this.#cursor = this.#saved
    this.#unsaved = false
    await this.#reader.seek(this.#saved)
  }

  #matches(line: StoredLine): boolean {
    try {
      return (this.#when as Matcher).stored(line)
    } catch (error) {
      this.#failed(`cannot match record ${line.segment}:${line.record}: ${messageOf(error)}`, 'The record is delivered, so that nothing is lost.')
      return true
    }
  }

  #advance(cursor: Cursor): void {
    if (cursor.segment === this.#cursor.segment && cursor.record === this.#cursor.record && cursor.state === this.#cursor.state) return
    this.#cursor = cursor
    this.#unsaved = true
  }

  async #saveUntilItHolds(): Promise<void> {
    for (;;) {
      try {
        await this.#component.output?.flush?.()
      } catch (error) {
        this.#failed(`cannot make the output durable: ${messageOf(error)}`, 'What was not confirmed is written again.')
        await this.#sleep(1000, false)
        await this.#rewind()
        return
      }
      try {
        this.#save()
        return
      } catch (error) {
        this.#failed(`cannot save the cursor: ${messageOf(error)}`, 'Free some space; it is tried again.')
        await this.#sleep(1000, false)
        if (this.#stopper.signal.aborted || this.#draining) return
      }
    }
  }

  #save(): void {
    if (this.#disowned) return
    this.#deps.journal.store.saveCursor(this.#component.name, this.#cursor, this.#deps.now())
    this.#saved = this.#cursor
    this.#savedAt = performance.now()
    this.#unsaved = false
  }

  #failed(message: string, remedy: string): void {
    this.#errors++
    this.#lastError = message
    this.#deps.report(this.#component.name, 'error', message, remedy)
  }

  /** Until woken by a commit (unless `wakeable` is false), stopped, or `ms` have passed. */
  async #sleep(ms: number | null, wakeable = true): Promise<void> {
    if (this.#stopper.signal.aborted) return
    // Something may have become durable since the read that found nothing.
    if (ms === null && (this.#draining || this.#deps.journal.lag(this.#reader, this.#cursor).records > 0)) return
    await new Promise<void>((resolve) => {
      const timer = ms === null ? null : setTimeout(resolve, ms)
      this.#wake = () => {
        if (!(wakeable && ms === null) && !this.#draining && !this.#stopper.signal.aborted) return
        if (timer !== null) clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
  }
}
