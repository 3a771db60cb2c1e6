// The page of logs.
import type { Hono } from 'hono'
import { logsView } from './logs-view.ts'
import { NO_STORE } from './no-store.ts'
import { pageFrame } from './page-frame.ts'
import type { PageParts } from './pages.ts'

export function mountLogs(app: Hono, { model, store, pages }: PageParts): void {
  app.get('/logs', async (c) => {
    const given = (name: string): string => c.req.query(name) ?? ''
    const view = await logsView(store, { q: given('q'), from: given('from'), to: given('to'), before: given('before') }, c.req.raw.signal)
    return c.html(pages.logs(view, pageFrame(c, model.version)), view.problem === null ? 200 : 400, NO_STORE)
  })
}
