// Rows for the page of logs: those behind the ones that are shown, and those that are stored while somebody looks.
import type { Hono } from 'hono'
import { parseQuery } from '../search/parse-query.ts'
import type { Tail } from '../search/tail.ts'
import { boundRecords } from './bound-records.ts'
import { EVENT_STREAM } from './event-stream.ts'
import { HttpProblem } from './http-problem.ts'
import { logsRequest } from './logs-request.ts'
import { type LogsRequest, logsView } from './logs-view.ts'
import { NO_STORE } from './no-store.ts'
import type { PageParts, Pages } from './pages.ts'
import { resumeTail } from './resume-tail.ts'
import { shownRecord } from './shown-record.ts'
import { gapEvent } from './tails.ts'

/** Nobody reads faster; the rest of a batch is counted and passed over. */
const BATCH_ROWS = 20
/** Between two batches with rows: an eye sees them as one movement, and a browser has time for everything else. */
const PACE_MS = 100

export function mountLogRows(app: Hono, { store, pages, tails }: PageParts): void {
  app.get('/logs/rows', async (c) => {
    const view = await logsView(store, logsRequest(c), c.req.raw.signal)
    if (view.problem !== null) throw new HttpProblem(400, `cannot show more records: ${view.problem.message}`)
    return c.html(pages.logsRowsFragment(view), 200, NO_STORE)
  })

  app.get('/logs/tail', (c) => {
    if (tails === undefined) return c.notFound()
    const request = logsRequest(c)
    const parsed = parseQuery(request.q)
    if (!parsed.ok) throw new HttpProblem(400, parsed.message, {}, { parameter: 'q', at: parsed.at, length: parsed.length })
    // A browser that comes back sends the header, and the address it began with.
    const id = c.req.header('last-event-id') || c.req.query('last_event_id')
    const { place, gap } = id === undefined ? { place: tails.source.head(), gap: false } : resumeTail(tails.source, id)
    return c.body(tails.open({ query: parsed.query, start: place, since: null, live: true }, gap, (tail) => batches(tail, pages, request)), 200, EVENT_STREAM)
  })
}

/** One event a batch: `{"html", "rows", "skipped"}`, the rows newest first. */
async function* batches(tail: Tail, pages: Pages, request: LogsRequest): AsyncGenerator<string, undefined> {
  for await (const { found, skipped, gap } of tail.steps()) {
    if (gap) yield gapEvent(tail.id)
    const newest = found.slice(-BATCH_ROWS)
    const left = skipped + found.length - newest.length
    if (newest.length === 0 && left === 0) yield `: heartbeat\nid: ${tail.id}\n\n`
    else {
      const html = pages.logsTailRows(boundRecords(newest.map(shownRecord).toReversed()), request)
      yield `event: rows\nid: ${tail.id}\ndata: ${JSON.stringify({ html, rows: newest.length, skipped: left })}\n\n`
      await new Promise((resolve) => { setTimeout(resolve, PACE_MS) })
    }
  }
  return undefined
}
