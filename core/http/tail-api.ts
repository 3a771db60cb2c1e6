// GET /api/tail: records as server-sent events while they are stored. docs/api.md has the contract.
import type { Hono } from 'hono'
import { EVENT_STREAM } from './event-stream.ts'
import { readParameters } from './parameters.ts'
import { resumeTail } from './resume-tail.ts'
import type { Tails } from './tails.ts'

export function mountTailApi(app: Hono, tails: Tails): void {
  app.get('/api/tail', (c) => {
    const parameters = readParameters(c, ['q', 'from', 'last_event_id', 'live'])
    const query = parameters.query('q')
    const since = parameters.moment('from')
    const live = parameters.flag('live')
    // A browser that comes back sends the header, and the address it began with.
    const id = c.req.header('last-event-id') || parameters.text('last_event_id')
    const { source } = tails
    const { place, gap } = id === null ? { place: since === null ? source.head() : source.since(since), gap: false } : resumeTail(source, id)
    if (c.req.raw.method === 'HEAD') return c.body(null, 200, EVENT_STREAM)
    return c.body(tails.open({ query, start: place, since: id === null ? since : null, live }, gap), 200, EVENT_STREAM)
  })
}
