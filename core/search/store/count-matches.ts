// Counts the records that match, or counts them by time and level: from indexes where they tell, else by reading, and reading each block once.
import { LEVELS, type Level } from '../../level.ts'
import type { Question } from '../plan/ask-index.ts'
import type { Want } from '../scan/scan-block.ts'
import type { HistogramBucket, MatchRequest, Receipt } from '../store.ts'
import { roundWidth } from './round-width.ts'
import { SearchRun, type Candidate, type StoreParts } from './search-run.ts'

/** Segments asked at a time; between two the search can be stopped. */
const SEGMENTS_A_WAVE = 16

/** Blocks read in one task: 5 ms, so that other searches get their turn. */
const BLOCKS_A_TASK = 3

const MINUTE = 60_000

export async function countMatches(parts: StoreParts, request: MatchRequest): Promise<{ count: number; receipt: Receipt }> {
  const run = new SearchRun(parts, request)
  let count = 0
  try {
    await countBlocks(parts, run, { kind: 'count' }, (n) => (count += n))
  } finally {
    await run.end()
  }
  return { count, receipt: run.receipt }
}

export async function histogramOf(parts: StoreParts, request: MatchRequest, buckets: number): Promise<{ buckets: HistogramBucket[]; receipt: Receipt }> {
  const run = new SearchRun(parts, request)
  const span = spanOf(run)
  const counts = new Map<number, number[]>()
  let width = 1
  try {
    if (span !== null) {
      width = roundWidth(span.from, span.to, Math.max(1, buckets))
      await countBlocks(parts, run, { kind: 'slots', start: 0, width }, (n, slot, level) => {
        const levels = counts.get(slot) ?? LEVELS.map(() => 0)
        levels[level] = (levels[level] as number) + n
        counts.set(slot, levels)
      })
    }
  } finally {
    await run.end()
  }
  return { buckets: span === null ? [] : bucketsOf(span, width, counts), receipt: run.receipt }
}

/** Where the request leaves an end open, the records tell. Null: no time at all. */
function spanOf({ query, segments }: SearchRun): { from: number; to: number } | null {
  let { from, to } = query
  const times = segments.flatMap(({ firstTime, lastTime }) => (firstTime === null || lastTime === null ? [] : [firstTime, lastTime]))
  if (from === -Infinity) from = times.reduce((least, time) => Math.min(least, time), Infinity)
  if (to === Infinity) to = times.reduce((most, time) => Math.max(most, time + 1), -Infinity)
  return from < to && Number.isFinite(from) && Number.isFinite(to) ? { from, to } : null
}

function bucketsOf({ from, to }: { from: number; to: number }, width: number, counts: ReadonlyMap<number, readonly number[]>): HistogramBucket[] {
  const buckets: HistogramBucket[] = []
  for (let slot = Math.floor(from / width); slot * width < to; slot++) {
    const levels: Partial<Record<Level, number>> = {}
    for (const [i, n] of (counts.get(slot) ?? []).entries()) if (n > 0) levels[LEVELS[i] as Level] = n
    buckets.push({ from: Math.max(from, slot * width), to: Math.min(to, (slot + 1) * width), levels })
  }
  return buckets
}

type CountQuestion = Extract<Question, { kind: 'count' | 'slots' }>

type Add = (count: number, slot: number, level: number) => void

/** Slots and levels are given to `add` only where they are asked for. */
async function countBlocks(parts: StoreParts, run: SearchRun, question: CountQuestion, add: Add): Promise<void> {
  const reading = new Set<Promise<void>>()
  const most = Math.max(1, parts.pool.threads * 2)
  try {
    for (let at = 0; at < run.segments.length && !run.stop(); at += SEGMENTS_A_WAVE) {
      const unread: Candidate[] = []
      for (const { count, slots, candidates } of await run.ask(run.segments.slice(at, at + SEGMENTS_A_WAVE), question)) {
        if (question.kind === 'count') add(count, 0, 0)
        else addSlots(slots, add)
        for (const block of candidates) if (!recall(parts, run, block, question, add)) unread.push(block)
      }
      for (let i = 0; i < unread.length && !run.stop(); i += BLOCKS_A_TASK) {
        const task = read(parts, run, unread.slice(i, i + BLOCKS_A_TASK), question, add).finally(() => reading.delete(task))
        task.catch(() => undefined) // thrown where it is waited for
        reading.add(task)
        if (reading.size >= most) await Promise.race(reading)
      }
    }
  } finally {
    await Promise.all(reading)
  }
}

/** By minute and remembered, where minutes are fine enough: the buckets of a dashboard move, minutes do not. */
async function read(parts: StoreParts, run: SearchRun, blocks: readonly Candidate[], question: CountQuestion, add: Add): Promise<void> {
  const byMinute = question.kind === 'slots' && question.width % MINUTE === 0
  const want: Want = question.kind === 'count' ? question : { kind: 'slots', start: 0, width: byMinute ? MINUTE : question.width }
  for (const [i, found] of (await run.scan(blocks, want)).entries()) {
    const block = blocks[i] as Candidate
    if (found === null) continue
    const result = { count: found.count, minutes: byMinute ? found.slots : null }
    if (block.whole && (byMinute || question.kind === 'count')) parts.results.set(run.query.key, block.content, block.offset, result)
    if (question.kind === 'count') add(found.count, 0, 0)
    else if (byMinute) addMinutes(found.slots, question.width, add)
    else addSlots(found.slots, add)
  }
}

/** False when the block must be read. */
function recall(parts: StoreParts, run: SearchRun, block: Candidate, question: CountQuestion, add: Add): boolean {
  if (!block.whole) return false
  const known = parts.results.get(run.query.key, block.content, block.offset)
  if (known === undefined) return false
  if (question.kind === 'count') add(known.count, 0, 0)
  else if (known.minutes !== null && question.width % MINUTE === 0) addMinutes(known.minutes, question.width, add)
  else if (known.count > 0) return false
  run.receipt.pruned.remembered++
  return true
}

function addSlots(slots: readonly number[], add: Add): void {
  for (let i = 0; i < slots.length; i += 3) add(slots[i + 2] as number, slots[i] as number, slots[i + 1] as number)
}

function addMinutes(minutes: readonly number[], width: number, add: Add): void {
  for (let i = 0; i < minutes.length; i += 3) add(minutes[i + 2] as number, Math.floor(((minutes[i] as number) * MINUTE) / width), minutes[i + 1] as number)
}
