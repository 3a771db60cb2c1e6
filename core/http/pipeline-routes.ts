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
import { readParameters } from './parameters.ts'
import { pipelineView } from './pipeline-view.ts'
import { MAX_BYTES, tryParser } from './trial-view.ts'

const LIMIT = bodyLimit({ maxSize: 16 * 1024 })
/** A form writes most characters of a log line as three. */
const TRIAL_LIMIT = bodyLimit({ maxSize: 4 * MAX_BYTES })

/** What the address may make the page say: anybody can write a link. */
const SAID = /^(?:(?:\d+ (?:delivered|refused again|no longer kept|discarded)|not all tried|delivers \d+ records again)(?:, (?!$)|$))+$/
const UNTRIED = 'not all tried'

export function mountPipeline(app: Hono, { model, pages, workbench }: PageParts): void {
  /** Why letters were not all tried last; too long, and too much like anything, for an address. */
  let failure = ''
  app.get('/pipeline', (c) => {
    const asked = c.req.query('said') ?? ''
    const said = !SAID.test(asked) ? null : asked.endsWith(UNTRIED) && failure !== '' ? `${asked}: ${failure}` : asked
    const view = pipelineView(model, workbench, { id: c.req.query('node') ?? '', tap: c.req.query('tap') === '1', said })
    return c.html(pages.pipeline(view, pageFrame(c, model.version)), view.unknown === null ? 200 : 404, NO_STORE)
  })
  app.get('/pipeline/fragment', (c) => c.html(pages.pipelineFragment(pipelineView(model, workbench, { id: c.req.query('node') ?? '' })), 200, NO_STORE))
  app.get('/pipeline/tap', (c) => {
    const given = readParameters(c, ['node', 'after'])
    const tap = model.tap(given.text('node') ?? '', given.integer('after', 0, 0, 999_999_999))
    if (tap === null) throw new HttpProblem(404, 'cannot look into this plugin: it is not there, or too many are looked into. Close other pages of the pipeline.')
    return c.html(pages.pipelineTapFragment(tap), 200, { ...NO_STORE, 'X-Skipped': String(tap.skipped) })
  })
  if (workbench === undefined) return
  const { outputs } = workbench

  app.post('/pipeline/try', TRIAL_LIMIT, async (c) => {
    const trial = await tryParser(workbench, await trialForm(c))
    return c.html(pages.pipeline(pipelineView(model, workbench, { id: trial.node, trial }), pageFrame(c, model.version)), trial.problem === null ? 200 : 400, NO_STORE)
  })
  app.post('/pipeline/try/fragment', TRIAL_LIMIT, async (c) => c.html(pages.pipelineTrialFragment(await tryParser(workbench, await trialForm(c))), 200, NO_STORE))
  app.post('/pipeline/dead-letters', LIMIT, async (c) => {
    const { output, id, action } = await form(c)
    const ids = id === '' ? null : [Number(id)]
    if (ids !== null && !Number.isSafeInteger(ids[0])) throw new HttpProblem(400, 'cannot find the dead letter: its id is no number. Reload the page.')
    if (action === 'discard') return back(c, model, output, `${outputs.discard(output, ids)} discarded`)
    if (action !== 'replay') throw new HttpProblem(400, 'cannot do that to dead letters: send action=replay or action=discard.')
    const { delivered, refused, gone, failed } = await knownErrors(() => outputs.redeliver(output, ids))
    failure = failed ?? ''
    const rest = [refused > 0 ? `${refused} refused again` : '', gone > 0 ? `${gone} no longer kept` : '', failed === null ? '' : UNTRIED].filter((part) => part !== '')
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

async function trialForm(c: Context): Promise<{ node: string; parser: string; options: string; text: string }> {
  const body = await c.req.parseBody()
  const text = (name: string): string => {
    const value = body[name]
    return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : ''
  }
  return { node: text('node'), parser: text('parser'), options: text('options'), text: text('lines') }
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
