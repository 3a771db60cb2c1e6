// The listening socket. It outlives generations: each request is served by whatever app there is by then.
import { getRequestListener } from '@hono/node-server'
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TlsServer } from '../net/tls-server-option.ts'
import { HttpProblem } from './http-problem.ts'
import { httpsServer } from './https-server.ts'
import { SecureResponse } from './secure-response.ts'

export interface Listening {
  /** The port really used, where 0 was asked for. */
  readonly port: number
  /** Takes no more connections, lets running requests finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>
}

export interface ListenOptions {
  readonly host: string
  readonly port: number
  /** Plain HTTP without it. */
  readonly tls?: TlsServer | undefined
  /** Told what keeps a changed certificate from being used. */
  readonly trouble?: (message: string) => void
  /** How long a request may take to arrive, body included; for tests. */
  readonly requestTimeoutMs?: number
  readonly headersTimeoutMs?: number
}

/** What serves requests: a Hono app, which may be another one at each call. */
export interface Fetches {
  fetch(request: Request, env: object): Response | Promise<Response>
}

/** 16 MiB at 150 KB/s; a slower sender has to send smaller bodies. */
const REQUEST_TIMEOUT_MS = 120_000
/** Headers are a few hundred bytes: who needs longer holds the connection for its own sake. */
const HEADERS_TIMEOUT_MS = 20_000
/** Longer than the 60 s after which usual proxies and client pools let go of an idle connection: the side that sends must close first, else requests get lost between. */
const KEEP_ALIVE_MS = 65_000
/** How far beyond its limit a slow request may live. */
const CHECK_INTERVAL_MS = 2_000
/** Node's default, written out: tokens and cookies fit many times. */
const MAX_HEADER_BYTES = 16 * 1024
/** Connections that have become idle while closing are looked for at this interval. */
const CLOSING_LOOK_MS = 20

export async function listen(app: () => Fetches, { host, port, tls, trouble = () => undefined, requestTimeoutMs = REQUEST_TIMEOUT_MS, headersTimeoutMs = HEADERS_TIMEOUT_MS }: ListenOptions): Promise<Listening> {
  let closing = false
  const options: ServerOptions<typeof IncomingMessage, typeof SecureResponse> = {
    ServerResponse: SecureResponse,
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, requestTimeoutMs),
    maxHeaderSize: MAX_HEADER_BYTES,
  }
  const listener = getRequestListener(
    (request, env) => {
      // So that the client takes another connection for its next request, to whoever listens then.
      if (closing) (env.outgoing as SecureResponse).shouldKeepAlive = false
      return app().fetch(request, env)
    },
    { errorHandler },
  )
  const server = tls === undefined ? createServer(options, listener) : await httpsServer(tls, options, listener, trouble)
  await bind(server, host, port)
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceMs) => {
      closing = true
      return drain(server, graceMs)
    },
  }
}

/** What cannot even be made a request of (a Host that is none, a backslash in the path), and the last net under the app. */
function errorHandler(error: unknown): Response {
  if (error instanceof Error && error.name === 'RequestError') return new HttpProblem(400, `cannot read this request: ${error.message}. Send a valid URL and Host header.`).toResponse()
  return new HttpProblem(500, 'cannot answer this request: an error inside.').toResponse()
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(explain(error, host, port))
    server.once('error', fail)
    server.listen(port, host, () => {
      server.off('error', fail)
      // After this, errors of the server are accept() failing, as when out of descriptors: Node tries again by itself.
      server.on('error', () => undefined)
      resolve()
    })
  })
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} is in use. Stop the other process, or choose another port with --port or server.port.`,
    EACCES: `port ${port} is reserved for root. Choose a port above 1023 with --port or server.port.`,
    EADDRNOTAVAIL: 'no network interface has this address. Set server.host to an address of this machine, or to 0.0.0.0 for all.',
    ENOTFOUND: 'this name is unknown. Set server.host to an address of this machine.',
  }
  const remedy = remedies[error.code ?? ''] ?? `${error.message}. Check server.host and server.port.`
  return new Error(`cannot listen on ${host}:${port}: ${remedy}`, { cause: error })
}

function drain(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const look = setInterval(() => server.closeIdleConnections(), CLOSING_LOOK_MS)
    const late = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearInterval(look)
      clearTimeout(late)
      resolve()
    })
    server.closeIdleConnections()
  })
}
