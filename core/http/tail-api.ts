// GET /api/tail: records as server-sent events while they are stored. docs/api.md has the contract.
import type { Hono } from 'hono'
import { type Place, tailPlace } from '../search/tail-place.ts'
import type { TailSource } from '../search/tail.ts'
import { HttpProblem } from './http-problem.ts'
import { readParameters } from './parameters.ts'
import type { Tails } from './tails.ts'

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store',
  // nginx would hold events back until its buffer is full.
  'X-Accel-Buffering': 'no',
}

export function mountTailApi(app: Hono, tails: Tails): void {
  app.get('/api/tail', (c) => {
    const parameters = readParameters(c, ['q', 'from', 'last_event_id', 'live'])
    const query = parameters.query('q')
    const since = parameters.moment('from')
    const live = parameters.flag('live')
    // A browser that comes back sends the header, and the address it began with.
    const id = c.req.header('last-event-id') || parameters.text('last_event_id')
    const { source } = tails
    const { place, gap } = id === null ? { place: since === null ? source.head() : source.since(since), gap: false } : resume(source, id)
    if (c.req.raw.method === 'HEAD') return c.body(null, 200, HEADERS)
    return c.body(tails.open({ query, start: place, since: id === null ? since : null, live }, gap), 200, HEADERS)
  })
}

function resume(source: TailSource, id: string): { place: Place; gap: boolean } {
  const place = tailPlace(id)
  if (place === null) throw new HttpProblem(400, `cannot go on after ${JSON.stringify(id.slice(0, 80))}: an id looks like 12-3456. Send the id of the last event, or none.`)
  const head = source.head()
  // Of another data directory, or of one that lost its newest records: nothing can be said of what was missed.
  if (place.segment > head.segment || (place.segment === head.segment && place.record > head.record)) return { place: head, gap: true }
  const { segment: oldest } = source.beginning()
  // Segment 1 is the first there ever is. One that was deleted may have been read to its end before; nobody can tell any more.
  const beforeAll = place.segment === 0 && place.record === 0 && oldest === 1
  return { place, gap: place.segment < oldest && !beforeAll }
}
