// Parts of the page of logs that are asked for alone, so that its rows never wait for them: the histogram, the fields, and completion of the query.
import type { Context, Hono } from 'hono'
import { parseQuery } from '../search/parse-query.ts'
import type { Query } from '../search/query.ts'
import { HttpProblem } from './http-problem.ts'
import { logsComplete } from './logs-complete.ts'
import { logsFields } from './logs-fields.ts'
import { logsHistogram } from './logs-histogram.ts'
import { logsSpan, type Moments } from './logs-span.ts'
import { logsRequest } from './logs-request.ts'
import type { LogsRequest } from './logs-view.ts'
import { NO_STORE } from './no-store.ts'
import type { PageParts } from './pages.ts'

export function mountLogsSearch(app: Hono, { store, pages }: PageParts): void {
  app.get('/logs/histogram', async (c) => {
    const { request, query, span, now } = asked(c)
    return c.html(pages.logsHistogramFragment(request, await logsHistogram(store, query, span, now, c.req.raw.signal)), 200, NO_STORE)
  })

  app.get('/logs/fields', async (c) => {
    const { request, query, span } = asked(c)
    return c.html(pages.logsFieldsFragment(request, await logsFields(store, query, span, c.req.raw.signal)), 200, NO_STORE)
  })

  app.get('/logs/complete', async (c) => {
    const q = (c.req.query('q') ?? '').slice(0, MOST_TYPED)
    const at = Number(c.req.query('at') ?? q.length)
    if (!Number.isInteger(at) || at < 0) throw new HttpProblem(400, 'cannot complete the query: at is not a place in it. Send the number of UTF-16 units before the caret.')
    const span = logsSpan({ from: c.req.query('from') ?? '', to: c.req.query('to') ?? '' }, Date.now())
    const completion = await logsComplete(store, q, Math.min(at, q.length), span.ok ? span.span : { from: null, to: null }, c.req.raw.signal)
    return c.json(completion, 200, NO_STORE)
  })
}

/** A query is 4 KiB at most; a little more, so that one that is too long is said to be so. */
const MOST_TYPED = 5000

interface Asked {
  readonly request: LogsRequest
  readonly query: Query
  readonly span: Moments
  readonly now: number
}

/** Throws HttpProblem; the page itself has said before what is wrong. */
function asked(c: Context): Asked {
  const request = { ...logsRequest(c), before: '' }
  const now = Date.now()
  const query = parseQuery(request.q)
  if (!query.ok) throw new HttpProblem(400, query.message, {}, { parameter: 'q', at: query.at, length: query.length })
  const span = logsSpan(request, now)
  if (!span.ok) throw new HttpProblem(400, `cannot search: ${span.message}.`)
  return { request, query: query.query, span: span.span, now }
}
