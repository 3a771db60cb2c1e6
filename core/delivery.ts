// One output's way through the journal: read from its cursor, deliver, save the cursor, wait for more. Never in anyone else's way.
import { Attempts } from './attempts.ts'
import type { Component } from './component.ts'
import type { CommonKeys } from './config/common-keys.ts'
import { CursorKeeper } from './cursor-keeper.ts'
import { isBefore, type Place } from './cursor-order.ts'
import { DeliveryProgress } from './delivery-progress.ts'
import { Errands } from './errands.ts'
import { messageOf, type ReportFor } from './guard.ts'
import type { DeadLetter, Refusal } from './journal/dead-letters.ts'
import type { Journal } from './journal/journal.ts'
import type { JournalReader } from './journal/reader.ts'
import type { Cursor, StoredLine } from './journal/stored-line.ts'
import type { OutputStatus } from './read-model.ts'
import { redeliver, type Redelivered } from './redeliver.ts'
import type { Matcher } from './search/match-record.ts'
import { startingCursor } from './starting-cursor.ts'

/** As small as the configuration allows. */
const SMALLEST_BATCH = 1024
/** After an error nobody foresaw, ms: not in a tight loop, and not for ever. */
const REST_MS = 30_000
/** The journal's disk may be back in a moment. */
const READ_AGAIN_MS = 250

export interface DeliveryDeps {
  readonly journal: Journal
  readonly report: ReportFor
  now(): number
}

/** Lines on their way. */
interface Batch {
  /** Behind the last line read for it. */
  readonly next: Place
  /** Wall clock of a commit shortly before, epoch ms. */
  readonly at: number | null
  /** Where the delivery stands once it has ended; null when its lines must come again. */
  readonly end: Promise<Cursor | null>
}

/** Owned by the generation that configures the output; survives reloads that do not change it. */
export class Delivery {
  readonly #component: Component
  readonly #common: CommonKeys['output']
  readonly #deps: DeliveryDeps
  readonly #when: Matcher | null
  readonly #stopper = new AbortController()
  readonly #progress = new DeliveryProgress()
  readonly #errands = new Errands()
  readonly #attempts: Attempts
  readonly #keeper: CursorKeeper
  readonly #reader: JournalReader
  /** In the order of the journal: the cursor moves when the first has ended. */
  readonly #flight: Batch[] = []
  /** Bytes read at once; fewer once the target said that it was too much. */
  #batchBytes: number
  #loop: Promise<void> | null = null
  #draining = false
  #pendingSince: number | null = null

