// A search through a running server: page by page, or everything at once.
import type { FoundRecord } from '../search/store.ts'
import { bodyLines } from './body-lines.ts'
import { foundLine } from './found-line.ts'
import type { ServerClient } from './server-client.ts'

export interface Wanted {
  readonly query: string
  /** As typed. */
  readonly from: string | undefined
  readonly to: string | undefined
  /** Null: everything. */
  readonly limit: number | null
  readonly signal: AbortSignal
  /** Told when the answer is not whole, and why. */
  readonly incomplete: (reason: string) => void
}

/** What the server gives with a link to the next page. */
const PAGE_RECORDS = 5000

export async function* searchServer(client: ServerClient, wanted: Wanted): AsyncGenerator<FoundRecord, undefined> {
  const { query, from, to, limit, signal } = wanted
  const parameters = new URLSearchParams({ q: query, format: 'ndjson', ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) })
  if (limit === null) {
    const answer = await client.ask(`api/export?${parameters}`, { signal })
    for await (const line of bodyLines(answer)) yield foundLine(line)
    return
  }
  let left = limit
  let before = ''
  for (;;) {
    const answer = await client.ask(`api/logs?${parameters}&limit=${Math.min(left, PAGE_RECORDS)}${before}`, { signal })
    for await (const line of bodyLines(answer)) {
      yield foundLine(line)
      left--
    }
    const { complete, reason } = JSON.parse(answer.headers.get('sawlog-receipt') ?? '{"complete":true}') as { complete: boolean; reason?: string | null }
    if (!complete && reason !== 'limit') return wanted.incomplete(reason ?? 'unknown') as undefined
    const next = /[?&](before=[^&>]*)[^>]*>; *rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
    if (next === undefined || left <= 0) return
    before = `&${next}`
  }
}
