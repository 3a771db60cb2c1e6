// The page of the configuration, and what people change on it.
import type { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { changeLevel } from './level-api.ts'
import { NO_STORE } from './no-store.ts'
import { pageFrame } from './page-frame.ts'
import type { PageParts } from './pages.ts'

export function mountConfig(app: Hono, { model, pages, setLevel }: PageParts): void {
  app.get('/config', (c) => c.html(pages.config(model, c.req.query('all') !== undefined, pageFrame(c, model.version)), 200, NO_STORE))

  app.post('/config/level', bodyLimit({ maxSize: 4096 }), async (c) => {
    const { source, level } = await c.req.parseBody()
    changeLevel(String(source), level, setLevel)
    return c.redirect('/config', 303)
  })
}
