// A syslog server for tests: real sockets, strict about what comes, and as slow, as deaf or as dead as a test wants it to be.
import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { afterAll, onTestFinished } from 'vitest'
import { framesOf, read3164, read5424, type StrictMessage } from './strict-syslog.ts'

export interface StrictServer {
  readonly address: string
  readonly port: number
  /** What the connections brought, one after the other; whole messages only. Throws when anything was wrong with them. */
  messages(): StrictMessage[]
  /** Ever made. */
  readonly connections: number
  /** Not closed yet. */
  readonly open: number
  /** Bytes of the connection that is open, or was last. */
  readonly received: number
  pause(): void
  resume(): void
  /** Ends all connections: with a reset, or politely. */
  cut(how: 'reset' | 'end'): void
  /** Stops listening and cuts; another may be started on the same port. */
  close(): Promise<void>
}

export interface StrictOptions {
  readonly framing?: 'octet_counted' | 'newline'
  readonly format?: 'rfc5424' | 'rfc3164'
  readonly port?: number
  readonly tls?: TlsOptions
  /** Of TCP, so that a sender notices early that nobody reads. */
  readonly paused?: boolean
  /** For all tests of the file; made outside of them. */
  readonly shared?: true
}

export async function strictServer({ framing = 'octet_counted', format = 'rfc5424', port = 0, tls, paused = false, shared }: StrictOptions = {}): Promise<StrictServer> {
  const streams: Buffer[][] = []
  const open = new Set<Socket>()
  let reading = !paused
  const take = (socket: Socket): void => {
    const stream: Buffer[] = []
    streams.push(stream)
    open.add(socket)
    if (!reading) socket.pause()
    socket.on('data', (bytes) => stream.push(bytes)).on('error', () => undefined).on('close', () => open.delete(socket))
    if (!reading) socket.pause()
  }
  const server = tls === undefined ? createServer(take) : createTlsServer(tls, take)
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const cut = (how: 'reset' | 'end'): void => {
    for (const socket of open) if (how === 'end') socket.end()
    else socket.resetAndDestroy()
  }
  let closed: Promise<void> | null = null
  const close = (): Promise<void> => (closed ??= new Promise((resolve) => {
    server.close(() => resolve())
    cut('reset')
    for (const socket of open) socket.destroy()
  }))
  if (shared) afterAll(close)
  else onTestFinished(close)
  const at = (server.address() as AddressInfo).port
  return {
    address: `127.0.0.1:${at}`,
    port: at,
    messages: () => streams.flatMap((stream) => framesOf(Buffer.concat(stream), framing).frames.map(format === 'rfc5424' ? read5424 : read3164)),
    get connections() {
      return streams.length
    },
    get open() {
      return open.size
    },
    get received() {
      return (streams.at(-1) ?? []).reduce((sum, { length }) => sum + length, 0)
    },
    pause() {
      reading = false
      for (const socket of open) socket.pause()
    },
    resume() {
      reading = true
      for (const socket of open) socket.resume()
    },
    cut,
    close,
  }
}

export interface StrictUdpServer {
  readonly address: string
  messages(): StrictMessage[]
  close(): Promise<void>
}

export async function strictUdpServer(port = 0, format: 'rfc5424' | 'rfc3164' = 'rfc5424'): Promise<StrictUdpServer> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
  const datagrams: Buffer[] = []
  socket.on('message', (bytes) => datagrams.push(bytes))
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve))
  let closed: Promise<void> | null = null
  const close = (): Promise<void> => (closed ??= new Promise((resolve) => void socket.close(resolve)))
  onTestFinished(close)
  return { address: `127.0.0.1:${socket.address().port}`, messages: () => datagrams.map(format === 'rfc5424' ? read5424 : read3164), close }
}
