// An HTTP proxy that does to requests what networks and balancers do at their worst: cuts, delays, refuses, lies, repeats.
import { once } from 'node:events'
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Random } from '../random-from.ts'

/** What becomes of a request, and how many of a hundred. */
const FATES = {
  'passed on': 40,
  delayed: 8,
  'cut before it was read': 4,
  'cut in mid-request': 8,
  'cut in mid-response': 8,
  'stored, then cut without an answer': 8,
  'half a reply made up': 4,
  'answered 503': 5,
  'answered 429': 3,
  'stored, then answered 503': 4,
  'delivered twice': 4,
  'cut, and delivered late': 4,
} as const
export type Fate = keyof typeof FATES
const DECK = Object.entries(FATES).flatMap(([fate, weight]) => Array.from({ length: weight }, () => fate as Fate))

/** Long enough that the sender has gone on, tried again, or is being killed. */
const DELAY_MS = 1500

export interface HostileProxy {
  readonly url: string
  readonly fates: Readonly<Record<Fate, number>>
  /** From now on everything is passed on. */
  calm(): void
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export async function hostileProxy(targetPort: number, random: Random): Promise<HostileProxy> {
  const fates = Object.fromEntries(Object.keys(FATES).map((fate) => [fate, 0])) as Record<Fate, number>
  const late = new Set<Promise<unknown>>()
  let calm = false

  const server = createServer((request, response) => {
    // Either end may be killed at any moment; whoever is left gets a broken connection.
    treat(request, response).catch(() => request.socket.destroy())
  })
  server.keepAliveTimeout = 0

  async function treat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fate = calm ? 'passed on' : (DECK[random(DECK.length)] as Fate)
    fates[fate]++
    if (fate === 'cut before it was read') return void request.socket.destroy()
    const body = await bodyOf(request)
    switch (fate) {
      case 'delayed':
        await pause(random(DELAY_MS))
        return reply(response, await passOn(request, body))
      case 'cut in mid-request':
        await passHalf(request, body.subarray(0, random(body.length + 1)), body.length)
        return void request.socket.destroy()
      case 'cut in mid-response': {
        const answer = await passOn(request, body)
        response.writeHead(answer.status, { ...ownHeaders(answer), 'content-length': answer.body.length })
        response.flushHeaders()
        response.write(answer.body.subarray(0, random(answer.body.length)))
        await pause(5)
        return void request.socket.destroy()
      }
      case 'stored, then cut without an answer':
        await passOn(request, body)
        return void request.socket.destroy()
      case 'half a reply made up':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 })
        response.write('{"accepted":')
        await pause(5)
        return void request.socket.destroy()
      case 'answered 503':
        return refuse(response, 503)
      case 'answered 429':
        return refuse(response, 429)
      case 'stored, then answered 503':
        await passOn(request, body)
        return refuse(response, 503)
      case 'delivered twice':
        reply(response, await passOn(request, body))
        return deliverLate(request, body)
      case 'cut, and delivered late':
        request.socket.destroy()
        return deliverLate(request, body)
      default:
        return reply(response, await passOn(request, body))
    }
  }

  function passOn({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { 'transfer-encoding': _, ...rest } = headers
      const outgoing = ask({ port: targetPort, host: '127.0.0.1', method, path: url, headers: { ...rest, 'content-length': body.length, connection: 'close' }, agent: false }, (answer) => {
        bodyOf(answer).then((content) => resolve({ status: answer.statusCode as number, headers: answer.headers, body: content }), reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  /** The target is promised `length` bytes, gets fewer, and then a broken connection. */
  function passHalf({ method, url, headers }: IncomingMessage, part: Buffer, length: number): Promise<void> {
    return new Promise((resolve) => {
      const { 'transfer-encoding': _, ...rest } = headers
      const outgoing = ask({ port: targetPort, host: '127.0.0.1', method, path: url, headers: { ...rest, 'content-length': length + 1, connection: 'close' }, agent: false })
      outgoing.on('error', () => resolve())
      outgoing.on('close', () => resolve())
      outgoing.write(part, () => setTimeout(() => outgoing.destroy(), 5))
    })
  }

  function deliverLate(request: IncomingMessage, body: Buffer): void {
    const delivery = pause(random(DELAY_MS)).then(() => passOn(request, body)).catch(() => undefined)
    late.add(delivery)
    delivery.then(() => late.delete(delivery), () => undefined)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fates,
    calm() {
      calm = true
    },
    async close() {
      await Promise.all(late)
      server.closeAllConnections()
      server.close()
    },
  }
}

function reply(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...ownHeaders(answer), 'content-length': answer.body.length })
  response.end(answer.body)
}

/** Headers of one connection say nothing about the other. */
function ownHeaders({ headers }: Answer): IncomingMessage['headers'] {
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...own } = headers
  return own
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'retry-after': '1', 'content-type': 'text/plain' })
  response.end('not now')
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
