// The durable log as everyone else sees it: hand frames in, learn positions, read from a cursor.
import { randomUUID } from 'node:crypto'
import type { Gap } from '../emit.ts'
import { Admission } from './admission.ts'
import { AnswerBook } from './answer-book.ts'
import { Appender } from './append.ts'
import type { SegmentRow } from './catalog.ts'
import { ClockWatch } from './clock-watch.ts'
import type { Commit, Counts, Position } from './commit.ts'
import { deleteSegmentNow } from './delete-segments.ts'
import { type Disk, realDisk } from './disk.ts'
import { type Extents, extentsOf, lagFrom } from './extents.ts'
import type { FrameDraft } from './frame-draft.ts'
import type { KeyEntry } from './frame.ts'
import { type Growth, growthOf } from './growth.ts'
import type { LiveState } from './live-state.ts'
import { type Data, explained, openData, type Report } from './open-data.ts'
import { JournalReader } from './reader.ts'
import { journalIdOf, recover } from './recover.ts'
import { Reserve } from './reserve.ts'
import { deletable, retentionStore } from './retain.ts'
import type { RetentionStore } from './retention-store.ts'
import type { SegmentWriter } from './segment-writer.ts'
import type { Cursor } from './stored-line.ts'

/** What stands for an active segment where there is none. */
const NOTHING = { bytes: 0, records: 0, lastCommit: 0 }

/** How long a request's Idempotency-Key is remembered. Stripe and the IETF draft on the header field speak of 24 h. */
const ANSWERS_KEPT_MS = 24 * 3600 * 1000

export interface JournalOptions {
  readonly directory: string
  readonly fsync: 'always' | 'interval' | 'never'
  readonly segmentBytes: number
  readonly segmentAgeMs: number
  readonly maxBytes: number
  readonly onFull: 'block' | 'drop_oldest'
  /** Bytes handed in and not yet durable, beyond which `room` makes sources wait. */
  readonly maxPendingBytes: number
  readonly reserveBytes: number
  readonly disk?: Disk
  now(): number
  /** Ms of a clock that nobody sets; the process's own by default. */
  monotonic?(): number
  report: Report
  committed(commit: Commit): void
}

export class Journal {
  readonly id: string
  readonly answers: AnswerBook
  /** Who may hand in, and when. */
  readonly admission: Admission
  /** Set by delivery: which outputs need which segment. */
  needed: () => { segment: number; outputs: string[] } | null = () => null
  /** A segment was closed: set by who wants to look at retention then. */
  onClosed: () => void = () => undefined
  readonly #options: JournalOptions
  readonly #data: Data
  readonly #state: LiveState
  readonly #appender: Appender
  /** Positions handed in, durable or not: what the next batch must follow on. */
  readonly #submitted: Map<string, Position>
  readonly #extents: Extents
  readonly #clock: ClockWatch
  #closed = false

  /** Opens, locks and recovers. Throws DataError. */
  static async open(options: JournalOptions): Promise<Journal> {
    const data = openData(options.directory, options.report)
    try {
      const journal = explained(options.directory, () => new Journal(options, data))
      await journal.#holdReserve()
      return journal
    } catch (error) {
      data.close()
      throw error
    }
  }

