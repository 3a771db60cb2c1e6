// Reads a request's body whole, within its limits, and takes its Content-Encoding off.
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import type { BodyClaim } from './body-claim.ts'
import { HttpProblem } from './http-problem.ts'
import { inflate, supportedEncoding } from './inflate.ts'

/** Rejects with an `HttpProblem`. Nobody else holds the returned bytes. */
export async function readBody(c: Context, claim: BodyClaim): Promise<Buffer> {
  const encoding = supportedEncoding(c.req.header('content-encoding'))
  const raw = await readRaw(c, claim)
  return encoding === null ? raw : inflate(raw, encoding, claim)
}

function readRaw(c: Context, claim: BodyClaim): Promise<Buffer> {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
  const announced = Number(c.req.header('content-length') ?? 0)
  // Before a byte of it is read; a client that waits for `100 Continue` never sends it.
  if (announced > claim.budget.maxBody) throw tooLarge(claim.budget.maxBody)
  return incoming === undefined ? fromWeb(c, claim) : fromNode(incoming, claim)
}

/** Listeners instead of `for await`: a third more one-record requests a second. */
function fromNode(incoming: IncomingMessage, claim: BodyClaim): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let first: Buffer | null = null
    let more: Buffer[] | null = null
    let length = 0
    const stop = (error: Error): void => {
      incoming.off('data', take).off('end', end).off('close', gone).off('error', gone)
      reject(error)
    }
    const gone = (): void => stop(aborted())
    const take = (chunk: Buffer): void => {
      length += chunk.length
      try {
        if (length > claim.budget.maxBody) throw tooLarge(claim.budget.maxBody)
        claim.take(chunk.length)
      } catch (error) {
        stop(error as Error)
        // Without a listener for `data` the stream would go on flowing unread; the server drains or cuts it after the answer.
        incoming.pause()
        return
      }
      if (first === null) first = chunk
      else if (more === null) more = [first, chunk]
      else more.push(chunk)
    }
    const end = (): void => {
      incoming.off('close', gone)
      // A connection that broke inside the body ends without being complete.
      if (!incoming.complete) stop(aborted())
      else if (more !== null) resolve(Buffer.concat(more, length))
      else resolve(first ?? Buffer.alloc(0))
    }
    if (incoming.destroyed && !incoming.complete) {
      reject(aborted())
      return
    }
    incoming.on('data', take).on('end', end).on('close', gone).on('error', gone)
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
