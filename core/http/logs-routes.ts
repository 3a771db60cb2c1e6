// The page of logs. With `charts` it comes whole, for browsers without scripts.
import type { Hono } from 'hono'
import { parseQuery } from '../search/parse-query.ts'
import type { Store } from '../search/store.ts'
import { tailId } from '../search/tail-place.ts'
import type { LogsAside } from './logs-aside.ts'
import { logsFields } from './logs-fields.ts'
import { logsHistogram } from './logs-histogram.ts'
import { logsRequest } from './logs-request.ts'
import { logsSpan } from './logs-span.ts'
import { type LogsRequest, logsView } from './logs-view.ts'
import { NO_STORE } from './no-store.ts'
import { pageFrame } from './page-frame.ts'
import type { PageParts } from './pages.ts'

export function mountLogs(app: Hono, { model, store, pages, saved, tails }: PageParts): void {
  app.get('/logs', async (c) => {
    const request = logsRequest(c)
    // Before the search: what is stored meanwhile is found by both, and the page shows it once.
    const live = tails === undefined || request.to !== '' || request.before !== '' ? null : { id: tailId(tails.source.head()), on: c.req.query('tail') === '1' }
    const view = await logsView(store, request, c.req.raw.signal, live)
    const parts = view.problem === null && c.req.query('charts') !== undefined ? await chartsOf(store, view, c.req.raw.signal) : null
    return c.html(pages.logs(view, { saved: saved?.list() ?? null, parts }, pageFrame(c, model.version)), view.problem === null ? 200 : 400, NO_STORE)
  })
}

/** Null where the request cannot be read; the page has said so. */
async function chartsOf(store: Store, request: LogsRequest, signal: AbortSignal): Promise<LogsAside['parts']> {
  const now = Date.now()
  const query = parseQuery(request.q)
  const span = logsSpan(request, now)
  if (!query.ok || !span.ok) return null
  const [histogram, fields] = await Promise.all([logsHistogram(store, query.query, span.span, now, signal), logsFields(store, query.query, span.span, signal)])
  return { histogram, fields }
}
