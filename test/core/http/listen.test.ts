import { Hono } from 'hono'
import net from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Listening, listen, type ListenOptions } from '../../../core/http/listen.ts'

const open: Listening[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close(0)))
})

async function serve(app: () => Hono, options: Partial<ListenOptions> = {}): Promise<Listening & { url: string }> {
  const listening = await listen(app, { host: '127.0.0.1', port: 0, ...options })
  open.push(listening)
  return { ...listening, url: `http://127.0.0.1:${listening.port}` }
}

/** Sends bytes and collects what comes back until the other side closes. */
function raw(port: number, text: string, until: RegExp | null = null): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = ''
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (data) => {
      got += data.toString('latin1')
      if (until !== null && until.test(got)) socket.destroy()
    })
    socket.on('close', () => resolve(got))
    socket.on('error', reject)
  })
}

test('serves the app of the moment, without listening anew', async () => {
  let app = new Hono().get('/', (c) => c.text('first'))
  const { url } = await serve(() => app)
  expect(await (await fetch(url)).text()).toBe('first')
  app = new Hono().get('/', (c) => c.text('second'))
  expect(await (await fetch(url)).text()).toBe('second')
})

test('says what to do when the port is taken', async () => {
  const { port } = await serve(() => new Hono())
  await expect(listen(() => new Hono(), { host: '127.0.0.1', port })).rejects.toThrow(/cannot listen on 127\.0\.0\.1:\d+: port \d+ is in use\. .*--port/)
})

test('says what to do about an address of another machine', async () => {
  await expect(listen(() => new Hono(), { host: '192.0.2.1', port: 0 })).rejects.toThrow(/cannot listen on 192\.0\.2\.1:0: no network interface/)
})

test('adds the security headers to every answer, and lets a route overrule them', async () => {
  const app = new Hono().get('/', (c) => c.text('x')).get('/own', (c) => {
    c.header('Referrer-Policy', 'origin')
    return c.text('x')
  })
  const { url } = await serve(() => app)
  expect((await fetch(url)).headers.get('x-frame-options')).toBe('DENY')
  expect((await fetch(`${url}/missing`)).headers.get('x-frame-options')).toBe('DENY')
  const own = await fetch(`${url}/own`)
  expect([own.headers.get('referrer-policy'), own.headers.get('x-content-type-options')]).toEqual(['origin', 'nosniff'])
})

describe('requests that are none', () => {
  test('get a problem', async () => {
    const { port } = await serve(() => new Hono())
    const answer = await raw(port, 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toMatch(/application\/problem\+json/)
    expect(answer).toMatch(/x-frame-options: DENY/i)
  })

  test('that are not HTTP get 400 and are cut', async () => {
    const { port } = await serve(() => new Hono())
    expect(await raw(port, '\x16\x03\x01 tls hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('with too many headers get 431', async () => {
    const { port } = await serve(() => new Hono())
    expect(await raw(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /)
  })

  test('whose headers never end are cut', async () => {
    const { port } = await serve(() => new Hono(), { headersTimeoutMs: 200, requestTimeoutMs: 300 })
    expect(await raw(port, 'GET / HTTP/1.1\r\nHost: x\r\n')).toMatch(/^HTTP\/1\.1 408 /)
  })
})

describe('closing', () => {
  test('lets a running request finish and takes no more', async () => {
    let finish: (() => void) | undefined
    const started = new Promise<void>((resolve) => {
      finish = undefined
      app.get('/slow', async (c) => {
        resolve()
        await new Promise<void>((go) => {
          finish = go
        })
        return c.text('done')
      })
    })
    const { url, close, port } = await serve(() => app)
    const answer = fetch(`${url}/slow`)
    await started
    const closed = close(10_000)
    await expect(raw(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).rejects.toThrow(/ECONNREFUSED/)
    finish?.()
    expect(await (await answer).text()).toBe('done')
    await closed
  })
  const app = new Hono()

  test('does not wait for idle connections', async () => {
    const { port, close } = await serve(() => new Hono().get('/', (c) => c.text('x')))
    const idle = raw(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await fetch(`http://127.0.0.1:${port}/`)
    const before = performance.now()
    await close(10_000)
    expect(await idle).toMatch(/^HTTP\/1\.1 200/)
    expect(performance.now() - before).toBeLessThan(5_000)
  })

  test('cuts what is not done in time', async () => {
    const { port, close } = await serve(() => new Hono().get('/never', () => new Promise<Response>(() => undefined)))
    const never = raw(port, 'GET /never HTTP/1.1\r\nHost: x\r\n\r\n')
    const half = raw(port, 'POST /never HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc')
    await fetch(`http://127.0.0.1:${port}/`)
    await close(100)
    expect([await never, await half].map((text) => text.includes('200'))).toEqual([false, false])
  })
})
