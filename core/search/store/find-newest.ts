// Finds the newest records that match: blocks by their latest time, until no unread block can change the page.
import { compareKeys, type RecordKey } from '../record-key.ts'
import type { Want } from '../scan/scan-block.ts'
import type { FoundRecord, SearchAnswer, SearchRequest } from '../store.ts'
import { readCursor, writeCursor } from './page-cursor.ts'
import { SearchRun, type Candidate, type StoreParts } from './search-run.ts'

/** A page ends where its lines have this many bytes, so that a page of the largest records fits in memory. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024

/** Segments asked at a time: first those that are likely to do, then ever more. */
const FIRST_WAVE = 2
const LARGEST_WAVE = 256

/**
 * Where the filters leave fewer than one block in this many, what is searched for is rare: one segment or block more will hardly do, and
 * all are asked and read at once. A needle in 20,000,000 lines took 14.6 to 17.9 ms one block after the other (npm run bench -- search 20000000).
 */
const RARE = 64

/** Throws RangeError for a `before` that is none of ours. */
export async function findNewest(parts: StoreParts, request: SearchRequest, maxBytes = MAX_PAGE_BYTES): Promise<SearchAnswer> {
  const before = request.before === null ? null : readCursor(request.before)
  if (request.before !== null && before === null) throw new RangeError(`"${request.before}" is no place in a result. Use "next" of an earlier answer.`)
  // What is newer is on earlier pages: its segments need not even be asked.
  const run = new SearchRun(parts, before === null ? request : { ...request, to: Math.min(request.to ?? Infinity, before.time + 1) })
  const page = new Page(Math.max(1, request.limit), maxBytes)
  try {
    await new Newest(parts, run, page, before).find()
  } finally {
    await run.end()
  }
  const records = page.records.map(({ segment, record, text }): FoundRecord => ({ id: `${segment}-${record}`, text }))
  const last = page.records.at(-1)
  const { receipt } = run
  const more = page.full && last !== undefined
  if (more) receipt.reason ??= 'limit'
  // Of an incomplete search the place is given as well: whoever asks on loses what was not seen, and was told so.
  return { records, next: more ? writeCursor(last) : null, receipt }
}

type PageRecord = RecordKey & { readonly text: string }

/** The first of all records found so far, in the order of results. */
class Page {
  records: PageRecord[] = []
  #limit: number
  readonly #maxBytes: number

  constructor(limit: number, maxBytes: number) {
    this.#limit = limit
    this.#maxBytes = maxBytes
  }

  get full(): boolean {
    return this.records.length >= this.#limit
  }

  get limit(): number {
    return this.#limit
  }

  /** What a further record must come before; null while there is room. */
  get bound(): PageRecord | null {
    return this.full ? (this.records.at(-1) as PageRecord) : null
  }

  /** `records` are in the order of results, as those of a block are. */
  add(records: readonly PageRecord[]): void {
    const merged: PageRecord[] = []
    let bytes = 0
    for (let a = 0, b = 0; merged.length < this.#limit; ) {
      const old = this.records[a]
      const added = records[b]
      const takeOld = old !== undefined && (added === undefined || compareKeys(old, added) < 0)
      const next = takeOld ? old : added
      if (next === undefined) break
      if (takeOld) a++
      else b++
      merged.push(next)
      bytes += next.text.length
      if (bytes >= this.#maxBytes) this.#limit = merged.length
    }
    this.records = merged
  }
}

class Newest {
  readonly #parts: StoreParts
  readonly #run: SearchRun
  readonly #page: Page
  readonly #before: RecordKey | null
  /** Latest time first. */
  #blocks: Candidate[] = []
  #asked = 0
  #wave = FIRST_WAVE
  readonly #reading = new Set<Promise<void>>()

  constructor(parts: StoreParts, run: SearchRun, page: Page, before: RecordKey | null) {
    this.#parts = parts
    this.#run = run
    this.#page = page
    this.#before = before
  }

  async find(): Promise<void> {
    // Often one block has it all; where it does not, ever more are read at a time.
    const most = Math.max(1, this.#parts.pool.threads * 2)
    let ahead = 1
    while (!this.#run.stop()) {
      const segment = this.#run.segments[this.#asked]
      const next = segment === undefined ? -Infinity : (segment.lastTime ?? Infinity)
      const block = this.#blocks[0]
      if (segment !== undefined && next >= (block?.maxTime ?? -Infinity) && !this.#tooOld(next)) await this.#ask()
      else if (block !== undefined && !this.#tooOld(block.maxTime)) {
        this.#blocks.shift()
        if (this.#mayHold(block)) this.#read(block)
        if (this.#reading.size < (this.#rare ? most : ahead)) continue
        await Promise.race(this.#reading)
        ahead = Math.min(most, ahead * 2)
      } else if (this.#reading.size > 0) await Promise.race(this.#reading)
      else return
    }
    await Promise.all(this.#reading)
  }

  async #ask(): Promise<void> {
    const wave = this.#run.segments.slice(this.#asked, this.#asked + this.#wave)
    this.#asked += wave.length
    for (const { candidates } of await this.#run.ask(wave, { kind: 'blocks' })) this.#blocks.push(...candidates)
    this.#wave = this.#rare ? LARGEST_WAVE : Math.min(LARGEST_WAVE, this.#wave * 4)
    this.#blocks.sort((a, b) => b.maxTime - a.maxTime || b.segment - a.segment || b.first - a.first)
  }

  get #rare(): boolean {
    const { pruned, blocksScanned } = this.#run.receipt
    return pruned.bloom > RARE * (blocksScanned + this.#reading.size + this.#blocks.length)
  }

  #read(block: Candidate): void {
    const { bound, limit } = this.#page
    const want: Want = { kind: 'newest', limit, before: this.#before, bound: bound === null ? null : { time: bound.time, segment: bound.segment, record: bound.record } }
    const reading = this.#run.scan([block], want).then(([found]) => {
      this.#reading.delete(reading)
      if (found === null || found === undefined) return
      if (found.count === 0 && want.bound === null && want.before === null && block.whole) this.#parts.results.set(this.#run.query.key, block.content, block.offset, { count: 0, minutes: null })
      this.#page.add(found.texts.map((text, i) => ({ time: found.times[i] as number, segment: block.segment, record: found.records[i] as number, text })))
    })
    // Waited for as a whole; one that fails must not end the process while another is waited for.
    reading.catch(() => undefined)
    this.#reading.add(reading)
  }

  /** No record of this time or an earlier one can come onto the page. */
  #tooOld(time: number): boolean {
    const { bound } = this.#page
    return bound !== null && time < bound.time
  }

  /** False where the block surely holds nothing for this page. */
  #mayHold({ maxTime, segment, first, records, ...block }: Candidate): boolean {
    const { bound } = this.#page
    if (bound !== null && compareKeys({ time: maxTime, segment, record: first + records }, bound) >= 0) return false
    if (!block.whole || this.#parts.results.get(this.#run.query.key, block.content, block.offset)?.count !== 0) return true
    this.#run.receipt.pruned.remembered++
    return false
  }
}
