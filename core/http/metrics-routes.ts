// The overview, and who gets what from GET /metrics: people the dashboard, scrapers their text.
import type { Context, Hono } from 'hono'
import { NO_STORE } from './no-store.ts'
import { createOverview } from './overview-view.ts'
import { pageFrame } from './page-frame.ts'
import type { PageParts } from './pages.ts'
import { createPrometheus } from './prometheus.ts'
import { type Span, SPANS } from './span-chart.ts'
import { statsJson } from './stats-api.ts'

const FORMATS = ['prometheus', 'json', 'html'] as const
type Format = (typeof FORMATS)[number]

/** Watchers that ask within this time get the same fragment: rendering it for each would be paid for in intake. */
const SHARED_MS = 1000
/** Spans times the addresses the server is known under; the Host header is the client's own. */
const MAX_SHARED = 20

export function mountMetrics(app: Hono, { model, store, pages }: PageParts): void {
  const overview = createOverview(model, store)
  const shared = new Map<string, { readonly at: number; readonly html: Promise<string> }>()
  const prometheus = createPrometheus(model)

  app.get('/metrics', async (c) => {
    const wanted = c.req.query('format')
    const format = wanted === undefined ? byAccept(c.req.header('accept')) : FORMATS.find((name) => name === wanted)
    const headers = { ...NO_STORE, Vary: 'Accept' }
    if (format === undefined) return unknownFormat(c)
    if (format === 'html') return c.html(pages.metrics(model, await overview(spanOf(c)), pageFrame(c, model.version)), 200, headers)
    if (format === 'json') return c.json(statsJson(model), 200, headers)
    const text = await prometheus.scrape(c.req.header('accept'))
    return c.body(text.body, 200, { ...headers, 'Content-Type': text.contentType })
  })

  app.get('/metrics/fragment', async (c) => {
    const span = spanOf(c)
    const frame = pageFrame(c, model.version)
    const key = `${span} ${frame.origin}`
    let fragment = shared.get(key)
    if (fragment === undefined || performance.now() - fragment.at > SHARED_MS) {
      if (shared.size >= MAX_SHARED) shared.clear()
      fragment = { at: performance.now(), html: overview(span).then((seen) => pages.metricsFragment(model, seen, frame)) }
      shared.set(key, fragment)
    }
    return c.html(await fragment.html, 200, NO_STORE)
  })
}

/** The address is typed and shared by people: what is no span is the default one. */
function spanOf(c: Context): Span {
  const wanted = c.req.query('span')
  return SPANS.find((span) => span === wanted) ?? SPANS[0]
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
