// Takes in a segment's record lines block by block and knows at the end what its index says: counts by minute, level, source and tag, and tokens.
import { LEVELS } from '../../level.ts'
import { isErasedLine } from '../erased-line.ts'
import { Envelopes, type Envelope } from './envelopes.ts'
import type { BlockEntry } from './format.ts'
import type { BlockRow, IndexHeader } from './index-header.ts'
import { FLAG_INCOMPLETE, FLAG_ODD_NUMBERS } from './index-header.ts'
import { addLineTokens } from './line-tokens.ts'
import { TokenSet } from './token-set.ts'

/** Names beyond this many are not told apart, so that hostile sources or tags cannot make an index larger than its segment. */
const MAX_NAMES = 2000

/** Records and bytes. */
export type Usage = [records: number, bytes: number]

export class IndexBuilder {
  readonly rows: BlockRow[] = []
  /** Distinct tokens of each block. */
  readonly tokens: Int32Array[] = []
  readonly #sources = new Names()
  readonly #tags = new Names()
  readonly #usage = new Map<string, Usage>()
  readonly #counts: number[][] = []
  readonly #tagCounts: number[][] = []
  readonly #envelopes = new Envelopes()
  readonly #set: TokenSet | null
  /** Of the current block. Records by envelope id, by minute. */
  #minutes = new Map<number, Map<number, number>>()
  #minute = NaN
  #inMinute: Map<number, number> = new Map()
  /** By id: what the current block holds of each. */
  #met: Array<{ envelope: Envelope; records: number; bytes: number } | undefined> = []
  #quads = new Map<string, number[]>()
  #tagPairs = new Map<number, number>()
  #minTime = Infinity
  #maxTime = -Infinity
  #flags = 0

  /** `set` null: only counts are wanted, and nothing is promised of numbers. */
  constructor(set: TokenSet | null = new TokenSet()) {
    this.#set = set
  }

