// The overview, and who gets what from GET /metrics: people the dashboard, scrapers their text.
import type { Context, Hono } from 'hono'
import { NO_STORE } from './no-store.ts'
import { pageFrame } from './page-frame.ts'
import type { PageParts } from './pages.ts'
import { createPrometheus } from './prometheus.ts'
import { statsJson } from './stats-api.ts'

const FORMATS = ['prometheus', 'json', 'html'] as const
type Format = (typeof FORMATS)[number]

export function mountMetrics(app: Hono, { model, pages }: PageParts): void {
  const prometheus = createPrometheus(model)

  app.get('/metrics', async (c) => {
    const wanted = c.req.query('format')
    const format = wanted === undefined ? byAccept(c.req.header('accept')) : FORMATS.find((name) => name === wanted)
    const headers = { ...NO_STORE, Vary: 'Accept' }
    if (format === undefined) return unknownFormat(c)
    if (format === 'html') return c.html(pages.metrics(model, pageFrame(c, model.version)), 200, headers)
    if (format === 'json') return c.json(statsJson(model), 200, headers)
    const text = await prometheus.scrape(c.req.header('accept'))
    return c.body(text.body, 200, { ...headers, 'Content-Type': text.contentType })
  })

  app.get('/metrics/fragment', (c) => c.html(pages.metricsFragment(model, pageFrame(c, model.version)), 200, NO_STORE))
}

/** Only browsers name text/html. */
function byAccept(accept: string | undefined): Format {
  return accept?.toLowerCase().includes('text/html') === true ? 'html' : 'prometheus'
}

function unknownFormat(c: Context): Response {
  const problem = {
    type: 'about:blank', title: 'Unknown format', status: 400,
    detail: `cannot show the metrics in this format: it is not one of ${FORMATS.join(', ')}. Use ?format=${FORMATS.join(' or ?format=')}, or leave it out.`,
  }
  return c.body(JSON.stringify(problem), 400, { 'Content-Type': 'application/problem+json' })
}
