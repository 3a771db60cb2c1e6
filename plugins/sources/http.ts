// Takes records over HTTP: JSON, NDJSON or text, answered when they are on disk.
import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import {
  BodyClaim, Busy, clientAddress, definePlugin, HttpProblem, ingestBody, type EmitOptions, type IdempotencyKey, type IngestBody, type Json, PeerReceiver, type SourceContext, readBody, requestHeader, z,
} from '../../core/plugin.ts'

/** How long a request waits to be let into the pipeline. Longer, and clients give up by themselves, not knowing what became of it. */
const PATIENCE_MS = 5_000
/** Room for a URL, a UUID or a hash; names are counted and shown. */
const MAX_SOURCE = 128
/** The same limit as common APIs have. */
const MAX_KEY = 255

// oxlint-disable-next-line no-control-regex -- they are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

const OK = { status: 200, headers: { 'Content-Type': 'application/json' } }
const LOOPBACK = /^(?:127\.|::1$)/

export default definePlugin({
  kind: 'source',
  type: 'http',
  summary: 'Takes JSON, NDJSON or text by POST and answers when it is on disk.',
  options: z.strictObject({
    path: z.string().regex(/^\/[\w./~-]+$/, 'expected a path such as /ingest').default('/ingest').describe('Where records are posted to.'),
  }),
  example: 'path: /ingest',
  docs: `POST \`/ingest?source=NAME\` takes a JSON object, an array of objects, one object a line (NDJSON), objects one after the other, or text, of which every line that is not empty is
a record. \`Content-Type\` decides; a form (what curl says of everything) and no type at all are looked into. \`Content-Encoding: gzip\`, \`deflate\` and \`br\` are taken off.
The answer, \`{"accepted":N,"rejected":M,"errors":[{"line":1,"reason":"..."}]}\`, leaves after the fsync; \`errors\` lists the first 100, an element of an array that is the body has its number as line.
One request is stored as a whole or not at all.

With an \`Idempotency-Key\` (kept 24 h per token and source) each request is stored exactly once, however often it is sent; without one a repeat is stored again. The same key with another body gets 422.
The \`forward\` output of another Sawlog sends stored lines to the same path. They are kept as they are, once each: not parsed and not tagged again, but filters run on them.
400 means that nothing in the body could be used; 413 and 415 name the limit; after 429 and 503 send the same again when \`Retry-After\` has passed. Nothing of such a request was stored.`,
  sample: {
    line: `curl -d '{"level":"warn","message":"card declined"}' http://127.0.0.1:5000/ingest?source=shop`,
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"warn","source":"shop","host":"web1","tags":["payment"],"body":{"level":"warn","message":"card declined"},"guessed":["time"]}',
  },
  setup({ path }, context) {
    let open = false
    let running = 0
    let whenIdle: (() => void) | null = null
    const peers = new PeerReceiver(context)
    context.hooks.routes.tap(context.name, (app) => {
      // PUT is what `curl -T` sends.
      app.on(['POST', 'PUT'], path, async (c) => {
        if (!open) throw notNow('the source is not running')
        running++
        try {
          return await (peers.isMeant(c) ? peers.take(c) : take(context, c))
        } finally {
          running--
          if (running === 0) whenIdle?.()
        }
      })
    })
    return {
      start: () => {
        open = true
      },
      stop: () => {
        open = false
        if (running === 0) return
        return new Promise<void>((resolve) => {
          whenIdle = resolve
        })
      },
    }
  },
})

async function take(context: SourceContext, c: Context): Promise<Response> {
  const source = sourceName(c.req.query('source'), context.name)
  const key = keyOf(requestHeader(c, 'idempotency-key'))
  const claim = new BodyClaim(context.bodies)
  try {
    const body = await readBody(c, claim)
    if (key === null) return await store(context, c, source, body, null)
    return await once(context, c, source, body, key)
  } finally {
    claim.release()
  }
}

