// Mounts the pages and their assets.
import type { Hono } from 'hono'
import { mountConfig } from './config-routes.ts'
import { mountLogRecord } from './log-record-routes.ts'
import { mountLogRows } from './log-rows-routes.ts'
import { mountLogs } from './logs-routes.ts'
import { mountLogsSearch } from './logs-search-routes.ts'
import { mountMetrics } from './metrics-routes.ts'
import type { PageParts } from './pages.ts'
import { mountSavedSearches } from './saved-searches-routes.ts'
import { mountPipeline } from './pipeline-routes.ts'

export function mountPages(app: Hono, parts: PageParts): void {
  mountMetrics(app, parts)
  mountLogs(app, parts)
  mountLogRows(app, parts)
  mountLogRecord(app, parts)
  mountLogsSearch(app, parts)
  mountSavedSearches(app, parts)
  mountPipeline(app, parts)
  mountConfig(app, parts)

  app.get('/assets/:name', (c) => {
    const asset = parts.pages.asset(c.req.param('name'))
    if (asset === undefined) return c.notFound()
    // The name changes with the content, so a browser never has to ask again.
    const headers = { 'Content-Type': asset.contentType, 'Cache-Control': 'public, max-age=31536000, immutable', Vary: 'Accept-Encoding' }
    if (!/\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) return c.body(asset.body, 200, headers)
    return c.body(asset.gzip, 200, { ...headers, 'Content-Encoding': 'gzip' })
  })
}
