// Goes through the lines of one block and collects what a search wants of those that match: the newest, how many, or when.
import { Envelopes, type LineHead } from '../../journal/sealed/envelopes.ts'
import { isErasedLine } from '../../journal/erased-line.ts'
import { StoredLine } from '../../journal/stored-line.ts'
import { LEVELS } from '../../level.ts'
import { compileMatcher, type Matcher } from '../match-record.ts'
import { MAYBE, YES } from '../plan/judge.ts'
import type { Query } from '../query.ts'
import type { RecordKey } from '../record-key.ts'
import { findLines, type FindLines } from './find-lines.ts'
import type { LineFacts } from './line-facts.ts'
import { lineTest, type LineTest } from './line-test.ts'
import { needles } from './needles.ts'
import { NewestLines } from './newest-lines.ts'
import { TextFinders } from './text-finders.ts'

/** What is wanted of the records that match. */
export type Want =
  /** Up to `limit` records after `before` in the order of results, as far as they come before `bound`. */
  | { readonly kind: 'newest'; readonly limit: number; readonly before: RecordKey | null; readonly bound: RecordKey | null }
  | { readonly kind: 'count' }
  /** Flat triples of slot, index into LEVELS and number; the slot of a time is `floor((time - start) / width)`. */
  | { readonly kind: 'slots'; readonly start: number; readonly width: number }

export interface Found {
  /** Lines that match; with `newest` as far as they were looked at. */
  count: number
  /** For `newest`: in the order of results, and the lines themselves one behind the other, each with its newline. */
  times: number[]
  records: number[]
  texts: string[]
  slots: number[]
}

/** A block's lines and what is known of them. */
export interface BlockLines {
  readonly bytes: Buffer
  readonly segment: number
  /** Number of the first record. */
  readonly first: number
  /** All records lie in the searched span of time. */
  readonly whole: boolean
  /** False: every number is written as JavaScript writes it. */
  readonly oddNumbers: boolean
}

const HASH = 35
/** Quotes inside strings are escaped, so the first one of these is the key itself. */
const BODY = ',"body":'

/** One for each query and thread; holds nothing of a block after the call. */
export class BlockScanner implements LineFacts {
  /** The block and the line at hand, for the tests. */
  text = ''
  start = 0
  end = 0
  escapes = false
  readonly #find: FindLines
  readonly #findExact: FindLines
  readonly #test: LineTest
  readonly #all: boolean
  readonly #matcher: Matcher
  readonly #finders = new TextFinders()
  readonly #envelopes = new Envelopes()
  #from = -Infinity
  #to = Infinity
  #bytes: Buffer = EMPTY
  /** Of the line: null until it is read. */
  #head: 'read' | 'odd' | null = null

  /** `query` has no relative times left. */
  constructor(query: Query) {
    const wanted = needles(query)
    this.#find = findLines(wanted, this.#finders)
    this.#findExact = wanted?.numbers ? findLines({ texts: wanted.texts, numbers: false }, this.#finders) : this.#find
    this.#test = lineTest(query, this.#finders)
    this.#all = query.kind === 'all'
    this.#matcher = compileMatcher(query)
  }

  head(): LineHead | null {
    this.#head ??= this.#envelopes.read(this.#bytes, this.start, this.end) ? 'read' : 'odd'
    return this.#head === 'read' ? this.#envelopes.head : null
  }

  /** Not by way of the head, which costs four times as much and is not always wanted. */
  body(): number {
    const at = this.text.indexOf(BODY, this.start)
    return at === -1 || at > this.end ? -1 : at + BODY.length
  }

