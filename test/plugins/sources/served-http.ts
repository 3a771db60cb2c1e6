// The http source behind a real socket, in the app's frame, before a pipeline the test controls.
import net from 'node:net'
import { afterEach } from 'vitest'
import type { Auth } from '../../../core/http/auth.ts'
import { createApp } from '../../../core/http/create-app.ts'
import { type Listening, listen } from '../../../core/http/listen.ts'
import http from '../../../plugins/sources/http.ts'
import { type FakeHost, fakeHost } from './fake-source-host.ts'

const open: Listening[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close(0)))
})

export interface Served {
  readonly host: FakeHost
  readonly port: number
  readonly errors: string[]
  readonly source: Awaited<ReturnType<typeof http.setup>>
  post(body: string | Buffer, headers?: Record<string, string>, query?: string): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }>
}

export async function serve(limits: Parameters<typeof fakeHost>[1] = {}, auth: Auth = 'none'): Promise<Served> {
  const host = fakeHost('http', limits)
  const errors: string[] = []
  const source = await http.setup({ path: '/ingest' }, host.context)
  await source.start(new AbortController().signal)
  const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (message: string) => void errors.push(message) }
  const app = createApp({ auth: () => auth, notReady: () => null, routes: (routes) => host.mount(routes), pages: () => undefined, logger })
  const listening = await listen(() => app, { host: '127.0.0.1', port: 0, requestTimeoutMs: 1_000 })
  open.push(listening)
  return {
    host, errors, source, port: listening.port,
    async post(body, headers = { 'content-type': 'application/json' }, query = '') {
      const answer = await fetch(`http://127.0.0.1:${listening.port}/ingest${query}`, { method: 'POST', headers, body: new Uint8Array(Buffer.from(body)) })
      return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) as Record<string, unknown> }
    },
  }
}

/** Sends bytes as they are; gives what came back when the other side closes, or `cut` says so. */
export function raw(port: number, parts: Array<string | Buffer>, cut?: (socket: net.Socket, got: string) => void): Promise<string> {
  return new Promise((resolve) => {
    let got = ''
    const socket = net.connect(port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part)
      cut?.(socket, got)
    })
    socket.on('data', (data) => {
      got += data.toString('latin1')
      cut?.(socket, got)
    })
    socket.on('close', () => resolve(got))
    socket.on('error', () => undefined)
  })
}

export async function until(what: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!what()) {
    if (performance.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
