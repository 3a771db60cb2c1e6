// The frame all routes hang in: health, authentication, security headers, and every error as problem+json.
import { Hono, type Context } from 'hono'
import type { Logger } from '../define-plugin.ts'
import { type Auth, createGuards } from './auth.ts'
import { refuseCrossSite } from './cross-site.ts'
import { HttpProblem } from './http-problem.ts'
import { SECURITY_HEADERS, SecureResponse } from './secure-response.ts'

export interface AppParts {
  /** Asked at each request. */
  readonly auth: () => Auth
  /** Why no records can be taken, or null. */
  readonly notReady: () => string | null
  /** Mounts the routes of this generation's sources. */
  readonly routes: (app: Hono) => void
  /** Mounts pages and everything else that reads. */
  readonly pages: (app: Hono) => void
  readonly logger: Logger
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const
/** Distinct failures remembered, so that a request sent again and again fills no log. */
const MAX_FAILURES = 100

export function createApp({ auth, notReady, routes, pages, logger }: AppParts): Hono {
  const app = new Hono()
  const guards = createGuards(auth)
  const failed = failureAnswers(logger)

  app.use('*', async (c, next) => {
    try {
      refuseCrossSite(c)
      await next()
    } catch (error) {
      // Hono itself handles what is an Error; a route that throws anything else would end up in a bare 500.
      c.res = failed(c, error)
    }
    // A server made by `listen` adds them where it costs less; this is for others, and `app.request()`.
    if ((c.env as { outgoing?: unknown } | undefined)?.outgoing instanceof SecureResponse) return
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!c.res.headers.has(name)) c.res.headers.set(name, value)
  })
  app.onError((error, c) => failed(c, error))
  app.notFound((c) => missing(app, c).toResponse())

  app.get('/', (c) => c.redirect('/metrics', 302))
  app.get('/healthz', (c) => c.text('ok'))
  app.get('/readyz', (c) => {
    const reason = notReady()
    if (reason === null) return c.text('ready')
    return new HttpProblem(503, `cannot take records: ${reason}.`, { 'Retry-After': '5' }).toResponse()
  })

  const sources = new Hono()
  routes(sources)
  reportDoubles(sources, logger)
  for (const path of new Set(sources.routes.map((route) => route.path))) app.use(path, guards.sources)
  app.route('/', sources)

  app.use('*', guards.readers)
  pages(app)
  return app
}

function missing(app: Hono, c: Context): HttpProblem {
  const { path, method } = c.req
  const allowed = METHODS.filter((other) => app.router.match(other, path)[0].some(([[, route]]) => route.method !== 'ALL'))
  if (allowed.length === 0) return new HttpProblem(404, `cannot find ${path}: no such route. GET /metrics is the dashboard, POST /ingest takes records.`)
  return new HttpProblem(405, `cannot ${method} ${path}: the route takes ${allowed.join(', ')}. Use one of these methods.`, { Allow: allowed.join(', ') })
}

/** What failed is told to the operator once, and again each time its count grows tenfold; the client learns nothing of the inside. */
function failureAnswers(logger: Logger): (c: Context, error: unknown) => Response {
  const counts = new Map<string, number>()
  return (c, error) => {
    if (error instanceof HttpProblem) return error.toResponse()
    // Who asked has gone, and what was done for him ended by that: nobody gets this answer.
    if (c.req.raw.signal.aborted) return new HttpProblem(500, 'cannot answer this request: it was cancelled.').toResponse()
    const cause = error instanceof Error ? error.message : String(error)
    const message = `cannot answer ${c.req.method} ${c.req.path}: ${cause}`
    const kind = `${c.req.method} ${cause}` // without the path, which a client can vary without end
    const count = (counts.get(kind) ?? 0) + 1
    if (counts.size >= MAX_FAILURES && count === 1) counts.clear()
    counts.set(kind, count)
    if (Number.isInteger(Math.log10(count))) {
      logger.error(count === 1 ? `${message}. The request was answered with 500; report this with the log at level debug.` : `${message} (${count} times).`)
      logger.debug(error instanceof Error ? (error.stack ?? cause) : cause)
    }
    return new HttpProblem(500, 'cannot answer this request: an error inside. It is in the log of the server.').toResponse()
  }
}

function reportDoubles(sources: Hono, logger: Logger): void {
  const seen = new Set<string>()
  for (const { method, path } of sources.routes) {
    const route = `${method} ${path}`
    if (method !== 'ALL' && seen.has(route)) logger.error(`cannot mount ${route} twice: two sources have the same path, the first gets every request. Give one of them another path.`)
    seen.add(route)
  }
}
