// What the page of logs shows: the newest records that match, or what is wrong with the query.
import { parseQuery } from '../search/parse-query.ts'
import { readCursor } from '../search/store/page-cursor.ts'
import type { Receipt, Store } from '../search/store.ts'
import { boundRecords } from './bound-records.ts'
import { logsSpan } from './logs-span.ts'
import { type ShownRecord, shownRecord } from './shown-record.ts'

/** Records of a page. */
const LIMIT = 100
/** A page is not waited for longer. */
const BUDGET_MS = 5000

export interface LogsRequest {
  readonly q: string
  /** As typed; empty where it is open. */
  readonly from: string
  readonly to: string
  readonly before: string
  /** Names with commas between. */
  readonly columns: string
  /** `1`: messages over several lines, narrow rows, times as ages; else empty. */
  readonly wrap: string
  readonly dense: string
  readonly ago: string
}

export interface LogsView extends LogsRequest {
  /** `at` and `length` in UTF-16 units of the query; null where another parameter is wrong. */
  readonly problem: { readonly message: string; readonly at: number | null; readonly length: number } | null
  readonly records: readonly ShownRecord[]
  readonly next: string | null
  readonly receipt: Receipt | null
  /** Id behind which a live tail of this page begins, and whether it runs; null where there is none: pages of the past do not move. */
  readonly live: { readonly id: string; readonly on: boolean } | null
}

/** Rejects when the store cannot be searched. */
export async function logsView(store: Store, request: LogsRequest, signal: AbortSignal, live: LogsView['live'] = null): Promise<LogsView> {
  const now = Date.now()
  const wrong = (message: string, at: number | null = null, length = 0): LogsView => ({ ...request, problem: { message, at, length }, records: [], next: null, receipt: null, live: null })
  const query = parseQuery(request.q)
  if (!query.ok) return wrong(query.message, query.at, query.length)
  const span = logsSpan(request, now)
  if (!span.ok) return wrong(span.message)
  if (request.before !== '' && readCursor(request.before) === null) return wrong('the address does not say where a page ended: begin with the newest')
  const { records, next, receipt } = await store.search({ query: query.query, ...span.span, budgetMs: BUDGET_MS, signal, limit: LIMIT, before: request.before || null, order: 'newest' })
  return { ...request, problem: null, records: boundRecords(records.map(shownRecord)), next, receipt, live }
}