  private constructor(options: JournalOptions, data: Data) {
    this.#options = options
    this.#data = data
    const { catalog, store } = data
    const { segments } = data
    const identity = store.identity(journalIdOf(segments) ?? randomUUID(), options.now())
    this.id = identity.id
    const recovered = recover({ directory: segments, catalog, keysThrough: identity.keysThrough, journal: this.id, now: options.now, problem: options.report })
    this.#state = recovered.state
    this.#submitted = new Map(recovered.state.positions)
    if (recovered.keys.length > 0) store.saveAnswers(recovered.keys, recovered.highest, options.now(), ANSWERS_KEPT_MS)
    this.answers = new AnswerBook(store)
    this.#appender = new Appender({
      directory: segments, journal: this.id, fsync: options.fsync, segmentBytes: options.segmentBytes, segmentAgeMs: options.segmentAgeMs,
      disk: options.disk ?? realDisk, reserve: new Reserve(segments, options.reserveBytes), state: this.#state,
      nextSegment: Math.max(identity.nextSegment, recovered.highest + 1), now: options.now, problem: options.report,
      committed: (commit, keys) => this.#onCommit(commit, keys),
      closed: (segment, keys) => this.#onClosed(segment, keys),
    })
    this.#clock = new ClockWatch({ now: options.now, monotonic: options.monotonic ?? (() => performance.now()) })
    this.#extents = extentsOf(catalog, () => this.#appender.active)
    this.admission = new Admission({
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
    return { segment: this.#data.catalog.oldest?.number ?? this.#appender.active?.number ?? 0, record: 0 }
  }

  /** The beginning of the first segment that may hold a record of this time or later, epoch ms. */
  since(time: number): { segment: number; record: number } {
    const row = this.#data.catalog.all().find(({ lastTime }) => lastTime !== null && lastTime >= time)
    if (row !== undefined) return { segment: row.number, record: 0 }
    const { active } = this.#appender
    return active !== null && active.lastTime >= time ? { segment: active.number, record: 0 } : this.head()
  }

  /** How far each segment can be read. */
  get extents(): Extents {
    return this.#extents
  }

  /** A closed segment's file is no longer there: whoever wants to read it goes on behind it. */
  lost(segment: number): void {
    const { catalog } = this.#data
    const row = catalog.get(segment)
    if (row === undefined) return
    catalog.remove(segment)
    this.#options.report('error', `cannot find segment ${segment} with ${row.records} records: its file was taken away`, 'Put files back only while Sawlog is stopped; outputs go on with the next segment.')
  }

  reader(from: Pick<Cursor, 'segment' | 'record'>): JournalReader {
    return new JournalReader(this.#data.segments, this.#extents, from)
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
      directory, catalog, clock: this.#clock, now: this.#options.now, active: () => this.#appender.active ?? NOTHING, needed: () => this.needed(),
      lost: (outputs, records) => this.#options.report('error', `dropped ${records} records that ${outputs.join(', ')} had not yet delivered: retention is configured with force`, 'Mend the output, or keep more.'),
      erase: () => Promise.reject(new Error('cannot erase yet')),
    })
  }

  /** A day, by the commits of the last week. */
  growth(): Growth | null {
    return growthOf(this.#data.catalog, this.#appender.active, this.#options.now())
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

  async close(): Promise<void> {
    this.#closed = true
    await this.#appender.close()
    this.admission.close()
    this.#data.close()
  }

  async #holdReserve(): Promise<void> {
    try {
      await new Reserve(this.#data.segments, this.#options.reserveBytes).hold()
    } catch (error) {
      this.#options.report('warn', `cannot keep a reserve file in ${this.#data.segments}: ${(error as Error).message}`, 'Free some space; without it a full disk leaves no room for retention.')
    }
  }

  #onCommit(commit: Commit, keys: readonly KeyEntry[]): void {
    this.answers.committed(keys)
    this.#options.committed(commit)
    this.admission.wake()
  }

  /** Deletes the oldest closed segment, whoever still wanted it; false when there is none. */
  #dropOldest(): boolean {
    const { catalog, segments: directory } = this.#data
    const oldest = deletable(catalog, this.#appender.active ?? NOTHING).find(({ state }) => state !== 'deleting')
    if (oldest === undefined) return false
    const needed = this.needed()
    if (needed !== null && needed.segment <= oldest.number) this.#options.report('error', `dropped ${oldest.records} records that ${needed.outputs.join(', ')} had not yet delivered: the journal reached its max_size`, 'Raise journal.max_size, or mend the output.')
    deleteSegmentNow({ directory, catalog }, oldest)
    return true
  }

  #onClosed(segment: SegmentWriter, keys: readonly KeyEntry[]): boolean {
    const { catalog, store } = this.#data
    const row: SegmentRow = {
      number: segment.number, bytes: segment.bytes, records: segment.records, state: 'closed',
      firstTime: segment.firstTime === Infinity ? null : segment.firstTime, lastTime: segment.lastTime === -Infinity ? null : segment.lastTime,
      firstCommit: segment.firstCommit, lastCommit: segment.lastCommit,
    }
    catalog.put(row)
    this.onClosed()
    try {
      store.setNextSegment(segment.number + 1)
      store.saveAnswers(keys, segment.number, this.#options.now(), ANSWERS_KEPT_MS)
      this.answers.stored(keys)
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
