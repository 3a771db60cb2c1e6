// Reads a request's body whole, within its limits, and takes its Content-Encoding off.
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import type { BodyClaim } from './body-claim.ts'
import { HttpProblem } from './http-problem.ts'
import { inflate, supportedEncoding } from './inflate.ts'
import { requestHeader } from './request-header.ts'

/** Rejects with an `HttpProblem`. Nobody else holds the returned bytes. */
export async function readBody(c: Context, claim: BodyClaim): Promise<Buffer> {
  const encoding = supportedEncoding(requestHeader(c, 'content-encoding'))
  const raw = await readRaw(c, claim)
  return encoding === null ? raw : inflate(raw, encoding, claim)
}

function readRaw(c: Context, claim: BodyClaim): Promise<Buffer> {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
  const announced = Number(requestHeader(c, 'content-length') ?? 0)
  // Before a byte of it is read; a client that waits for `100 Continue` never sends it.
  if (announced > claim.budget.maxBody) throw tooLarge(claim.budget.maxBody)
  return incoming === undefined ? fromWeb(c, claim) : fromNode(incoming, claim)
}

/** Bare listeners, one promise: what `for await` and web streams add is paid by each one-record request. */
function fromNode(incoming: IncomingMessage, claim: BodyClaim): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let first: Buffer | null = null
    let more: Buffer[] | null = null
    let length = 0
    const take = (chunk: Buffer): void => {
      length += chunk.length
      try {
        if (length > claim.budget.maxBody) throw tooLarge(claim.budget.maxBody)
        claim.take(chunk.length)
      } catch (error) {
        // Read no further; the server drains or cuts the connection after the answer.
        incoming.off('data', take)
        incoming.pause()
        reject(error as Error)
        return
      }
      if (first === null) first = chunk
      else if (more === null) more = [first, chunk]
      else more.push(chunk)
    }
    const end = (): void => {
      // A connection that broke inside the body ends without being complete.
      if (!incoming.complete) reject(aborted())
      else if (more !== null) resolve(Buffer.concat(more, length))
      else resolve(first ?? Buffer.alloc(0))
    }
    if (incoming.destroyed && !incoming.complete) {
      reject(aborted())
      return
    }
    // `close` follows each `end`, and an error is not cheap to make. Node emits no `error` where nobody listens for it.
    const gone = (): void => {
      if (!incoming.readableEnded) reject(aborted())
    }
    incoming.on('data', take).on('end', end).on('close', gone)
  })
}

async function fromWeb(c: Context, claim: BodyClaim): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = c.req.raw.body?.getReader()
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    const chunk = part.value as Uint8Array
    length += chunk.length
    if (length > claim.budget.maxBody) throw tooLarge(claim.budget.maxBody)
    claim.take(chunk.length)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, `cannot take the body: it is larger than ${maxBytes} bytes. Send smaller batches, or raise server.max_body.`)
}

/** Nobody is left to read it; it ends the route before anything is stored. */
function aborted(): HttpProblem {
  return new HttpProblem(400, 'cannot read the body: the connection broke before its end. Send it again.')
}
