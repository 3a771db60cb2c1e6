// A count in a data directory, read beside the server that writes it.
import type { Query } from '../search/query.ts'
import type { Receipt } from '../search/store.ts'
import { openStoreReadOnly } from '../search/open-store-read-only.ts'
import { spanOptions } from './span-options.ts'

/** Whoever waits at a terminal can stop by himself. */
const NO_BUDGET_MS = 86_400_000

export async function countData(directory: string, query: Query, from: string | undefined, to: string | undefined): Promise<{ count: number; receipt: Receipt }> {
  const request = { query, ...spanOptions(from, to), budgetMs: NO_BUDGET_MS }
  const store = openStoreReadOnly(directory)
  try {
    return await store.count(request)
  } finally {
    await store.close()
  }
}
