// Says of a group of records - one minute, level and source of a block - whether all, none or some of them match a query, from the index alone.
import { LEVELS } from '../../level.ts'
import { nameTest } from '../name-test.ts'
import type { NameTest, Query } from '../query.ts'
import { neededNameTokens, neededTokens, type TokenNeed } from './needed-tokens.ts'

/** Numbers, so that AND is the least, OR the greatest and NOT the distance to YES. */
export const NO = 0
export const MAYBE = 1
export const YES = 2
export type Answer = 0 | 1 | 2

/** What is known of the group. The judge keeps nothing of it; one object serves all groups. */
export interface RecordGroup {
  /** Index of its block in the segment. */
  block: number
  /** Index into LEVELS, or -1: unknown. */
  level: number
  /** Index into the segment's sources, or -1: unknown. */
  source: number
  /** Record time of the earliest and latest record it can have, epoch ms. */
  minTime: number
  maxTime: number
  /** All of its block. */
  readonly records: number
  /** Flat pairs of a tag's index and how many of the block's records have it; null: unknown. */
  tagCounts: readonly number[] | null
  /** Numbers in the block may be written in other ways than JavaScript's. */
  oddNumbers: boolean
}

export interface SegmentNames {
  readonly sources: readonly string[]
  readonly tags: readonly string[]
  /** For each block whether it may hold all of these tokens; null where no filters are at hand. */
  blocksWithTokens(tokens: readonly string[]): Uint8Array | null
}

export type Judge = (group: RecordGroup) => Answer

/** Compiled for one segment. `blocksWithTokens` is asked once for each list of tokens, and only if the answer can matter. */
export function judge(query: Query, segment: SegmentNames): Judge {
  switch (query.kind) {
    case 'all': return () => YES
    case 'and': {
      const of = query.of.map((part) => judge(part, segment))
      return (group) => {
        let least: Answer = YES
        for (const part of of) {
          const answer = part(group)
          if (answer === NO) return NO
          if (answer < least) least = answer
        }
        return least
      }
    }
    case 'or': {
      const of = query.of.map((part) => judge(part, segment))
      return (group) => {
        let most: Answer = NO
        for (const part of of) {
          const answer = part(group)
          if (answer === YES) return YES
          if (answer > most) most = answer
        }
        return most
      }
    }
    case 'not': {
      const of = judge(query.of, segment)
      return (group) => (YES - of(group)) as Answer
    }
    case 'level': {
      const wanted = LEVELS.map((level) => query.levels.includes(level))
      return ({ level }) => (level === -1 ? MAYBE : wanted[level] ? YES : NO)
    }
    case 'time': {
      const from = query.from?.ms ?? -Infinity
      const to = query.to?.ms ?? Infinity
      return ({ minTime, maxTime }) => (minTime >= from && maxTime < to ? YES : maxTime < from || minTime >= to ? NO : MAYBE)
    }
    case 'name': return judgeName(query.name, query.test, segment)
    case 'value': return judgeTokens(neededTokens(query), segment)
  }
}

function judgeName(name: 'tag' | 'source' | 'host', test: NameTest, segment: SegmentNames): Judge {
  if (name === 'host') return judgeTokens(neededNameTokens(test), segment)
  const matches = nameTest(test)
  if (name === 'source') {
    const wanted = segment.sources.map(matches)
    return ({ source }) => (source === -1 ? MAYBE : wanted[source] ? YES : NO)
  }
  const wanted = segment.tags.map(matches)
  return (group) => {
    const { tagCounts } = group
    if (tagCounts === null) return MAYBE
    let answer: Answer = NO
    for (let i = 0; i < tagCounts.length; i += 2) {
      if (!wanted[tagCounts[i] as number]) continue
      if ((tagCounts[i + 1] as number) >= group.records) return YES
      answer = MAYBE
    }
    return answer
  }
}

function judgeTokens({ all, oneOf }: TokenNeed, segment: SegmentNames): Judge {
  if (all.length === 0 && oneOf.length === 0) return () => MAYBE
  // Asked for at the first group that gets here: most segments are out by time or level before.
  let asked = false
  let always: Uint8Array | null = null
  let numbers: Array<Uint8Array | null> = []
  return ({ block, oddNumbers }) => {
    if (!asked) {
      asked = true
      always = all.length === 0 ? null : segment.blocksWithTokens(all)
      numbers = oneOf.map((tokens) => segment.blocksWithTokens(tokens))
    }
    if (always !== null && always[block] === 0) return NO
    if (oddNumbers || numbers.length === 0) return MAYBE
    for (const may of numbers) if (may === null || may[block] !== 0) return MAYBE
    return NO
  }
}
