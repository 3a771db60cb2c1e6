// Follows the journal from a place on and hands out the records that match, each once, in the order they were stored.
import type { Extent } from '../journal/extents.ts'
import type { JournalReader } from '../journal/reader.ts'
import type { StoredLine } from '../journal/stored-line.ts'
import { compileMatcher, type Matcher } from './match-record.ts'
import type { Query } from './query.ts'
import { type Place, tailId } from './tail-place.ts'

/** What is followed: the running journal, or a data directory. */
export interface TailSource {
  /** The place after the last durable record. */
  head(): Place
  /** The beginning of the oldest segment. */
  beginning(): Place
  /** The beginning of the first segment that may hold a record of this time or later. */
  since(time: number): Place
  /** How far a segment can be read; null when it is not there. */
  extent(segment: number): Extent | null
  /** Records between a place and the head; the reader stands at the place. */
  behind(reader: JournalReader, place: Place): number
  reader(from: Place): JournalReader
  /** Calls `listener` when something became durable; the result ends that. */
  onCommit(listener: () => void): () => void
}

export interface TailOptions {
  readonly query: Query
  readonly start: Place
  /** Begins with the first record of this time or later, epoch ms; everything after that counts, whatever its time. */
  readonly since: number | null
  /** Prefers the present: a reader too slow for the logs skips what it missed. */
  readonly live: boolean
  /** How often nothing is handed out as well, ms. */
  readonly idleMs: number
}

export interface TailStep {
  /** The stored lines, by their ids. */
  readonly found: ReadonlyArray<{ readonly id: string; readonly text: string }>
  /** Left out to catch up; only where `live`. */
  readonly skipped: number
  /** Records that should have come were deleted before they were read. */
  readonly gap: boolean
}

/** Records of one step: enough to keep a socket busy, few enough that a slow client holds little memory. */
const STEP_RECORDS = 1000
const STEP_BYTES = 64 * 1024

/** A live tail further behind than this shows the past: at 10,000 records/s half a second. */
const LIVE_RECORDS = 5000

const ERASED = '"erased":true}'
const TIME_AT = '{"time":"'.length

export class Tail {
  readonly #source: TailSource
  readonly #options: TailOptions
  readonly #matcher: Matcher | null
  readonly #reader: JournalReader
  #place: Place
  /** What was last known of the segment at `#place`. */
  #extent: Extent | null
  #since: number | null
  #commits = 0
  #stopped = false
  /** Ends the wait for a commit. */
  #wake: (() => void) | null = null

  constructor(source: TailSource, options: TailOptions) {
    this.#source = source
    this.#options = options
    this.#matcher = options.query.kind === 'all' ? null : compileMatcher(options.query)
    this.#since = options.since
    this.#place = options.start
    this.#extent = source.extent(options.start.segment)
    this.#reader = source.reader(options.start)
  }

  /** Behind everything handed out. */
  get id(): string {
    return tailId(this.#place)
  }

  /** Steps until `stop`. Reads no further than it is asked, which is what makes a slow client harmless. Throws when the journal cannot be read. */
  async *steps(): AsyncGenerator<TailStep, undefined> {
    const unsubscribe = this.#source.onCommit(() => {
      this.#commits++
      this.#wake?.()
    })
    try {
      let handedOut = performance.now()
      while (!this.#stopped) {
        const commits = this.#commits
        const step = await this.#next()
        const idle = performance.now() - handedOut >= this.#options.idleMs
        if (step.found.length > 0 || step.skipped > 0 || step.gap || idle) {
          handedOut = performance.now()
          yield step
        } else if (this.#atEnd && commits === this.#commits) await this.#sleep(this.#options.idleMs - (performance.now() - handedOut))
      }
    } finally {
      unsubscribe()
      await this.#reader.close()
    }
    return undefined
  }

  /** Ends the steps, also one that is waited for. */
  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }

  #atEnd = false

  async #next(): Promise<TailStep> {
    const gap = this.#missed()
    const skipped = this.#options.live ? await this.#skip() : 0
    const { lines, next } = await this.#reader.read(STEP_RECORDS, STEP_BYTES)
    const found: Array<{ id: string; text: string }> = []
    for (const line of lines) if (this.#wants(line)) found.push({ id: `${line.segment}-${line.record}`, text: line.text })
    this.#atEnd = lines.length === 0
    this.#place = { segment: next.segment, record: next.record }
    this.#extent = this.#source.extent(next.segment) ?? this.#extent
    return { found, skipped, gap }
  }

  /** Whether records at the place were deleted since they were last seen there. */
  #missed(): boolean {
    const { segment, record } = this.#place
    const now = this.#source.extent(segment)
    const known = this.#extent
    this.#extent = now
    return now === null && known !== null && known.segment === segment && known.records > record
  }

  async #skip(): Promise<number> {
    const behind = this.#source.behind(this.#reader, this.#place)
    if (behind <= LIVE_RECORDS) return 0
    this.#place = this.#source.head()
    this.#since = null
    await this.#reader.seek(this.#place)
    return behind
  }

  #wants(line: StoredLine): boolean {
    const { text } = line
    if (this.#since !== null) {
      if (Date.parse(text.slice(TIME_AT, text.indexOf('"', TIME_AT))) < this.#since) return false
      this.#since = null
    }
    return (this.#matcher === null || this.#matcher.stored(line)) && !text.endsWith(ERASED)
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#stopped || ms <= 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
  }
}
