// A server on a real socket that says, byte by byte, what a test tells it to.
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Taken {
  /** The head as it came, without the empty line. */
  readonly head: string
  readonly body: Buffer
}

export interface ScriptedServer {
  readonly port: number
  readonly url: string
  /** Requests that came whole. */
  readonly taken: Taken[]
  /** Connections so far, and those that are open. */
  connections(): { made: number; open: number }
}

/** Called with every request that came whole; answers on the socket, or does not. */
export type Script = (socket: Socket, request: Taken, index: number) => void

export async function scriptedServer(script: Script, tls?: TlsOptions): Promise<ScriptedServer> {
  const taken: Taken[] = []
  const sockets = new Set<Socket>()
  let made = 0
  const connected = (socket: Socket): void => {
    made++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    let waiting = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      waiting = Buffer.concat([waiting, chunk])
      for (let request = cutRequest(waiting); request !== null; request = cutRequest(waiting)) {
        waiting = waiting.subarray(request.end)
        taken.push(request)
        script(socket, request, taken.length - 1)
      }
    })
  }
  const server: Server = tls === undefined ? createServer(connected) : createTlsServer(tls, connected)
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, taken, connections: () => ({ made, open: sockets.size }) }
}

/** An answer with its length. */
export function reply(status: number, body = '', headers: Record<string, string> = {}): string {
  const lines = Object.entries({ 'Content-Length': String(Buffer.byteLength(body)), ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} Status\r\n${lines.join('')}\r\n${body}`
}

function cutRequest(bytes: Buffer): (Taken & { end: number }) | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return null
  const head = bytes.toString('latin1', 0, end)
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
  if (bytes.length < end + 4 + length) return null
  return { head, body: Buffer.from(bytes.subarray(end + 4, end + 4 + length)), end: end + 4 + length }
}
