// The durable log as everyone else sees it: hand frames in, learn positions, read from a cursor.
import type { Gap } from '../emit.ts'
import { Admission } from './admission.ts'
import { AnswerBook } from './answer-book.ts'
import { Appender } from './append.ts'
import type { Catalog } from './catalog.ts'
import { ClockWatch } from './clock-watch.ts'
import { closedRow } from './closed-row.ts'
import type { Commit, Counts, Position } from './commit.ts'
import { dropOldest } from './drop-oldest.ts'
import { realDisk } from './disk.ts'
import { type Extents, extentsOf, lagFrom } from './extents.ts'
import { diskSpace } from './disk-space.ts'
import { forgetMissing } from './forget-missing.ts'
import type { FrameDraft } from './frame-draft.ts'
import type { KeyEntry } from './frame.ts'
import { type History, openHistory } from './history.ts'
import { listSegments } from './list-segments.ts'
import type { LiveState } from './live-state.ts'
import type { JournalOptions } from './journal-options.ts'
import { type Data, explained, openData } from './open-data.ts'
import { placeSince } from './place-since.ts'
import type { ReadableSegment } from './readable-segment.ts'
import { JournalReader } from './reader.ts'
import { journalIdOf, recover } from './recover.ts'
import { holdReserve, Reserve } from './reserve.ts'
import { retentionStore } from './retain.ts'
import type { RetentionStore } from './retention-store.ts'
import { saveRecovered } from './save-recovered.ts'
import { SealedBlocks } from './sealed/sealed-blocks.ts'
import { Sealer } from './sealed/sealer.ts'
import type { SegmentWriter } from './segment-writer.ts'
import type { Cursor } from './stored-line.ts'

/** What stands for an active segment where there is none. */
const NOTHING = { bytes: 0, records: 0, lastCommit: 0 }

export class Journal {
  readonly id: string
  readonly answers: AnswerBook
  readonly history: History
  /** Who may hand in, and when. */
  readonly admission: Admission
  /** Set by delivery: which outputs need which segment. */
  needed: () => { segment: number; outputs: string[] } | null = () => null
  /** Set by whoever can read queries: erases what matches, as `RetentionStore.erase` says. */
  erase: RetentionStore['erase'] = () => Promise.reject(new Error('BUG: nobody erases here'))
  /** A segment was closed: set by who wants to look at retention then. */
  onClosed: () => void = () => undefined
  /** Segments are gone that these outputs had not delivered. */
  onLost: (outputs: readonly string[], records: number) => void = () => undefined
  readonly #options: JournalOptions
  readonly #data: Data
  readonly #state: LiveState
  readonly #appender: Appender
  /** Positions handed in, durable or not: what the next batch must follow on. */
  readonly #submitted: Map<string, Position>
  readonly #extents: Extents
  readonly #blocks: SealedBlocks
  readonly #sealer: Sealer | null
  readonly #clock: ClockWatch
  #closed = false

  /** Opens, locks and recovers. Throws DataError. */
  static async open(options: JournalOptions): Promise<Journal> {
    const data = openData(options.directory, options.report)
    try {
      const journal = explained(options.directory, () => new Journal(options, data))
      await holdReserve(data.segments, options.reserveBytes, options.report)
      journal.#sealer?.wake()
      return journal
    } catch (error) {
      data.close()
      throw error
    }
  }

