// Mounts the pages and their assets, and decides who gets what from GET /metrics: people the dashboard, scrapers their text.
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ReadModel } from '../read-model.ts'
import type { Store } from '../search/store.ts'
import { type LogsView, logsView } from './logs-view.ts'
import { changeLevel, type SetLevel } from './level-api.ts'
import { createPrometheus } from './prometheus.ts'
import { statsJson } from './stats-api.ts'

export interface Asset {
  readonly contentType: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
}

/** What `views` gives. `server.ts` hands it in, since core does not know the views. */
export interface Pages {
  /** A whole HTML document. `origin` is where the browser sees this server, for the example commands on the page. */
  metrics(model: ReadModel, origin: string): string
  /** The part of it that is polled. */
  metricsFragment(model: ReadModel, origin: string): string
  logs(view: LogsView, version: string): string
  /** `all`: with what is as it is by default. */
  config(model: ReadModel, all: boolean): string
  /** By its name in /assets/, which contains a hash of the content. */
  asset(name: string): Asset | undefined
}

const FORMATS = ['prometheus', 'json', 'html'] as const
type Format = (typeof FORMATS)[number]

/** `setLevel` as the API has it. */
export function mountPages(app: Hono, model: ReadModel, store: Store, pages: Pages, setLevel: SetLevel): void {
  const prometheus = createPrometheus(model)

  app.get('/metrics', async (c) => {
    const wanted = c.req.query('format')
    const format = wanted === undefined ? byAccept(c.req.header('accept')) : FORMATS.find((name) => name === wanted)
    const headers = { 'Cache-Control': 'no-store', Vary: 'Accept' }
    if (format === undefined) return unknownFormat(c)
    if (format === 'html') return c.html(pages.metrics(model, origin(c)), 200, headers)
    if (format === 'json') return c.json(statsJson(model), 200, headers)
    const text = await prometheus.scrape(c.req.header('accept'))
    return c.body(text.body, 200, { ...headers, 'Content-Type': text.contentType })
  })

  app.get('/metrics/fragment', (c) => c.html(pages.metricsFragment(model, origin(c)), 200, { 'Cache-Control': 'no-store' }))

  app.get('/logs', async (c) => {
    const given = (name: string): string => c.req.query(name) ?? ''
    const view = await logsView(store, { q: given('q'), from: given('from'), to: given('to'), before: given('before') }, c.req.raw.signal)
    return c.html(pages.logs(view, model.version), view.problem === null ? 200 : 400, { 'Cache-Control': 'no-store' })
  })

  app.get('/config', (c) => c.html(pages.config(model, c.req.query('all') !== undefined), 200, { 'Cache-Control': 'no-store' }))

  app.post('/config/level', bodyLimit({ maxSize: 4096 }), async (c) => {
    const { source, level } = await c.req.parseBody()
    changeLevel(String(source), level, setLevel)
    return c.redirect('/config', 303)
  })

  app.get('/assets/:name', (c) => {
    const asset = pages.asset(c.req.param('name'))
    if (asset === undefined) return c.notFound()
    // The name changes with the content, so a browser never has to ask again.
    const headers = { 'Content-Type': asset.contentType, 'Cache-Control': 'public, max-age=31536000, immutable', Vary: 'Accept-Encoding' }
    if (!/\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) return c.body(asset.body, 200, headers)
    return c.body(asset.gzip, 200, { ...headers, 'Content-Encoding': 'gzip' })
  })
}

/** Only browsers name text/html. */
function byAccept(accept: string | undefined): Format {
  return accept?.toLowerCase().includes('text/html') === true ? 'html' : 'prometheus'
}

/** The Host header is the client's own, but it ends up in a command to copy: anything that is not a plain authority is not shown. */
function origin(c: Context): string {
  const url = new URL(c.req.url)
  return /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(url.host) ? `${url.protocol}//${url.host}` : 'http://127.0.0.1:5000'
}

function unknownFormat(c: Context): Response {
  const problem = {
    type: 'about:blank', title: 'Unknown format', status: 400,
    detail: `cannot show the metrics in this format: it is not one of ${FORMATS.join(', ')}. Use ?format=${FORMATS.join(' or ?format=')}, or leave it out.`,
  }
  return c.body(JSON.stringify(problem), 400, { 'Content-Type': 'application/problem+json' })
}
