// The page of the configuration: what people change on it, check and have read again.
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { CheckView, ConfigShown } from './config-view.ts'
import { changeLevel } from './level-api.ts'
import { NO_STORE } from './no-store.ts'
import { pageFrame } from './page-frame.ts'
import type { PageParts } from './pages.ts'
import type { Workbench } from './workbench.ts'

/** A configuration of a thousand sources has 100 KB. */
const MAX_TEXT = 256 * 1024
/** A form writes a line break as six characters, a brace as three. */
const CHECK_LIMIT = bodyLimit({ maxSize: 4 * MAX_TEXT })
const MAX_FILTER = 100

export function mountConfig(app: Hono, { model, pages, setLevel, workbench }: PageParts): void {
  const page = (c: Context, change: Partial<ConfigShown>, status: 200 | 400 = 200): Response => {
    const shown: ConfigShown = {
      all: c.req.query('all') !== undefined, filter: c.req.query('filter')?.slice(0, MAX_FILTER) ?? '',
      check: workbench === undefined ? null : { text: '', refused: null, problems: null }, reloaded: null, canReload: workbench !== undefined, ...change,
    }
    return c.html(pages.config(model, shown, pageFrame(c, model.version)), status, NO_STORE) as Response
  }
  app.get('/config', (c) => page(c, {}))

  app.post('/config/level', bodyLimit({ maxSize: 4096 }), async (c) => {
    const { source, level } = await c.req.parseBody()
    changeLevel(String(source), level, setLevel)
    return c.redirect('/config', 303)
  })
  if (workbench === undefined) return

  app.post('/config/check', CHECK_LIMIT, async (c) => {
    const check = await checked(c, workbench)
    return page(c, { check }, check.refused === null ? 200 : 400)
  })
  app.post('/config/check/fragment', CHECK_LIMIT, async (c) => c.html(pages.configCheckFragment(await checked(c, workbench)), 200, NO_STORE))
  app.post('/config/reload', bodyLimit({ maxSize: 4096 }), async (c) => page(c, { reloaded: await workbench.reload() }))
}

async function checked(c: Context, { checkConfig }: Workbench): Promise<CheckView> {
  const { text: given } = await c.req.parseBody()
  const text = typeof given === 'string' ? given.replaceAll('\r\n', '\n') : ''
  if (text.trim() === '') return { text, refused: 'There is nothing to check. Paste the text of a configuration.', problems: null }
  if (Buffer.byteLength(text) > MAX_TEXT) return { text: '', refused: `This is more than ${MAX_TEXT / 1024} KiB. Is it the right file?`, problems: null }
  return { text, refused: null, problems: await checkConfig(text) }
}
