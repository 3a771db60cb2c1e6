// What targets refused, and delivering again: dead letters listed, replayed, discarded; an output put back in time. docs/api.md has the contract.
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { messageOf } from '../guard.ts'
import type { DeadLetter } from '../journal/dead-letters.ts'
import type { OutputControl } from '../output-control.ts'
import type { Redelivered } from '../redeliver.ts'
import { HttpProblem } from './http-problem.ts'
import { isoTime } from './iso-time.ts'
import { knownErrors } from './known-errors.ts'
import { readParameters } from './parameters.ts'
import { requestHeader } from './request-header.ts'

/** Room for 100,000 ids. */
const MAX_BODY = 1024 * 1024
const MOST = 10_000

const BODY = z.strictObject({ output: z.string().min(1), ids: z.array(z.int().min(1)).max(100_000).nullish() })

export function mountOutputsApi(app: Hono, control: OutputControl): void {
  app.get('/api/dead-letters', (c) => {
    const given = readParameters(c, ['output', 'after', 'limit'])
    const letters = control.deadLetters(given.text('output'), { after: given.integer('after', 0, 0, Number.MAX_SAFE_INTEGER), limit: given.integer('limit', 100, 1, MOST) })
    return c.json({ dead_letters: letters.map(letterJson), counts: Object.fromEntries(control.deadLetterCounts()) }, 200, { 'Cache-Control': 'no-store' })
  })
  app.post('/api/dead-letters/replay', limited, async (c) => {
    const { output, ids } = await readBody(c)
    return c.json(await knownErrors(() => control.redeliver(output, ids)) satisfies Redelivered, 200, { 'Cache-Control': 'no-store' })
  })
  app.post('/api/dead-letters/discard', limited, async (c) => {
    const { output, ids } = await readBody(c)
    return c.json({ discarded: control.discard(output, ids) }, 200, { 'Cache-Control': 'no-store' })
  })
  app.post('/api/outputs/:name/replay', async (c) => {
    const from = readParameters(c, ['from']).moment('from')
    if (from === null) throw new HttpProblem(400, 'cannot replay: there is no time to begin at. Add ?from=2h, ?from=2026-11-01T10:15:00Z, or epoch milliseconds.')
    return c.json(await knownErrors(() => control.replay(c.req.param('name'), from)), 200, { 'Cache-Control': 'no-store' })
  })
}

export interface DeadLetterJson {
  readonly id: number
  readonly output: string
  /** Id of the record, as searches give it. */
  readonly record: string
  readonly reason: string
  readonly time: string | null
}

export function letterJson({ id, output, segment, record, reason, at }: DeadLetter): DeadLetterJson {
  return { id, output, record: `${segment}-${record}`, reason, time: isoTime(at) }
}

const limited = bodyLimit({
  maxSize: MAX_BODY,
  onError: () => {
    throw new HttpProblem(413, `cannot read which dead letters: the request is longer than ${MAX_BODY} bytes. Leave ids out for all of an output's.`)
  },
})

async function readBody(c: Context): Promise<{ output: string; ids: number[] | null }> {
  readParameters(c, [])
  if (!/^application\/json\b/i.test(requestHeader(c, 'content-type') ?? '')) throw new HttpProblem(415, 'cannot read which dead letters: the request is not JSON. Send {"output": "NAME"} as application/json.')
  let value: unknown
  try {
    value = JSON.parse(await c.req.text())
  } catch (error) {
    throw new HttpProblem(400, `cannot read which dead letters: ${messageOf(error)}.`)
  }
  const parsed = BODY.safeParse(value)
  if (parsed.success) return { output: parsed.data.output, ids: parsed.data.ids ?? null }
  const [issue] = parsed.error.issues
  throw new HttpProblem(400, `cannot read which dead letters: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}. Send {"output": "NAME", "ids": [1, 2]}, or without ids for all of the output's.`)
}
