// The page of the pipeline, its parts, and what people do to outputs on it.
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ReadModel } from '../read-model.ts'
import { readMoment } from '../search/read-moment.ts'
import { HttpProblem } from './http-problem.ts'
import { knownErrors } from './known-errors.ts'
import { NO_STORE } from './no-store.ts'
import { pageFrame } from './page-frame.ts'
import type { PageParts } from './pages.ts'
import { pipelineView } from './pipeline-view.ts'

const LIMIT = bodyLimit({ maxSize: 16 * 1024 })

export function mountPipeline(app: Hono, { model, pages, workbench }: PageParts): void {
  app.get('/pipeline', (c) => {
    const view = pipelineView(model, workbench, c.req.query('node') ?? '', c.req.query('said')?.slice(0, 200) ?? null)
    return c.html(pages.pipeline(view, pageFrame(c, model.version)), view.unknown === null ? 200 : 404, NO_STORE)
  })
  app.get('/pipeline/fragment', (c) => c.html(pages.pipelineFragment(pipelineView(model, workbench, c.req.query('node') ?? '')), 200, NO_STORE))
  if (workbench === undefined) return
  const { outputs } = workbench

  app.post('/pipeline/dead-letters', LIMIT, async (c) => {
    const { output, id, action } = await form(c)
    const ids = id === '' ? null : [Number(id)]
    if (ids !== null && !Number.isSafeInteger(ids[0])) throw new HttpProblem(400, 'cannot find the dead letter: its id is no number. Reload the page.')
    if (action === 'discard') return back(c, model, output, `${outputs.discard(output, ids)} discarded`)
    if (action !== 'replay') throw new HttpProblem(400, 'cannot do that to dead letters: send action=replay or action=discard.')
    const { delivered, refused, gone, failed } = await knownErrors(() => outputs.redeliver(output, ids))
    const rest = [refused > 0 ? `${refused} refused again` : '', gone > 0 ? `${gone} no longer kept` : '', failed === null ? '' : `not all tried: ${failed}`].filter((part) => part !== '')
    return back(c, model, output, [`${delivered} delivered`, ...rest].join(', '))
  })
  app.post('/pipeline/replay', LIMIT, async (c) => {
    const { output, from } = await form(c)
    const since = readMoment(from, Date.now())
    if (since === null) throw new HttpProblem(400, 'cannot replay: the time is none. Write 2h, 7d for that long ago, or 2026-11-01T10:15:00Z.')
    const { records } = await knownErrors(() => outputs.replay(output, since))
    return back(c, model, output, `delivers ${records} records again`)
  })
}

async function form(c: Context): Promise<Record<'output' | 'id' | 'action' | 'from', string>> {
  const body = await c.req.parseBody()
  const text = (name: string): string => {
    const value = body[name]
    return typeof value === 'string' ? value.trim() : ''
  }
  return { output: text('output'), id: text('id'), action: text('action'), from: text('from') }
}

function back(c: Context, model: ReadModel, output: string, said: string): Response {
  const id = model.pipeline().nodes.find(({ kind, name }) => kind === 'output' && name === output)?.id ?? ''
  return c.redirect(`/pipeline?${String(new URLSearchParams({ node: id, said }))}#node`, 303)
}
