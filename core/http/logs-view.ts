// What the page of logs shows: the newest records that match, or what is wrong with the query.
import type { Json, JsonObject } from '../json.ts'
import { messageOf } from '../message.ts'
import { parseQuery } from '../search/parse-query.ts'
import { readCursor } from '../search/store/page-cursor.ts'
import type { FoundRecord, Receipt, Store } from '../search/store.ts'
import { boundRecords } from './bound-records.ts'
import { logsSpan } from './logs-span.ts'

/** Records of a page. */
const LIMIT = 100
/** A page is not waited for longer. */
const BUDGET_MS = 5000
/** Values shown of one record; the rest is in its JSON. */
const MOST_FIELDS = 200

export interface LogsRequest {
  readonly q: string
  /** As typed; empty where it is open. */
  readonly from: string
  readonly to: string
  readonly before: string
}

export interface ShownRecord {
  readonly id: string
  readonly time: string
  readonly level: string
  readonly source: string
  readonly message: string
  /** Everything else, by its name in queries. */
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  /** Why it did not parse, or null. */
  readonly error: string | null
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
  return { ...request, problem: null, records: boundRecords(records.map(shown)), next, receipt, live }
}

export function shown({ id, text }: FoundRecord): ShownRecord {
  const record = JSON.parse(text) as { time: string; level: string; source: string; host: string; tags: string[]; body: string | JsonObject; fields?: JsonObject; guessed?: string[]; error?: string }
  const fields: Array<readonly [string, string]> = [['host', record.host], ['tags', record.tags.join(', ')]]
  if (typeof record.body === 'object') flatten(record.body, '', fields)
  if (record.fields !== undefined) flatten(record.fields, '', fields)
  if (record.guessed !== undefined) fields.push(['guessed', record.guessed.join(', ')])
  return { id, time: record.time, level: record.level, source: record.source, message: messageOf(record.body, record.fields) || (typeof record.body === 'string' ? record.body : JSON.stringify(record.body)), fields, error: record.error ?? null }
}

/** Objects by their paths with dots, as queries name them; lists as JSON. */
function flatten(value: JsonObject, prefix: string, into: Array<readonly [string, string]>): void {
  for (const [name, item] of Object.entries(value)) {
    if (into.length >= MOST_FIELDS) return
    if (isObject(item)) flatten(item, `${prefix}${name}.`, into)
    else into.push([prefix + name, typeof item === 'string' ? item : JSON.stringify(item)])
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}