  /** Takes one record line, without its newline, which must follow it in `bytes`. */
  line(bytes: Buffer, start: number, end: number): void {
    if (isErasedLine(bytes, end)) return
    const envelopes = this.#envelopes
    if (!envelopes.read(bytes, start, end)) {
      this.#oddLine(bytes, start, end)
      return
    }
    const { head } = envelopes
    const envelope = head.envelope as Envelope
    if (head.time < this.#minTime) this.#minTime = head.time
    if (head.time > this.#maxTime) this.#maxTime = head.time
    if (head.minute !== this.#minute) this.#enter(head.minute)
    this.#inMinute.set(envelope.id, (this.#inMinute.get(envelope.id) ?? 0) + 1)
    const met = this.#met[envelope.id]
    if (met === undefined) {
      this.#met[envelope.id] = { envelope, records: 1, bytes: end - start + 1 }
      if (this.#set !== null) addLineTokens(bytes, head.timeEnd, head.body, this.#set)
    } else {
      met.records++
      met.bytes += end - start + 1
    }
    if (this.#set === null || addLineTokens(bytes, head.body, end, this.#set)) this.#flags |= FLAG_ODD_NUMBERS
    if (envelopes.full) {
      this.#fold()
      envelopes.clear()
    }
  }

  /** The lines since the last call are this block. */
  block({ offset, length, raw, records, first }: BlockEntry): void {
    this.#fold()
    const empty = this.#minTime > this.#maxTime
    this.rows.push([offset, length, raw, records, first, empty ? 0 : this.#minTime, empty ? -1 : this.#maxTime, this.#flags])
    if (this.#set !== null) this.tokens.push(this.#set.take())
    this.#counts.push([...this.#quads.values()].sort((a, b) => (a[0] as number) - (b[0] as number)).flat())
    this.#tagCounts.push([...this.#tagPairs].flat())
    this.#quads = new Map()
    this.#tagPairs = new Map()
    this.#minTime = Infinity
    this.#maxTime = -Infinity
    this.#flags = 0
  }

  /** Records and bytes by source. */
  get usage(): { [source: string]: Usage } {
    return Object.fromEntries(this.#usage)
  }

  /** All of the header that depends on records. */
  get content(): Pick<IndexHeader, 'blocks' | 'sources' | 'tags' | 'counts' | 'tagCounts'> {
    return { blocks: this.rows, sources: this.#sources.list, tags: this.#tags.list, counts: this.#counts, tagCounts: this.#tagCounts }
  }

  #enter(minute: number): void {
    this.#minute = minute
    const known = this.#minutes.get(minute)
    if (known !== undefined) this.#inMinute = known
    else this.#minutes.set(minute, (this.#inMinute = new Map()))
  }

  /** Brings what was counted by envelope to levels, sources and tags. */
  #fold(): void {
    for (const [minute, byEnvelope] of this.#minutes) {
      for (const [id, n] of byEnvelope) {
        const { envelope } = this.#met[id] as { envelope: Envelope }
        this.#count(minute, envelope.level, envelope.source, n)
      }
    }
    for (const met of this.#met) {
      if (met === undefined) continue
      this.#use(met.envelope.source, met.records, met.bytes)
      for (const tag of new Set(met.envelope.tags)) this.#tag(tag, met.records)
    }
    this.#minutes = new Map()
    this.#minute = NaN
    this.#met = []
  }

  #count(minute: number, level: number, source: string, n: number): void {
    const index = this.#sources.of(source)
    if (index === -1) {
      this.#flags |= FLAG_INCOMPLETE
      return
    }
    const key = `${minute} ${level} ${index}`
    const quad = this.#quads.get(key)
    if (quad === undefined) this.#quads.set(key, [minute, level, index, n])
    else quad[3] = (quad[3] as number) + n
  }

  #tag(name: string, n: number): void {
    const index = this.#tags.of(name)
    if (index === -1) this.#flags |= FLAG_INCOMPLETE
    else this.#tagPairs.set(index, (this.#tagPairs.get(index) ?? 0) + n)
  }

  #use(source: string, records: number, bytes: number): void {
    const known = this.#usage.get(source)
    if (known !== undefined) {
      known[0] += records
      known[1] += bytes
    } else if (this.#usage.size < MAX_NAMES) this.#usage.set(source, [records, bytes])
  }

  /** A shape the journal does not write today: everything is taken from the parsed line, or, if it is no record, nothing is promised of its block. */
  #oddLine(bytes: Buffer, start: number, end: number): void {
    if (this.#set === null || addLineTokens(bytes, start, end, this.#set)) this.#flags |= FLAG_ODD_NUMBERS
    const value = parsed(bytes.toString('utf8', start, end))
    if (value === null) {
      this.#flags |= FLAG_INCOMPLETE
      this.#minTime = Math.min(this.#minTime, 0)
      this.#maxTime = Math.max(this.#maxTime, 0)
      return
    }
    this.#minTime = Math.min(this.#minTime, value.time)
    this.#maxTime = Math.max(this.#maxTime, value.time)
    this.#count(Math.floor(value.time / 60_000), value.level, value.source, 1)
    this.#use(value.source, 1, end - start + 1)
    for (const tag of new Set(value.tags)) this.#tag(tag, 1)
  }
}

/** Names by the order they came in. */
class Names {
  readonly list: string[] = []
  readonly #index = new Map<string, number>()

  /** -1 once there are too many. */
  of(name: string): number {
    const known = this.#index.get(name)
    if (known !== undefined) return known
    if (this.list.length >= MAX_NAMES) return -1
    this.#index.set(name, this.list.length)
    return this.list.push(name) - 1
  }
}

function parsed(text: string): { time: number; level: number; source: string; tags: string[] } | null {
  try {
    const value = JSON.parse(text) as { time?: unknown; level?: unknown; source?: unknown; tags?: unknown } | null
    const level = LEVELS.indexOf(value?.level as (typeof LEVELS)[number])
    const time = Date.parse(String(value?.time))
    if (level === -1 || Number.isNaN(time) || typeof value?.source !== 'string') return null
    return { time, level, source: value.source, tags: Array.isArray(value.tags) ? value.tags.filter((tag) => typeof tag === 'string') : [] }
  } catch {
    return null // counted as incomplete by the caller
  }
}