/** Stores the body unless a request with this key was stored before; a repeat gets the answer of the first. */
async function once(context: SourceContext, c: Context, source: string, body: Buffer, key: string): Promise<Response> {
  const id = JSON.stringify([context.name, context.sender(c), source, key])
  const hash = createHash('sha256').update(body).digest('hex')
  for (;;) {
    const known = context.answers.begin(id, hash)
    if (known.state === 'conflict') throw new HttpProblem(422, 'cannot take the body: its Idempotency-Key was used with another body. Use a new key for each body.')
    if (known.state === 'new') return store(context, c, source, body, { id, hash })
    const answer = known.state === 'done' ? known.answer : await known.answer
    if (answer !== null) return new Response(JSON.stringify(answer), OK)
    // The attempt waited for has failed: this one takes its place.
  }
}

async function store(context: SourceContext, c: Context, source: string, body: Buffer, key: { id: string; hash: string } | null): Promise<Response> {
  let stored: Json = null
  try {
    const read = await ingestBody(body, requestHeader(c, 'content-type'))
    const answer = answerFor(read)
    if (read.chunk.count > 0) {
      const receipt = await context.emit(source, read.chunk, emitOptions(c, source, read, key === null ? null : { ...key, answer }))
      await durably(receipt.durable)
      stored = answer
    }
    countBad(context, source, read)
    if (read.chunk.count === 0 && read.refusedCount > 0) {
      throw new HttpProblem(400, `cannot use anything in the body: ${read.refused[0]?.reason ?? 'it holds no record'}. Send JSON objects, or text as text/plain.`, {}, answer)
    }
    return new Response(JSON.stringify(answer), OK)
  } catch (error) {
    if (error instanceof Busy) throw notNow(error.message)
    throw error
  } finally {
    if (key !== null) context.answers.finish(key.id, stored)
  }
}

async function durably(durable: Promise<void>): Promise<void> {
  try {
    await durable
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    throw new HttpProblem(503, `cannot say that the records are on disk: ${cause}. Send the same again later.`, { 'Retry-After': '5' })
  }
}

function emitOptions(c: Context, source: string, read: IngestBody, key: IdempotencyKey | null): EmitOptions {
  const options: EmitOptions = { source, patience: PATIENCE_MS }
  if (read.parser !== undefined) options.parser = read.parser
  if (read.text) options.textToo = true
  if (key !== null) options.key = key
  // What comes over loopback was sent by this machine, whose name says more than 127.0.0.1.
  const address = clientAddress(c)
  if (address !== null && !LOOPBACK.test(address)) options.host = address
  return options
}

function answerFor({ chunk, refused, refusedCount }: IngestBody): { accepted: number; rejected: number; errors: Array<{ line: number; reason: string }> } {
  return { accepted: chunk.count, rejected: refusedCount, errors: refused.map(({ line, reason }) => ({ line, reason })) }
}

function countBad(context: SourceContext, source: string, { chunk, refused, refusedCount }: IngestBody): void {
  for (const { text, reason } of refused) context.reject(source, text, reason)
  const rest = refusedCount - refused.length
  const last = refused.at(-1)
  if (rest > 0 && last !== undefined) context.reject(source, last.text, last.reason, rest)
  if (chunk.utf8) return
  let invalid = 0
  for (let i = 0; i < chunk.count; i++) if (!chunk.wellFormed(chunk.starts[i] as number, chunk.ends[i] as number)) invalid++
  if (invalid > 0) context.count('invalid_utf8', invalid)
}

function sourceName(asked: string | undefined, fallback: string): string {
  if (asked === undefined || asked === '') return fallback
  if (asked.length > MAX_SOURCE) throw new HttpProblem(400, `cannot use this source name: it is longer than ${MAX_SOURCE} characters. Choose a shorter ?source=.`)
  if (CONTROL.test(asked)) throw new HttpProblem(400, 'cannot use this source name: it contains control characters. Choose another ?source=.')
  return asked
}

function keyOf(header: string | undefined): string | null {
  if (header === undefined || header === '') return null
  if (header.length > MAX_KEY) throw new HttpProblem(400, `cannot use this Idempotency-Key: it is longer than ${MAX_KEY} characters. Use a UUID, or a hash of the body.`)
  return header
}

function notNow(cause: string): HttpProblem {
  return new HttpProblem(503, `cannot take records now: ${cause}. Nothing was stored; send the same again later.`, { 'Retry-After': '5' })
}
