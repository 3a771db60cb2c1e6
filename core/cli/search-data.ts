// A search of a data directory, read beside the server that writes it.
import type { Query } from '../search/query.ts'
import { searchPages } from '../search/search-pages.ts'
import type { FoundRecord } from '../search/store.ts'
import { openStoreReadOnly } from '../search/open-store-read-only.ts'
import type { Wanted } from './search-server.ts'
import { spanOptions } from './span-options.ts'

/** Whoever waits at a terminal can stop by himself. */
const NO_BUDGET_MS = 86_400_000

export async function* searchData(directory: string, query: Query, { from, to, limit, signal, incomplete }: Wanted): AsyncGenerator<FoundRecord, undefined> {
  const request = { query, ...spanOptions(from, to), budgetMs: NO_BUDGET_MS, signal }
  const store = openStoreReadOnly(directory)
  try {
    for await (const { records, receipt } of searchPages(store, { ...request, limit: limit ?? Infinity, before: null, order: 'newest' })) {
      yield* records
      if (!receipt.complete) incomplete(receipt.reason ?? 'unknown')
    }
  } finally {
    await store.close()
  }
  return undefined
}
