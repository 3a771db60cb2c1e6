// Asks a segment's index: which blocks must be read for a query, and what is known of the others without reading them.
import type { BlockRow, IndexHeader } from '../../journal/sealed/index-header.ts'
import { FLAG_INCOMPLETE, FLAG_ODD_NUMBERS } from '../../journal/sealed/index-header.ts'
import { LEVELS } from '../../level.ts'
import { nameTest } from '../name-test.ts'
import type { Query } from '../query.ts'
import { judge, MAYBE, NO, YES, type Answer, type Judge, type RecordGroup, type SegmentNames } from './judge.ts'

/** What is asked: which blocks may hold a match, how many match, or when. */
export type Question =
  | { readonly kind: 'blocks' }
  | { readonly kind: 'count' }
  /** As `Want` of a scan: the slot of a time is `floor((time - start) / width)`. */
  | { readonly kind: 'slots'; readonly start: number; readonly width: number }
  /** How many by level, source and tag. */
  | { readonly kind: 'names' }

export interface IndexAnswer {
  /** Indexes of the blocks that must be read. */
  readonly read: number[]
  /** Blocks that hold no match, by what tells. */
  readonly pruned: { time: number; counts: number; bloom: number }
  /** Matches in the blocks that need not be read. */
  count: number
  /** Flat triples of slot, index into LEVELS and number for those. */
  readonly slots: number[]
  /** For `names`, of those; null where not asked for. */
  readonly names: NameCounts | null
}

export interface NameCounts {
  /** By index into LEVELS. */
  readonly levels: number[]
  readonly sources: Map<string, number>
  /** Null where some records of a block match and others do not. */
  tags: Map<string, number> | null
}

export type AskedIndex = Pick<IndexHeader, 'blocks' | 'sources' | 'tags' | 'counts' | 'tagCounts'>

const MINUTE = 60_000

/** `filters` null: no token filters are at hand. The span is that of record times, from inclusive, to exclusive. */
export function askIndex(index: AskedIndex, filters: SegmentNames['blocksWithTokens'] | null, query: Query, from: number, to: number, question: Question): IndexAnswer {
  const names = { sources: index.sources, tags: index.tags }
  // Judged without the filters first: what that leaves open is all they are asked about, and the receipt can say which of the two ruled a block out.
  const plain = judge(query, { ...names, blocksWithTokens: () => null })
  const full = filters === null ? null : judge(query, { ...names, blocksWithTokens: filters })
  const answer: IndexAnswer = { read: [], pruned: { time: 0, counts: 0, bloom: 0 }, count: 0, slots: [], names: question.kind === 'names' ? { levels: LEVELS.map(() => 0), sources: new Map(), tags: new Map() } : null }
  const block = new AskedBlock(index, query, from, to, question)
  const countTag = question.kind === 'count' ? tagCounter(query, index.tags) : null
  for (let i = 0; i < index.blocks.length; i++) {
    const known = block.take(i)
    if (known === 'out of time') answer.pruned.time++
    else if (countTag !== null && block.tagged(countTag)) {
      if (block.count === 0) answer.pruned.counts++
      answer.count += block.count
    } else {
      const verdict = block.judge(plain)
      if (verdict === NO) answer.pruned.counts++
      else if (verdict === MAYBE && full !== null && block.judge(full) === NO) answer.pruned.bloom++
      else if (block.verdict === MAYBE) answer.read.push(i)
      else {
        answer.count += block.count
        for (const n of block.slots) answer.slots.push(n)
        if (answer.names !== null) block.addNames(answer.names)
      }
    }
  }
  return answer
}

class BlockGroup implements RecordGroup {
  block = 0
  level = -1
  source = -1
  minTime = 0
  maxTime = 0
  tagCounts: readonly number[] | null = null
  oddNumbers = true
  /** Of the block; null: unknown. */
  counts: readonly number[] | null = null

  /** Summed where it is asked for: most queries do not, and it is a quarter of what asking an index takes. */
  get records(): number {
    return this.counts === null ? Infinity : recordsIn(this.counts)
  }
}

/** One block after the other; `count` and `slots` hold what is known of it when the verdict is YES. */
class AskedBlock {
  verdict: Answer = NO
  count = 0
  slots: number[] = []
  /** Indexes into the block's counts, of the groups that match. */
  #matching: number[] = []
  readonly #index: AskedIndex
  readonly #from: number
  readonly #to: number
  readonly #question: Question
  /** The groups of a block may differ in what the query asks for. */
  readonly #byGroup: boolean
  readonly #group = new BlockGroup()
  #counts: readonly number[] | null = null
  #minTime = 0
  #maxTime = 0

  constructor(index: AskedIndex, query: Query, from: number, to: number, question: Question) {
    this.#index = index
    this.#from = from
    this.#to = to
    this.#question = question
    this.#byGroup = question.kind === 'slots' || question.kind === 'names' || asksGroups(query)
  }

