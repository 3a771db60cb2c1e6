// How records are shown on the page of logs: what its address says, read once for all rows.
import type { LogsRequest } from '../core/http/logs-view.ts'
import { markedTexts } from '../core/search/marked-texts.ts'
import { parseQuery } from '../core/search/parse-query.ts'

/** More do not fit beside a message. */
const MOST_COLUMNS = 12

export interface RecordLook {
  readonly request: LogsRequest
  /** Names of fields that have a column of their own. */
  readonly columns: readonly string[]
  readonly marks: readonly string[]
  readonly now: number
  /** Rows bring what they hold when opened; without, a script fetches it then, and a link leads to it. */
  readonly full: boolean
}

export function recordLook(request: LogsRequest, full = false): RecordLook {
  const query = parseQuery(request.q)
  return { request, columns: columnsOf(request), marks: query.ok ? markedTexts(query.query) : [], now: Date.now(), full }
}

export function columnsOf({ columns }: LogsRequest): string[] {
  return [...new Set(columns.split(',').map((name) => name.trim()).filter((name) => name !== ''))].slice(0, MOST_COLUMNS)
}
