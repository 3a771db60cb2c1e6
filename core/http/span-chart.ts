// The bars of the throughput chart: the last five minutes from memory, longer spans from the store, which counts by minute and level in its indexes.
import { LEVELS, type Level } from '../level.ts'
import type { Rate, ReadModel } from '../read-model.ts'
import type { HistogramBucket, Store } from '../search/store.ts'
import { Kept } from './kept.ts'

/** As it stands in the address: `?span=1h`. */
export const SPANS = ['5m', '15m', '1h', '24h', '7d'] as const
export type Span = (typeof SPANS)[number]

export interface Bar {
  /** Epoch ms: from inclusive, to exclusive. */
  readonly from: number
  readonly to: number
  /** How much of it has been seen: less of the newest one. */
  readonly seconds: number
  readonly levels: Readonly<Record<Level, number>>
}

export interface SpanChart {
  readonly span: Span
  /** Oldest first. Empty: not counted yet. */
  readonly bars: readonly Bar[]
  /** False: some of the records could not be counted in time. */
  readonly complete: boolean
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Steps of whole minutes: the store counts those without reading a record. `freshMs`: a bar of the span hardly moves in that time. */
const STEPS = {
  '5m': { stepMs: 5 * SECOND, bars: 60, freshMs: 0 },
  '15m': { stepMs: MINUTE, bars: 15, freshMs: 2 * SECOND },
  '1h': { stepMs: MINUTE, bars: 60, freshMs: 3 * SECOND },
  '24h': { stepMs: 15 * MINUTE, bars: 96, freshMs: 10 * SECOND },
  '7d': { stepMs: 2 * HOUR, bars: 84, freshMs: 30 * SECOND },
} as const satisfies Record<Span, { stepMs: number; bars: number; freshMs: number }>

/** It counts in indexes, in milliseconds; what takes longer competes with taking records in. */
const BUDGET_MS = 2000
/** A page is not held up longer by its chart. */
const WAIT_MS = 300
/** The share of the newest bar from which on its rate says something. */
const LEAST_SHARE = 0.05

/** However many watch a span, it is counted once in its `freshMs`. */
export function createSpanCharts(model: ReadModel, store: Store): (span: Span) => Promise<SpanChart> {
  const kept = new Map(SPANS.map((span) => [span, new Kept(() => count(store, span), { freshMs: STEPS[span].freshMs, usableMs: STEPS[span].freshMs + 5 * SECOND, waitMs: WAIT_MS })]))
  return async (span) => {
    if (span === '5m') return { span, bars: barsOf(model.rate(300)), complete: true }
    return (await kept.get(span)?.get()) ?? { span, bars: [], complete: false }
  }
}

async function count(store: Store, span: Span): Promise<SpanChart> {
  const { stepMs, bars } = STEPS[span]
  const now = Date.now()
  const to = Math.ceil((now + 1) / stepMs) * stepMs
  const { buckets, receipt } = await store.histogram({ query: { kind: 'all' }, from: to - bars * stepMs, to, budgetMs: BUDGET_MS }, bars)
  return { span, bars: buckets.map((bucket) => barOf(bucket, now)), complete: receipt.complete }
}

function barOf({ from, to, levels }: HistogramBucket, now: number): Bar {
  const seen = Math.max(Math.min(to, now) - from, (to - from) * LEAST_SHARE)
  return { from, to, seconds: seen / SECOND, levels: { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0, ...levels } }
}

/** Bars begin at whole multiples of their step, so that they do not shimmer between polls. */
function barsOf({ from: start, records, levels }: Rate): Bar[] {
  const step = STEPS['5m'].stepMs / SECOND
  const end = start + records.length
  const first = (Math.floor((end - 1) / step) - STEPS['5m'].bars + 1) * step
  return Array.from({ length: STEPS['5m'].bars }, (_, i) => {
    const from = first + i * step
    const begin = Math.max(0, from - start)
    const stop = Math.max(begin, Math.min(records.length, from + step - start))
    const sum = (level: Level): number => levels[level].slice(begin, stop).reduce((total, value) => total + value, 0)
    return { from: from * SECOND, to: (from + step) * SECOND, seconds: stop - begin, levels: Object.fromEntries(LEVELS.map((level) => [level, sum(level)])) as Record<Level, number> }
  })
}