  private constructor(options: JournalOptions, data: Data) {
    this.#options = options
    this.#data = data
    const { catalog, store, segments } = data
    const identity = store.identity(() => journalIdOf(segments), options.now())
    this.id = identity.id
    const recovered = recover({ directory: segments, catalog, keysThrough: identity.keysThrough, fold: identity.fold, journal: this.id, now: options.now, problem: options.report })
    this.#state = recovered.state
    this.#submitted = new Map(recovered.state.positions)
    saveRecovered(recovered, identity.keysThrough, store, options)
    const nextSegment = Math.max(identity.nextSegment, recovered.highest + 1)
    this.history = openHistory({ store, newest: catalog.newest, nextSegment, head: () => this.head(), now: options.now(), report: options.report })
    this.answers = new AnswerBook(store)
    this.#appender = new Appender({
      directory: segments, journal: this.id, fsync: options.fsync, segmentBytes: options.segmentBytes, segmentAgeMs: options.segmentAgeMs,
      disk: options.disk ?? realDisk, reserve: new Reserve(segments, options.reserveBytes), state: this.#state,
      nextSegment, now: options.now, problem: options.report,
      committed: (commit, keys) => this.#onCommit(commit, keys),
      closed: (segment, keys) => this.#onClosed(segment, keys),
    })
    this.#clock = new ClockWatch({ now: options.now, monotonic: options.monotonic ?? (() => performance.now()) })
    this.#extents = extentsOf(catalog, () => this.#appender.active)
    this.#blocks = new SealedBlocks(segments, (number) => catalog.get(number), (message, remedy) => options.report('error', message, remedy))
    const { sealing } = options
    this.#sealer = sealing === undefined ? null : new Sealer({
      directory: segments, journal: this.id, catalog, ...sealing, disk: options.disk ?? realDisk, keysThrough: () => store.keysThrough,
      now: options.now, sealed: () => this.admission.wake(), problem: options.report, maxWaitingBytes: () => (catalog.bytes + 2 * options.segmentBytes > options.maxBytes ? 0 : sealing.maxUnsealedBytes / 4),
    })
    this.admission = new Admission({
      crowded: () => sealing !== undefined && catalog.closedBytes > sealing.maxUnsealedBytes,
      maxPendingBytes: options.maxPendingBytes, maxBytes: options.maxBytes, onFull: options.onFull, pending: () => this.#appender.waiting,
      stored: () => catalog.bytes + (this.#appender.active?.bytes ?? 0), stalled: () => this.stalled, dropOldest: () => this.#dropOldest(),
    })
  }

  /** The frame being filled: add to it, then `submit`, without awaiting in between. */
  get draft(): FrameDraft {
    return this.#appender.pending
  }

  /** Hands in what `draft` holds; settles when it is durable. */
  submit(): Promise<void> {
    if (this.#closed) return refused()
    const { durable, moves } = this.#appender.pending
    for (const [stream, move] of moves) {
      if (move.to === null) this.#submitted.delete(stream)
      else if (move.gap === undefined) this.#submitted.set(stream, move.to)
    }
    this.#appender.submit()
    return durable
  }

  /** Why records cannot be taken now, or null. */
  get stalled(): string | null {
    if (this.#appender.stalled !== null) return this.#appender.stalled
    if (this.#sealer?.trouble && this.#data.catalog.closedBytes > (this.#options.sealing?.maxUnsealedBytes ?? Infinity)) return `segments cannot be sealed: ${this.#sealer.trouble}`
    return this.admission.full ? `the journal has reached journal.max_size (${this.#options.maxBytes} bytes)` : null
  }

  /** Durable positions, by full stream name. */
  get positions(): ReadonlyMap<string, Position> {
    return this.#state.positions
  }

  /** Where streams will stand once everything handed in is durable. */
  get submitted(): ReadonlyMap<string, Position> {
    return this.#submitted
  }

  get gaps(): readonly Gap[] {
    return this.#state.gaps
  }
  get totals(): Counts {
    return this.#state.totals
  }
  get store(): Data['store'] {
    return this.#data.store
  }

  /** The place after the last durable record. */
  head(): { segment: number; record: number } {
    const { active } = this.#appender
    if (active !== null) return { segment: active.number, record: active.records }
    const last = this.#data.catalog.newest
    return last === undefined ? { segment: 0, record: 0 } : { segment: last.number, record: last.records }
  }

  beginning(): { segment: number; record: number } {
    return { segment: this.#extents.after(-1)?.segment ?? 0, record: 0 }
  }

  /** The beginning of the first segment that may hold a record of this time or later, epoch ms. */
  since(time: number): { segment: number; record: number } {
    return placeSince(this.#data.catalog, this.#appender.active, time) ?? this.head()
  }

  /** What can be searched now. */
  segments(): ReadableSegment[] {
    return listSegments(this.#data.segments, this.#data.catalog, this.#appender.active)
  }

  /** How far each segment can be read. */
  get extents(): Extents {
    return this.#extents
  }
  /** A closed segment's file is no longer there: whoever wants to read it goes on behind it. */
  lost(segment: number): void {
    forgetMissing(this.#data, segment, this.#options.report)
  }

  reader(from: Pick<Cursor, 'segment' | 'record'>): JournalReader {
    return new JournalReader(this.#data.segments, this.#extents, this.#blocks, from)
  }

  /** Records and bytes from a cursor to the head; the reader, where it stands at the cursor, knows the byte. */
  lag(reader: JournalReader, cursor: Pick<Cursor, 'segment' | 'record'>): { records: number; bytes: number } {
    return lagFrom(this.#extents, reader, cursor)
  }

  disk(): { bytes: number; segments: number; oldest: number | null } {
    const { catalog } = this.#data
    const { active } = this.#appender
    return { bytes: catalog.bytes + (active?.bytes ?? 0), segments: catalog.count + (active === null ? 0 : 1), oldest: catalog.oldest?.firstCommit ?? active?.firstCommit ?? null }
  }

  retention(): RetentionStore {
    const { segments: directory, catalog } = this.#data
    return retentionStore({
      directory, catalog, clock: this.#clock, now: this.#options.now, space: this.#options.space ?? (() => diskSpace(directory)), active: () => this.#appender.active ?? NOTHING, needed: () => this.needed(),
      lost: (outputs, records) => this.#lose(outputs, records, 'retention is configured with force', 'Mend the output, or keep more.'),
      erase: (when, before) => this.erase(when, before),
    })
  }

  /** Closed segments, other journals' as well; for those who read and rewrite their files. */
  get catalog(): Catalog {
    return this.#data.catalog
  }

  /** Where the segments' files are. */
  get directory(): string {
    return this.#data.segments
  }
  /** The segment being written, or null; read-only. */
  get active(): SegmentWriter | null {
    return this.#appender.active
  }

  /** `journal.max_size`. */
  get maxBytes(): number {
    return this.#options.maxBytes
  }

  /** Drops a stream's position with the next frame. */
  forget(stream: string): void {
    if (!this.#submitted.has(stream) || this.#closed) return
    this.draft.move(stream, { to: null })
    void this.submit().catch(() => undefined)
  }

  /** Closes the active segment now and waits until all closed ones are sealed. Throws what keeps one from it. */
  async seal(): Promise<void> {
    if (this.#sealer === null) throw new Error('BUG: this journal does not seal')
    await this.#appender.rollNow()
    await this.#sealer.drain()
  }

  /** A search found the index of a sealed segment missing or damaged: it is made anew. */
  indexLost(segment: number): void {
    this.#sealer?.indexLost(segment)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#sealer?.stop()
    await this.#appender.close()
    this.admission.close()
    this.#data.close()
  }

  #onCommit(commit: Commit, keys: readonly KeyEntry[]): void {
    this.answers.committed(keys)
    this.#options.committed(commit)
    this.admission.wake()
  }

  #dropOldest(): boolean {
    const { catalog, segments: directory } = this.#data
    return dropOldest({
      directory, catalog, active: this.#appender.active ?? NOTHING, needed: this.needed(),
      lost: (outputs, records) => this.#lose(outputs, records, 'the journal reached its max_size', 'Raise journal.max_size, or mend the output.'),
    })
  }

  #lose(outputs: readonly string[], records: number, why: string, remedy: string): void {
    this.#options.report('error', `dropped ${records} records that ${outputs.join(', ')} had not yet delivered: ${why}`, remedy)
    this.onLost(outputs, records)
  }

  #onClosed(segment: SegmentWriter, keys: readonly KeyEntry[]): boolean {
    const { catalog, store } = this.#data
    catalog.put(closedRow(segment))
    this.onClosed()
    try {
      store.setNextSegment(segment.number + 1)
      store.saveAnswers(keys, segment.number, this.#options.now(), this.#state.snapshot())
      this.answers.stored(keys)
      this.#sealer?.wake()
      return true
    } catch (error) {
      this.#options.report('warn', `cannot write to state.db: ${(error as Error).message}`, 'Free some space; it is tried again when the next segment closes.')
      return false
    }
  }
}

/** Rejected, and listened to: a source may not care, and an unheard rejection would end the process. */
function refused(): Promise<void> {
  const rejected = Promise.reject(new Error('stopped before it could be stored'))
  rejected.catch(() => undefined)
  return rejected
}