  constructor(component: Component, common: CommonKeys['output'], when: Matcher | null, deps: DeliveryDeps) {
    this.#component = component
    this.#common = common
    this.#when = when
    this.#deps = deps
    this.#batchBytes = common.batch.bytes
    const failed = (message: string, remedy: string): void => this.#failed(message, remedy)
    const sleep = (ms: number): Promise<void> => this.#errands.sleep(ms)
    const cursor = startingCursor(deps.journal, component.name, common, { output: component.output, now: deps.now(), failed })
    this.#keeper = new CursorKeeper(cursor, {
      output: component.output, failed, sleep, stopping: () => this.#stopping,
      write: (moved) => deps.journal.store.saveCursor(component.name, moved, deps.now()),
    })
    this.#reader = deps.journal.reader(cursor)
    this.#attempts = new Attempts({
      component, retry: common.retry, progress: this.#progress, signal: this.#stopper.signal, failed, sleep,
      givesWay: () => this.#draining || this.#errands.pending,
      tooLarge: (lines) => this.#readLess(lines),
      dead: (refusals) => this.#listDead(refusals),
    })
  }

  start(): void {
    this.#loop ??= this.#keepRunning()
  }

  /** Something became durable. */
  wake(): void {
    this.#pendingSince ??= this.#deps.now()
    this.#errands.wake()
  }

  /** Ends after the running deliver. With `drain`, first delivers what is durable by now, unless the target refuses. */
  async stop(drain: boolean): Promise<void> {
    this.#draining = drain
    if (!drain) this.#stopper.abort()
    this.#errands.hurry()
    await this.#loop
    this.#progress.stopped = true
    await this.#reader.close()
    try {
      if (this.#keeper.unsaved) await this.#keeper.saveNow()
      await this.#component.output?.close?.()
    } catch (error) {
      this.#deps.report(this.#component.name, 'warn', `cannot close the output: ${messageOf(error)}`, 'What it had not confirmed is delivered again at the next start.')
    }
  }

  /** Gives up waiting: the running deliver is told, its lines come again at the next start. */
  abort(): void {
    this.#stopper.abort()
    this.#errands.hurry()
  }

  /** Its successor may start: what a hung deliver still brings to an end must not put the cursor back. */
  disown(): void {
    this.#keeper.disown()
  }

  get cursor(): Cursor {
    return this.#keeper.cursor
  }

  /** Goes on at another place; resolves once that is saved. Rejects when the output is stopped before. */
  replay(place: Place): Promise<void> {
    return this.#errands.ask(async () => {
      const { output } = this.#component
      await this.#save()
      const { state } = this.cursor
      this.#keeper.advance({ ...place, state: output?.replayed === undefined ? state : output.replayed(state) })
      await this.#reader.seek(place)
      await this.#save()
    })
  }

  /** Delivers dead letters once more; the letters of what was taken are gone when it resolves. */
  redeliver(letters: readonly DeadLetter[]): Promise<Redelivered> {
    const { journal, now } = this.#deps
    return this.#errands.ask(() => redeliver(letters, { journal, now, component: this.#component, progress: this.#progress, cursor: this.cursor, signal: this.#stopper.signal }))
  }

  status(): OutputStatus {
    const { journal, now } = this.#deps
    const { name, config: { type } } = this.#component
    const lag = journal.lag(this.#reader, this.cursor)
    const since = this.#flight[0]?.at ?? this.#pendingSince
    const waited = lag.records === 0 || since === null ? 0 : (now() - since) / 1000
    const { delivered, errors, rejected, lastError, state } = this.#progress
    return {
      name, type, lag: lag.records, lagBytes: lag.bytes, lagSeconds: Math.max(0, waited),
      delivered, errors, rejected, deadLetters: journal.store.deadLetters.count(name), lastError, state,
    }
  }

  get #stopping(): boolean {
    return this.#draining || this.#stopper.signal.aborted
  }

  /** An error nobody foresaw must not leave an output standing still for ever. */
  async #keepRunning(): Promise<void> {
    for (;;) {
      try {
        await this.#run()
        return
      } catch (error) {
        this.#failed(`cannot go on delivering: ${messageOf(error)}`, 'It is tried again from the last saved position.')
        this.#progress.retrying++
        await this.#errands.sleep(REST_MS)
        this.#progress.retrying--
        await Promise.allSettled(this.#flight.splice(0).map(({ end }) => end))
        if (this.#stopping) return
        await this.#reader.seek(this.#keeper.rewindToSaved())
      }
    }
  }

  async #run(): Promise<void> {
    const { batch, concurrency } = this.#common
    while (!this.#stopper.signal.aborted) {
      if (this.#errands.pending) {
        if (!(await this.#land(0))) return
        await this.#errands.next()
        continue
      }
      const { lines, next, at } = await this.#read(batch.records, this.#batchBytes)
      if (lines.length > 0) {
        this.#pendingSince = at ?? this.#pendingSince
        this.#flight.push({ next, at, end: this.#send(lines, next) })
        if (!(await this.#land(concurrency - 1))) return
      } else if (this.#flight.length > 0) {
        if (!(await this.#land(0))) return
      } else {
        this.#pendingSince = null
        if (this.#draining) return
        this.#keeper.advance({ ...next, state: this.cursor.state })
        if (this.#keeper.unsaved) await this.#save()
        await this.#untilThereIsMore()
      }
    }
    await this.#land(0)
  }

  async #untilThereIsMore(): Promise<void> {
    // Something may have become durable since the read that found nothing.
    if (this.#deps.journal.lag(this.#reader, this.cursor).records === 0) await this.#errands.sleep(null)
    // A trickle is gathered, so that a transaction or a request carries more than one record.
    if (!this.#draining) await this.#errands.sleep(this.#common.batch.wait)
  }

  /** The lines may be used until it has ended; with further batches beside it, their copies. */
  #send(lines: readonly StoredLine[], next: Place): Promise<Cursor | null> {
    const wanted = lines.filter((line) => !line.erased && (this.#when === null || this.#matches(line)))
    if (wanted.length === 0) return Promise.resolve({ ...next, state: this.cursor.state })
    return this.#attempts.deliver(this.#common.concurrency === 1 ? wanted : wanted.map((line) => line.copy()), this.cursor, next)
  }

  /** Waits until at most `most` batches are on their way, and moves the cursor behind those that have ended. False when it is time to stop. */
  async #land(most: number): Promise<boolean> {
    while (this.#flight.length > most) {
      const { next, end } = this.#flight[0] as Batch
      const cursor = await end
      this.#flight.shift()
      if (cursor !== null) this.#keeper.advance(cursor)
      const whole = cursor !== null && !isBefore(cursor, next)
      if (!whole) {
        await Promise.allSettled(this.#flight.splice(0).map((batch) => batch.end))
        await this.#reader.seek(cursor ?? this.#keeper.rewind())
        if (cursor === null && this.#stopping) return false
      }
      // A cursor that did not come to the end is a step of its own: it is saved before anything else is written.
      if (whole ? this.#keeper.due : this.#keeper.unsaved) await this.#save()
    }
    return true
  }

  async #read(records: number, bytes: number): ReturnType<JournalReader['read']> {
    for (;;) {
      const { segment, record } = this.#reader
      try {
        return await this.#reader.read(records, bytes)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#deps.journal.lost(this.#reader.segment)
        this.#failed(`cannot read the journal: ${messageOf(error)}`, 'Check the disk; it is tried again.')
        await this.#errands.sleep(READ_AGAIN_MS)
        if (this.#stopper.signal.aborted) return { lines: [], bytes: 0, next: { segment, record }, at: null }
        await this.#reader.seek({ segment, record })
      }
    }
  }

  #matches(line: StoredLine): boolean {
    try {
      return (this.#when as Matcher).stored(line)
    } catch (error) {
      this.#failed(`cannot match record ${line.segment}:${line.record}: ${messageOf(error)}`, 'The record is delivered, so that nothing is lost.')
      return true
    }
  }

  async #save(): Promise<void> {
    if (!(await this.#keeper.save())) await this.#reader.seek(this.#keeper.rewindToSaved())
  }

  #readLess(lines: readonly StoredLine[]): void {
    let bytes = 0
    for (const line of lines) bytes += line.length + 1
    this.#batchBytes = Math.max(SMALLEST_BATCH, Math.min(this.#batchBytes, Math.ceil(bytes / 2)))
  }

  #listDead(refusals: readonly Refusal[]): void {
    const { name } = this.#component
    const gone = this.#deps.journal.store.deadLetters.add(name, refusals, this.#deps.now())
    if (gone > 0) this.#deps.report(name, 'error', `cannot keep more dead letters: the oldest ${gone} are no longer listed`, 'Their records stay in the journal. Mend what the target complains about, then replay or discard what is listed.')
  }

  #failed(message: string, remedy: string): void {
    this.#progress.errors++
    this.#progress.lastError = message
    this.#deps.report(this.#component.name, 'error', message, remedy)
  }
}
