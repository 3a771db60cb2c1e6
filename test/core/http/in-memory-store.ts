// A Store over a list of records: for what no real one does on command, such as to fail after the second page.
import type { FoundRecord, Receipt, SearchRequest, Store } from '../../../core/search/store.ts'

export interface StoreScript {
  readonly records: readonly FoundRecord[]
  /** Called at each search; may throw, or change the receipt. */
  readonly onSearch?: (request: SearchRequest, page: number) => Partial<Receipt> | void
}

const RECEIPT: Receipt = { complete: true, reason: null, segments: 1, blocks: 2, blocksScanned: 1, pruned: { time: 0, counts: 1, bloom: 0, remembered: 0 }, bytesScanned: 100, records: 10, ms: 1 }

export function inMemoryStore({ records, onSearch }: StoreScript): Store {
  let page = 0
  const refuse = (): never => {
    throw new Error('BUG: not in this test')
  }
  return {
    search(request) {
      const change = onSearch?.(request, page++) ?? {}
      const from = request.before === null ? 0 : Number.parseInt(request.before.split('.')[2] as string, 36)
      const found = change.reason === 'budget' ? [] : records.slice(from, from + request.limit)
      const end = from + found.length
      const next = end < records.length ? `0.0.${end.toString(36)}` : null
      return Promise.resolve({ records: [...found], next, receipt: { ...RECEIPT, reason: next === null ? null : 'limit', ...change } })
    },
    async *export(request) {
      for (const [at, record] of records.entries()) {
        if (at % 1000 === 0) onSearch?.({ ...request, limit: 1, before: null, order: 'newest' }, page++)
        yield record
      }
    },
    count: refuse, histogram: refuse, fields: refuse, record: refuse, context: refuse, close: () => Promise.resolve(),
  }
}
