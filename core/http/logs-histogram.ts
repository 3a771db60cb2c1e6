// What the histogram above the records shows: how many match, by time and level, and over which span.
import type { HistogramBucket, Receipt, Store } from '../search/store.ts'
import type { Query } from '../search/query.ts'
import type { Moments } from './logs-span.ts'

/** Bars of 3 px on a phone, of 15 px on a desk. */
const BUCKETS = 90
/** Rows never wait for it, people do. */
const BUDGET_MS = 10_000

export interface LogsHistogram {
  readonly buckets: readonly HistogramBucket[]
  readonly total: number
  readonly receipt: Receipt
}

/** Where the span has no beginning the records tell it; where it has no end, it ends now. */
export async function logsHistogram(store: Store, query: Query, { from, to }: Moments, now: number, signal: AbortSignal): Promise<LogsHistogram> {
  const end = to ?? (from === null || from >= now ? null : now)
  const { buckets, receipt } = await store.histogram({ query, from, to: end, budgetMs: BUDGET_MS, signal }, BUCKETS)
  let total = 0
  for (const { levels } of buckets) for (const n of Object.values(levels)) total += n
  return { buckets, total, receipt }
}
