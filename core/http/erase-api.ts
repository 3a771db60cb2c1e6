// POST /api/erase: deletes or redacts the records that match a query, for good.
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import type { EraseRequest, Erased } from '../erase/eraser.ts'
import { parseQuery } from '../search/parse-query.ts'
import { readMoment } from '../search/read-moment.ts'
import { messageOf } from '../guard.ts'
import { HttpProblem } from './http-problem.ts'
import { requestHeader } from './request-header.ts'

/** A query has 4 KiB at most, and JSON may escape each of its characters. */
const MAX_BODY = 64 * 1024

const BODY = z.strictObject({
  query: z.string(),
  from: z.union([z.string(), z.number()]).nullish(),
  to: z.union([z.string(), z.number()]).nullish(),
  mode: z.enum(['delete', 'redact']).default('delete'),
  dry_run: z.boolean().default(false),
})

export function mountEraseApi(app: Hono, erase: (request: EraseRequest) => Promise<Erased>): void {
  app.post('/api/erase', bodyLimit({ maxSize: MAX_BODY, onError: tooLong }), async (c) => {
    const request = await readRequest(c)
    const done = await erase(request).catch((error: unknown) => {
      throw new HttpProblem(503, `cannot erase: ${messageOf(error)}. Nothing is lost; try again.`)
    })
    return c.json({ ...erasedJson(done) }, 200, { 'Cache-Control': 'no-store' })
  })
}

export interface ErasedJson {
  readonly erased: number
  readonly segments_rewritten: number
  readonly segments_read: number
  readonly bytes_freed: number
  readonly damaged_blocks: number
  readonly failed: ReadonlyArray<{ readonly segment: number; readonly reason: string }>
  readonly quarantine: readonly string[]
  /** Everything that matched is gone. */
  readonly complete: boolean
}

export function erasedJson({ records, segments, bytes, read, damaged, failed, quarantine, complete }: Erased): ErasedJson {
  return { erased: records, segments_rewritten: segments, bytes_freed: bytes, segments_read: read, damaged_blocks: damaged, failed, quarantine, complete: complete && damaged === 0 && failed.length === 0 && quarantine.length === 0 }
}

function tooLong(): never {
  throw new HttpProblem(413, `cannot read what to erase: it is longer than ${MAX_BODY} bytes.`)
}

async function readRequest(c: Context): Promise<EraseRequest> {
  if (!/^application\/json\b/i.test(requestHeader(c, 'content-type') ?? '')) throw new HttpProblem(415, 'cannot read what to erase: it is not JSON. Send {"query": "..."} as application/json.')
  const parsed = BODY.safeParse(parsedJson(await c.req.text()))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new HttpProblem(400, `cannot erase: ${issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue?.message ?? 'the request is wrong'}. Send {"query", "from", "to", "mode": "delete" or "redact", "dry_run"}.`)
  }
  const { query: text, from, to, mode, dry_run: dryRun } = parsed.data
  // An empty query finds everything: to erase all that there is should take more than an empty field of a form.
  if (text.trim() === '') throw new HttpProblem(400, 'cannot erase: the query is empty. Write * for every record.')
  const query = parseQuery(text)
  if (!query.ok) throw new HttpProblem(400, query.message, {}, { parameter: 'query', at: query.at, length: query.length })
  const now = Date.now()
  const span = { from: moment('from', from, now), to: moment('to', to, now) }
  // Nothing erased would look as if nothing had matched.
  if (span.from !== null && span.to !== null && span.from >= span.to) throw new HttpProblem(400, 'cannot erase up to a time that is not after the first: from is inclusive, to is exclusive. Exchange them.', {}, { parameter: 'to' })
  return { query: query.query, ...span, mode, dryRun }
}

function moment(name: string, value: string | number | null | undefined, now: number): number | null {
  if (value === null || value === undefined || value === '') return null
  const ms = readMoment(String(value), now)
  if (ms === null) throw new HttpProblem(400, `cannot erase: ${name} is not a time. Write 2026-11-01T10:15:00Z, epoch milliseconds, or 15m, 24h, 7d for that long ago.`)
  return ms
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HttpProblem(400, `cannot read what to erase: ${(error as Error).message}.`)
  }
}