  take(block: number): 'out of time' | 'to be judged' {
    // Taken apart by index: as a pattern it costs five times as much, for every block of the store.
    const row = this.#index.blocks[block] as BlockRow
    const minTime = row[5]
    const maxTime = row[6]
    const flags = row[7]
    if (maxTime < minTime || maxTime < this.#from || minTime >= this.#to) return 'out of time'
    const complete = (flags & FLAG_INCOMPLETE) === 0
    this.#counts = complete ? (this.#index.counts[block] ?? null) : null
    this.#minTime = minTime
    this.#maxTime = maxTime
    const group = this.#group
    group.block = block
    group.oddNumbers = (flags & FLAG_ODD_NUMBERS) !== 0
    group.tagCounts = complete ? (this.#index.tagCounts[block] ?? null) : null
    group.counts = this.#counts
    return 'to be judged'
  }

  /** Counts the block by one tag alone, if that can be done. */
  tagged(count: (tagCounts: readonly number[], records: number) => number | null): boolean {
    const { tagCounts } = this.#group
    if (tagCounts === null || !this.#whole) return false
    const n = count(tagCounts, this.#group.records)
    if (n === null) return false
    this.count = n
    return true
  }

  judge(judge: Judge): Answer {
    this.count = 0
    this.slots = []
    this.#matching = []
    this.verdict = this.#counts === null || (!this.#byGroup && this.#whole) ? this.#judgeWhole(judge) : this.#judgeGroups(judge, this.#counts)
    return this.verdict
  }

  get #whole(): boolean {
    return this.#minTime >= this.#from && this.#maxTime < this.#to
  }

  #judgeWhole(judge: Judge): Answer {
    const group = this.#group
    group.level = -1
    group.source = -1
    group.minTime = this.#minTime
    group.maxTime = this.#maxTime
    const answer = judge(group)
    if (answer !== YES || this.#question.kind !== 'count' || this.#counts === null) return answer === NO ? NO : MAYBE
    this.count = group.records
    return YES
  }

  #judgeGroups(judge: Judge, counts: readonly number[]): Answer {
    const group = this.#group
    const question = this.#question
    let verdict: Answer = NO
    for (let i = 0; i < counts.length; i += 4) {
      group.minTime = Math.max(this.#minTime, (counts[i] as number) * MINUTE)
      group.maxTime = Math.min(this.#maxTime, (counts[i] as number) * MINUTE + MINUTE - 1)
      if (group.maxTime < this.#from || group.minTime >= this.#to) continue
      group.level = counts[i + 1] as number
      group.source = counts[i + 2] as number
      const answer = judge(group)
      if (answer === NO) continue
      if (answer === MAYBE || question.kind === 'blocks' || group.minTime < this.#from || group.maxTime >= this.#to) return MAYBE
      if (question.kind === 'slots' && !this.#slot(group, counts[i + 3] as number, question.start, question.width)) return MAYBE
      this.count += counts[i + 3] as number
      if (question.kind === 'names') this.#matching.push(i)
      verdict = YES
    }
    return verdict
  }

  addNames(names: NameCounts): void {
    const { sources, tags } = this.#index
    const counts = this.#counts as readonly number[]
    for (const i of this.#matching) {
      const n = counts[i + 3] as number
      const level = counts[i + 1] as number
      names.levels[level] = (names.levels[level] as number) + n
      addTo(names.sources, sources[counts[i + 2] as number] as string, n)
    }
    const { tagCounts, records } = this.#group
    if (tagCounts === null || this.count !== records) names.tags = null
    if (names.tags === null) return
    for (let i = 0; i < (tagCounts as readonly number[]).length; i += 2) addTo(names.tags, tags[tagCounts?.[i] as number] as string, tagCounts?.[i + 1] as number)
  }

  /** False when the group's records may fall into more than one slot. */
  #slot({ minTime, maxTime, level }: RecordGroup, n: number, start: number, width: number): boolean {
    const slot = Math.floor((minTime - start) / width)
    if (slot !== Math.floor((maxTime - start) / width)) return false
    this.slots.push(slot, level, n)
    return true
  }
}

function asksGroups(query: Query): boolean {
  switch (query.kind) {
    case 'and':
    case 'or': return query.of.some(asksGroups)
    case 'not': return asksGroups(query.of)
    case 'name': return query.name === 'source'
    case 'level':
    case 'time': return true
    case 'all':
    case 'value': return false
  }
}

/** For a query that is one tag, or not that tag: how many records of a block match, or null when several tags fit, which a record may share. */
function tagCounter(query: Query, tags: readonly string[]): ((tagCounts: readonly number[], records: number) => number | null) | null {
  const negated = query.kind === 'not'
  const of = negated ? query.of : query
  if (of.kind !== 'name' || of.name !== 'tag') return null
  const wanted = tags.map(nameTest(of.test))
  return (tagCounts, records) => {
    let n: number | null = null
    for (let i = 0; i < tagCounts.length; i += 2) {
      if (!wanted[tagCounts[i] as number]) continue
      if (n !== null) return null
      n = tagCounts[i + 1] as number
    }
    return negated ? records - (n ?? 0) : (n ?? 0)
  }
}

function addTo(names: Map<string, number>, name: string, n: number): void {
  names.set(name, (names.get(name) ?? 0) + n)
}

function recordsIn(counts: readonly number[]): number {
  let n = 0
  for (let i = 3; i < counts.length; i += 4) n += counts[i] as number
  return n
}
