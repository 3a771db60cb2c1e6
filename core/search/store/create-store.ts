// Puts the store together over a list of segments and a pool of search threads.
import { SearchPool, type PoolOptions } from '../scan/search-pool.ts'
import type { FoundRecord, MatchRequest, Store } from '../store.ts'
import { BlockResults } from './block-results.ts'
import { countMatches, histogramOf } from './count-matches.ts'
import { findNewest } from './find-newest.ts'
import { findContext, findRecord } from './find-record.ts'
import { RawTables } from './raw-tables.ts'
import type { StoreParts } from './search-run.ts'
import type { SegmentList } from './segment-list.ts'
import { topValues } from './top-values.ts'

/** What an export holds at a time, for as long as its reader takes; each step reads the last block of the one before again. */
const EXPORT_PAGE = 5000
const EXPORT_PAGE_BYTES = 2 * 1024 * 1024

export function createStore(segments: SegmentList, options: PoolOptions & { readonly now?: () => number } = {}): Store {
  const pool = new SearchPool(options)
  const parts: StoreParts = { segments, pool, results: new BlockResults(), tables: new RawTables(pool), now: options.now ?? Date.now }
  return {
    search: (request) => findNewest(parts, request),
    count: (request) => countMatches(parts, request),
    histogram: (request, buckets) => histogramOf(parts, request, buckets),
    fields: (request, wanted) => topValues(parts, request, wanted),
    record: (id) => findRecord(parts, id),
    context: (id, before, after) => findContext(parts, id, before, after),
    export: (request) => exportAll(parts, request),
    close: () => pool.close(),
  }
}

async function* exportAll(parts: StoreParts, request: MatchRequest): AsyncIterable<FoundRecord> {
  const now = parts.now()
  const deadline = performance.now() + request.budgetMs
  let before: string | null = null
  let damage: string | null = null
  do {
    // Relative times mean those of the first page.
    const page = await findNewest({ ...parts, now: () => now }, { ...request, budgetMs: deadline - performance.now(), limit: EXPORT_PAGE, before, order: 'newest' }, EXPORT_PAGE_BYTES)
    yield* page.records
    const { complete, reason } = page.receipt
    if (!complete) damage ??= reason
    // What cannot be read spoils the whole; everything behind it is still wanted.
    if (reason === 'budget' || reason === 'cancelled') break
    before = page.next
  } while (before !== null)
  if (damage !== null) throw new Error(`cannot export everything: ${damage}`)
}
