// Which parser a stream with `parser: auto` gets: chosen from its first lines, once more as they become more, and anew where it does not fit.
import { copyText } from './copy-text.ts'
import type { Sample } from './hooks.ts'
import { RecentMap } from './recent-map.ts'
import type { Batch } from './record.ts'
import type { StreamState } from './stream-state.ts'

/** Lines a parser is chosen from, and at most so many characters of them. */
const SAMPLE_LINES = 50
const SAMPLE_CHARS = 64 * 1024

/** Lines kept between batches, for so many streams: 32 MiB at the worst. What the first batch brought has to do for the rest. */
const MAX_HELD_CHARS = 16 * 1024
const MAX_HELD = 1000

/** A parser is chosen anew when, over this many lines, more than half did not parse. */
const DOUBT_LINES = 100

/** Nothing fails to be text, so it is looked at again after this many lines, 2 % of the time they take; after each change of parser twice as many, so that a mixed stream comes to rest. */
const TEXT_LINES = 5000
const MAX_DOUBLINGS = 10

const ANYTHING = 'text'

export type Detect = (sample: Sample) => string | undefined

/** The lines of one stream that its parser is being chosen from. */
interface Held {
  readonly stream: StreamState
  readonly lines: string[]
  chars: number
  /** Choose once there are so many: at every doubling, so that a banner or a lone first line decides little. */
  next: number
}

export class ParserChoice {
  readonly #held = new RecentMap<Held>(MAX_HELD, ({ stream }) => (stream.settled = true))

  /** The parser for the batch. */
  of(batch: Batch, stream: StreamState, detect: Detect): string {
    if (stream.chosen === null) this.#begin(stream, 1)
    else if (stream.settled && stream.chosen === ANYTHING && stream.lines >= TEXT_LINES * 2 ** Math.min(stream.misfits, MAX_DOUBLINGS)) this.#begin(stream, SAMPLE_LINES)
    if (stream.settled) return stream.chosen as string
    const held = this.#held.get(stream.name) as Held
    const kept = held.lines.length
    gather(batch, held)
    const enough = held.lines.length >= SAMPLE_LINES || held.chars >= MAX_HELD_CHARS
    if (stream.chosen === null || enough || held.lines.length >= held.next) choose(batch, held, detect)
    if (enough) this.#settle(stream)
    else for (let i = kept; i < held.lines.length; i++) held.lines[i] = copyText(held.lines[i] as string, MAX_HELD_CHARS)
    return stream.chosen as string
  }

  #begin(stream: StreamState, next: number): void {
    this.#settle(stream)
    stream.settled = false
    this.#held.add(stream.name, { stream, lines: [], chars: 0, next })
  }

  #settle(stream: StreamState): void {
    this.#held.delete(stream.name)
    stream.settled = true
  }
}

/** After a batch was parsed: a parser that fits too little is given up. */
export function noteFit(stream: StreamState, lines: number, failures: number): void {
  stream.lines += lines
  stream.failures += failures
  if (stream.lines < DOUBT_LINES || stream.chosen === ANYTHING) return
  if (stream.failures * 2 > stream.lines && stream.chosen !== null) {
    stream.misfit = `${stream.chosen} did not fit ${stream.failures} of ${stream.lines} lines`
    stream.misfits++
    stream.chosen = null
  }
  stream.lines = 0
  stream.failures = 0
}

/** Blank lines tell nothing. */
function gather({ records }: Batch, held: Held): void {
  for (const record of records) {
    if (held.lines.length >= SAMPLE_LINES || held.chars >= SAMPLE_CHARS) return
    const { line } = record
    if (line.trim() === '') continue
    held.lines.push(line.length > SAMPLE_CHARS ? line.slice(0, SAMPLE_CHARS) : line)
    held.chars += line.length
  }
}

function choose(batch: Batch, held: Held, detect: Detect): void {
  const { stream, lines } = held
  held.next = Math.max(1, lines.length * 2)
  const sample: Sample = { stream: stream.name, source: batch.source, lines }
  const parser = detect(sample) ?? ANYTHING
  // Nobody wants the sample as a whole: what fits half of the lines is still better than nothing.
  if (parser === ANYTHING && stream.chosen !== null && stream.chosen !== ANYTHING && stream.failures * 2 <= stream.lines) return
  if (stream.chosen === ANYTHING && parser !== ANYTHING && stream.lines >= TEXT_LINES) {
    stream.misfit = `the lines were ${ANYTHING}`
    stream.misfits++
  }
  const why = sample.why ?? `chosen from ${lines.length === 1 ? 'the first line' : `${lines.length} lines`}`
  stream.chosenWhy = stream.misfit === null ? why : `${why}; before, ${stream.misfit}`
  if (parser === stream.chosen && parser !== ANYTHING) return
  stream.chosen = parser
  stream.lines = 0
  stream.failures = 0
}