  /** The span is that of record times, from inclusive, to exclusive. */
  scan(block: BlockLines, want: Want, from: number, to: number): Found {
    this.#from = from
    this.#to = to
    this.#bytes = block.bytes
    this.text = block.bytes.toString('latin1')
    this.escapes = this.text.includes('\\u')
    this.#finders.reset(this.text)
    const found: Found = { count: 0, times: [], records: [], texts: [], slots: [] }
    const find = block.oddNumbers ? this.#find : this.#findExact
    if (want.kind === 'newest') this.#newest(block, find, want, found)
    else if (want.kind === 'count') this.#count(block, find, found)
    else this.#slots(find, want.start, want.width, found)
    this.#bytes = EMPTY
    this.text = ''
    this.#finders.reset('')
    if (this.#envelopes.full) this.#envelopes.clear()
    return found
  }

  #count(block: BlockLines, find: FindLines, found: Found): void {
    find(this.text, (start, end) => {
      if (this.#isRecord(start, end) && (block.whole || this.#isInSpan(this.#time())) && this.#matches()) found.count++
    })
  }

  #slots(find: FindLines, from: number, width: number, found: Found): void {
    /** By slot, six numbers each. */
    const counts = new Map<number, number[]>()
    let last = NaN
    let levels: number[] = []
    find(this.text, (start, end) => {
      if (!this.#isRecord(start, end)) return
      const time = this.#time()
      if (!this.#isInSpan(time) || !this.#matches()) return
      found.count++
      const slot = Math.floor((time - from) / width)
      if (slot !== last) {
        last = slot
        levels = counts.get(slot) ?? LEVELS.map(() => 0)
        counts.set(slot, levels)
      }
      const level = this.head()?.envelope?.level ?? LEVELS.indexOf(this.#stored().value.level)
      levels[level] = (levels[level] as number) + 1
    })
    for (const [slot, levels] of counts) for (const [level, n] of levels.entries()) if (n > 0) found.slots.push(slot, level, n)
  }

  #newest({ segment, first }: BlockLines, find: FindLines, { limit, before, bound }: Extract<Want, { kind: 'newest' }>, found: Found): void {
    const newest = new NewestLines(limit, segment, before, bound)
    const numberOf = recordCounter(this.text, first)
    find(this.text, (start, end) => {
      if (!this.#isRecord(start, end)) return
      const time = this.#time()
      // Times tell most lines apart; counting up to the line is for those that may be among the newest.
      if (!this.#isInSpan(time) || !newest.mayTake(time)) return
      const record = numberOf(start)
      if (!newest.wants(time, record) || !this.#matches()) return
      found.count++
      newest.add(time, record, start, end)
    })
    for (const { time, record, start, end } of newest.sorted()) {
      found.times.push(time)
      found.records.push(record)
      found.texts.push(this.#bytes.toString('utf8', start, end))
    }
  }

  /** Takes up the line; false when it is none of a record. */
  #isRecord(start: number, end: number): boolean {
    if (this.text.charCodeAt(start) === HASH || isErasedLine(this.#bytes, end)) return false
    this.start = start
    this.end = end
    this.#head = null
    return true
  }

  /** As the matcher sees it where the line is not as the journal writes it. */
  #time(): number {
    return this.head()?.time ?? Date.parse(this.#stored().value.time)
  }

  #isInSpan(time: number): boolean {
    return time >= this.#from && time < this.#to
  }

  #matches(): boolean {
    if (this.#all) return true
    const answer = this.#test(this)
    return answer === MAYBE ? this.#matcher.stored(this.#stored()) : answer === YES
  }

  /** Its segment and number are not looked at. */
  #stored(): StoredLine {
    return new StoredLine(0, 0, this.#bytes, this.start, this.end)
  }
}

const EMPTY = Buffer.alloc(0)

/** Numbers the record that begins at `start`; asked in ascending order. 40 ns a line it passes. */
function recordCounter(text: string, first: number): (start: number) => number {
  let at = 0
  let record = first
  return (start) => {
    while (at < start) {
      if (text.charCodeAt(at) !== HASH) record++
      at = text.indexOf('\n', at) + 1
    }
    return record
  }
}
