// What the process has counted: totals since the data directory was made, the last five minutes, newest parse errors and problems.
// Fed by the `committed` hook, so nothing is counted before it is durable.
import { BoundedCounts } from './bounded-counts.ts'
import { copyText } from './copy-text.ts'
import type { Commit, Counts } from './journal/commit.ts'
import { LEVELS } from './level.ts'
import { NameRates } from './name-rates.ts'
import type { Problem } from './problem.ts'
import { RateRing } from './rate-ring.ts'
import type { ParseErrorSample, Rate, Totals } from './read-model.ts'

/** What the page shows; with 500 characters a line both lists stay far below a megabyte. */
const MAX_SAMPLES = 100
const MAX_PROBLEMS = 100
const MAX_SAMPLE_CHARS = 500
/** A message quotes a path or an error of the system; anything longer is hostile input quoted in full. */
const MAX_MESSAGE_CHARS = 2000
/** Long enough to be steady, short enough to feel immediate. */
const PER_SECOND_WINDOW = 5

export interface StatsOptions {
  /** What the journal counted in earlier lives of the process. */
  readonly totals?: Readonly<Counts>
  /** Epoch ms. */
  readonly now: () => number
}

export type CountedProblem = Problem & { readonly count: number }

export interface StreamCounts {
  readonly name: string
  readonly records: number
  readonly errors: number
}

export class Stats {
  readonly #ring: RateRing
  readonly #recent: { readonly tags: NameRates; readonly sources: NameRates }
  #records: number
  #bytes: number
  #dropped: number
  readonly #levels: BoundedCounts
  readonly #tags: BoundedCounts
  readonly #sources: BoundedCounts
  readonly #streams: BoundedCounts
  /** By stream. */
  readonly #errors: BoundedCounts
  #errorTotal = 0
  /** Oldest first. */
  readonly #samples: ParseErrorSample[] = []
  /** By component and message; a repeat moves to the end. */
  readonly #problems = new Map<string, CountedProblem>()

  constructor({ totals, now }: StatsOptions) {
    this.#ring = new RateRing(now)
    this.#recent = { tags: new NameRates(now), sources: new NameRates(now) }
    this.#records = totals?.records ?? 0
    this.#bytes = totals?.bytes ?? 0
    this.#dropped = totals?.dropped ?? 0
    this.#levels = new BoundedCounts(totals?.levels)
    this.#tags = new BoundedCounts(totals?.tags)
    this.#sources = new BoundedCounts(totals?.sources)
    this.#streams = new BoundedCounts(totals?.streams)
    this.#errors = new BoundedCounts(totals?.errors)
    this.#errorTotal = sum(totals?.errors ?? {})
  }

  /** A few map writes per distinct name in the commit, whatever its number of records. */
  commit({ counts }: Pick<Commit, 'counts'>): void {
    this.#records += counts.records
    this.#bytes += counts.bytes
    this.#dropped += counts.dropped
    this.#errorTotal += sum(counts.errors)
    this.#levels.addAll(counts.levels)
    this.#tags.addAll(counts.tags)
    this.#sources.addAll(counts.sources)
    this.#streams.addAll(counts.streams)
    this.#errors.addAll(counts.errors)
    this.#ring.add(counts.records, counts.levels)
    this.#recent.tags.add(counts.tags)
    this.#recent.sources.add(counts.sources)
  }

  /** Keeps the line for people to look at; the count comes with the commit. */
  parseError(sample: ParseErrorSample): void {
    this.#samples.push({
      time: sample.time,
      stream: copyText(sample.stream, MAX_SAMPLE_CHARS),
      parser: sample.parser,
      reason: copyText(sample.reason, MAX_SAMPLE_CHARS),
      line: copyText(sample.line, MAX_SAMPLE_CHARS),
    })
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift()
  }

  /** Records were erased, or filters came: the lines shown may be theirs, or theirs to hide. */
  forgetSamples(): void {
    this.#samples.length = 0
  }

  problem(problem: Problem): void {
    const message = copyText(problem.message, MAX_MESSAGE_CHARS)
    const key = `${problem.component}\u0000${message}`
    const count = (this.#problems.get(key)?.count ?? 0) + 1
    this.#problems.delete(key)
    this.#problems.set(key, {
      level: problem.level, component: problem.component, message, remedy: copyText(problem.remedy, MAX_MESSAGE_CHARS), time: problem.time, count,
    })
    if (this.#problems.size <= MAX_PROBLEMS) return
    for (const oldest of this.#problems.keys()) {
      this.#problems.delete(oldest)
      break
    }
  }

  totals(): Totals {
    const levels = this.#levels.toObject()
    return {
      records: this.#records,
      bytes: this.#bytes,
      levels: Object.fromEntries(LEVELS.flatMap((level) => (levels[level] === undefined ? [] : [[level, levels[level]]]))),
      tags: this.#tags.toObject(),
      sources: this.#sources.toObject(),
      errors: this.#errorTotal,
      dropped: this.#dropped,
    }
  }

  perSecond(): number {
    return this.#ring.average(PER_SECOND_WINDOW)
  }

  rate(seconds: number): Rate {
    return this.#ring.rate(seconds)
  }

  recent(of: 'tags' | 'sources', name: string): number[] {
    return this.#recent[of].series(name)
  }

  /** Every stream that ever had a record or a parse error, restored ones too. */
  streams(): StreamCounts[] {
    const names = new Set([...this.#streams.names(), ...this.#errors.names()])
    return Array.from(names, (name) => ({ name, records: this.#streams.get(name), errors: this.#errors.get(name) }))
  }

  /** Newest first. */
  parseErrors(): ParseErrorSample[] {
    return this.#samples.toReversed()
  }

  /** Newest first. */
  problems(): CountedProblem[] {
    return [...this.#problems.values()].toReversed()
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  let total = 0
  for (const count of Object.values(counts)) total += count
  return total
}
