// A search of many records as a row of small ones, so that an answer can be streamed and never is in memory as a whole.
import { resolveQuery } from './plan/resolve-query.ts'
import type { FoundRecord, Receipt, SearchRequest, Store } from './store.ts'

export interface Page {
  readonly records: readonly FoundRecord[]
  /** Where to go on behind this page; null when there is nothing more. */
  readonly next: string | null
  /** Of this page and those before it. */
  readonly receipt: Receipt
}

/** Records of one page: about 1 MiB. Smaller ones would inflate the same blocks again and again. */
export const PAGE_RECORDS = 5000

/** At least one page. `limit` and `budgetMs` are for all of them. */
export async function* searchPages(store: Store, request: SearchRequest): AsyncGenerator<Page, undefined> {
  const began = performance.now()
  // Relative times mean those of the first page.
  const { query, from, to } = resolveQuery(request.query, request.from, request.to, Date.now())
  const span = { query, from: Number.isFinite(from) ? from : null, to: Number.isFinite(to) ? to : null }
  let { before, limit } = request
  let sum: Receipt | null = null
  for (;;) {
    const budgetMs = Math.max(1, request.budgetMs - (performance.now() - began))
    const { records, next, receipt } = await store.search({ ...request, ...span, before, limit: Math.min(limit, PAGE_RECORDS), budgetMs })
    sum = sum === null ? receipt : add(sum, receipt)
    yield { records, next, receipt: sum }
    limit -= records.length
    // What cannot be read spoils the answer; everything behind it is still wanted.
    if (next === null || limit <= 0 || receipt.reason === 'budget' || receipt.reason === 'cancelled') return
    before = next
  }
}

/** The first page saw the whole plan; what was read adds up. */
function add(sum: Receipt, { complete, reason, blocksScanned, bytesScanned, records, ms }: Receipt): Receipt {
  return {
    ...sum, complete: sum.complete && complete, reason: sum.complete ? reason : sum.reason, blocksScanned: sum.blocksScanned + blocksScanned, bytesScanned: sum.bytesScanned + bytesScanned, records: sum.records + records, ms: sum.ms + ms,
  }
}
