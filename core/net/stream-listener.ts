// Listens for TCP or TLS connections and has each of them read; knows nothing of what they bring.
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServerSocket } from 'node:tls'
import type { SourceContext } from '../define-plugin.ts'
import type { Allows } from './allow-list.ts'
import { keepListening } from './keep-listening.ts'
import { peerAddress } from './peer-address.ts'
import { readTlsFiles } from './read-tls-files.ts'
import type { SocketAddress } from './socket-address.ts'
import type { TlsServer } from './tls-server-option.ts'

export interface StreamListenerOptions {
  readonly address: SocketAddress
  /** Null for plain TCP. */
  readonly tls: TlsServer | null
  readonly allows: Allows
  readonly maxConnections: number
  /** A connection that has brought nothing for so long is closed; 0 never. */
  readonly idleMs: number
  /** Reads the connection to its end, or soon after the signal; `busy` tells that what was read is not taken in yet. */
  read(connection: Connection, signal: AbortSignal): Promise<void>
}

export interface Connection {
  readonly socket: Socket
  readonly address: string
  readonly port: number
  /** Set by the reader while it waits for the pipeline and not for the peer. */
  busy: boolean
}

/** Finds peers that vanished without a word, which would hold their place for ever. */
const KEEPALIVE_MS = 60_000
const HANDSHAKE_MS = 10_000
/** For peers to answer our end with theirs when the source stops. What they had sent by then is read; the stop of a source has 4 s. */
const GOODBYE_MS = 700
/** How often a certificate is looked at for having been exchanged. */
const RENEW_MS = 60_000

export class StreamListener {
  readonly #options: StreamListenerOptions
  readonly #context: Pick<SourceContext, 'count' | 'problem' | 'logger'>
  readonly #stopping = new AbortController()
  readonly #open = new Map<Connection, { readonly reading: Promise<void>; bytes: number; since: number }>()
  /** Sockets in the middle of a handshake. */
  readonly #shaking = new Set<Socket>()
  #server: Server | null = null
  #tls: TlsServerSocket | null = null
  readonly #timers: NodeJS.Timeout[] = []

  constructor(options: StreamListenerOptions, context: Pick<SourceContext, 'count' | 'problem' | 'logger'>) {
    this.#options = options
    this.#context = context
  }

  /** Resolves when it listens, or has said why it cannot yet. */
  start(): Promise<void> {
    const { idleMs } = this.#options
    if (idleMs > 0) this.#timers.push(setInterval(() => this.#closeIdle(), Math.max(50, idleMs / 4)).unref())
    return keepListening(this.#options.address, () => this.#listen(), this.#context.problem, this.#stopping.signal)
  }

  /** Takes no more connections, tells those there are, and resolves when what they had sent was read. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    const server = this.#server
    const closed = server === null ? Promise.resolve() : new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of this.#shaking) socket.destroy()
    const readings = [...this.#open].map(([{ socket }, { reading }]) => {
      socket.end()
      return reading
    })
    const late = setTimeout(() => this.#stopping.abort(), readings.length === 0 ? 0 : GOODBYE_MS)
    await Promise.all(readings)
    clearTimeout(late)
    this.#stopping.abort()
    for (const { socket } of this.#open.keys()) socket.destroy()
    await closed
  }

  async #listen(): Promise<void> {
    const { address, tls, maxConnections } = this.#options
    const renew = tls === null ? null : await this.#secure(tls)
    const server = createServer((socket) => this.#accept(socket))
    server.maxConnections = maxConnections
    server.on('drop', () => {
      this.#context.count('refused_connections', 1)
      this.#context.problem('warn', `cannot take more than ${maxConnections} connections: others are refused`, 'Raise "max_connections", or find out who opens so many.')
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: address.host, port: address.port }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    server.on('error', (error) => this.#context.problem('error', `cannot accept connections: ${error.message}`, 'Check the limit of open files; it goes on by itself.'))
    if (this.#stopping.signal.aborted) return void server.close()
    this.#server = server
    if (renew !== null) this.#timers.push(setInterval(renew, RENEW_MS).unref())
    const at = server.address()
    this.#context.logger.info(`Listening for ${tls === null ? 'TCP' : 'TLS'} connections on ${address.host}:${typeof at === 'object' && at !== null ? at.port : address.port}.`)
  }

  /** Returns what takes in a certificate that was exchanged: those of many authorities live 90 days or less. */
  async #secure(tls: TlsServer): Promise<() => void> {
    let files = await readTlsFiles(tls)
    const settings = (): object => ({ ...files, ...(files.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true }), minVersion: 'TLSv1.2' })
    const server = createTlsServer({ ...settings(), handshakeTimeout: HANDSHAKE_MS }, (socket) => this.#serve(socket))
    server.on('tlsClientError', (error) => {
      this.#context.count('failed_handshakes', 1)
      this.#context.problem('warn', `cannot agree on TLS with a sender: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`, 'Check that it trusts our certificate, and that we trust its own, where "tls.ca" is set.')
    })
    this.#tls = server
    const renew = async (): Promise<void> => {
      try {
        const now = await readTlsFiles(tls)
        if (JSON.stringify(now) === JSON.stringify(files)) return
        files = now
        server.setSecureContext(settings())
        this.#context.logger.info('The certificate was exchanged.')
      } catch (error) {
        this.#context.problem('error', `cannot use the new certificate: ${(error as Error).message}`, 'The one before is used on; mend the files.')
      }
    }
    return () => void renew()
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined) // told by whoever reads it; a handshake that fails is counted
    const address = peerAddress(socket.remoteAddress)
    if (!this.#options.allows(address)) {
      socket.destroy()
      this.#context.count('refused_connections', 1)
      this.#context.problem('warn', 'cannot take connections from others than "allow_from" lists', `Add the sender there if it is welcome; the first was ${address}.`)
      return
    }
    socket.setKeepAlive(true, KEEPALIVE_MS)
    if (this.#tls === null) return this.#serve(socket)
    this.#shaking.add(socket)
    socket.once('close', () => this.#shaking.delete(socket))
    this.#tls.emit('connection', socket)
  }

  #serve(socket: Socket): void {
    const { signal } = this.#stopping
    const connection: Connection = { socket, address: peerAddress(socket.remoteAddress), port: socket.remotePort ?? 0, busy: false }
    if (signal.aborted) return void socket.destroy()
    socket.on('error', () => undefined) // what was read is dealt with first, then `read` rejects with it
    const reading = this.#options.read(connection, signal).catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) this.#context.problem('error', `cannot take in what a connection brought: ${error.message}`, 'What it had sent and was not stored is lost, unless the sender sends it again.')
      else this.#context.count('broken_connections', 1)
    }).finally(() => {
      this.#open.delete(connection)
      socket.destroy()
    })
    this.#open.set(connection, { reading, bytes: 0, since: performance.now() })
  }

  #closeIdle(): void {
    const now = performance.now()
    for (const [{ socket, busy }, state] of this.#open) {
      if (busy || socket.bytesRead !== state.bytes) {
        state.bytes = socket.bytesRead
        state.since = now
      } else if (now - state.since >= this.#options.idleMs) {
        this.#context.count('idle_connections', 1)
        // Its end is told; what it sends before it has noticed is still read.
        socket.end()
        if (now - state.since >= 2 * this.#options.idleMs) socket.destroy()
      }
    }
  }
}
