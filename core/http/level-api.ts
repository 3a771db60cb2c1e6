// GET and PUT /api/sources/NAME/level: the level of a source that makes records by itself. docs/api.md has the contract.
import type { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type Level, levelOf, LEVELS } from '../level.ts'
import type { ReadModel } from '../read-model.ts'
import { HttpProblem } from './http-problem.ts'

/** False where there is no such source. */
export type SetLevel = (source: string, level: Level) => boolean

export function mountLevelApi(app: Hono, model: ReadModel, setLevel: SetLevel): void {
  app.get('/api/sources/:name/level', (c) => {
    const name = c.req.param('name')
    const found = model.config().levels.find((one) => one.name === name)
    if (found === undefined) throw unknown(name)
    return c.json({ level: found.level }, 200, { 'Cache-Control': 'no-store' })
  })
  app.put('/api/sources/:name/level', bodyLimit({ maxSize: 4096 }), async (c) => {
    const body = (await c.req.json().catch(() => null)) as { level?: unknown } | null
    return c.json({ level: changeLevel(c.req.param('name'), body?.level, setLevel) })
  })
}

/** Throws HttpProblem for what is no level, and where there is no such source. */
export function changeLevel(source: string, asked: unknown, setLevel: SetLevel): Level {
  const level = typeof asked === 'string' ? levelOf(asked) : null
  if (level === null) throw new HttpProblem(400, `cannot change the level: ${JSON.stringify(asked ?? null).slice(0, 80)} is none. Send {"level":"debug"}: ${LEVELS.join(', ')}.`)
  if (!setLevel(source, level)) throw unknown(source)
  return level
}

function unknown(name: string): HttpProblem {
  return new HttpProblem(404, `cannot find a source ${JSON.stringify(name.slice(0, 80))} whose level can be changed: only sources that make records by themselves have one.`)
}
