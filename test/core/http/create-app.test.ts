import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { type AppParts, createApp } from '../../../core/http/create-app.ts'
import { HttpProblem } from '../../../core/http/http-problem.ts'
import { sender } from '../../../core/http/sender.ts'

interface Logged {
  errors: string[]
}

function frame(parts: Partial<AppParts> = {}): { app: Hono } & Logged {
  const errors: string[] = []
  const app = createApp({
    auth: () => 'none',
    notReady: () => null,
    routes: (routes) => routes.post('/ingest', (c) => c.text(sender(c))),
    pages: (pages) => {
      pages.get('/metrics', (c) => c.text('numbers'))
      pages.get('/logs', (c) => c.text('lines'))
      pages.get('/api/stats', (c) => c.json({}))
    },
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (message) => void errors.push(message) },
    ...parts,
  })
  return { app, errors }
}

describe('the frame', () => {
  test('leads / to the dashboard', async () => {
    const answer = await frame().app.request('/')
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/metrics'])
  })

  test('is healthy always, and ready until somebody says why not', async () => {
    let reason: string | null = null
    const { app } = frame({ notReady: () => reason })
    expect(await (await app.request('/healthz')).text()).toBe('ok')
    expect((await app.request('/readyz')).status).toBe(200)
    reason = 'the disk is full'
    const answer = await app.request('/readyz')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
    expect(await answer.json()).toMatchObject({ title: 'Service Unavailable', status: 503, detail: 'cannot take records: the disk is full.' })
    expect((await app.request('/healthz')).status).toBe(200)
  })

  test('says 404 and 405 as problems, 405 with the methods', async () => {
    const { app } = frame()
    const lost = await app.request('/nowhere')
    expect(await lost.json()).toMatchObject({ type: 'about:blank', title: 'Not Found', status: 404 })
    const wrong = await app.request('/ingest')
    expect([wrong.status, wrong.headers.get('allow'), wrong.headers.get('content-type')]).toEqual([405, 'POST', 'application/problem+json'])
    expect((await app.request('/metrics', { method: 'DELETE' })).headers.get('allow')).toBe('GET')
    expect((await app.request('/metrics', { method: 'HEAD' })).status).toBe(200)
  })

  test.each(['/', '/healthz', '/nowhere', '/metrics', '/boom'])('puts security headers on %s', async (path) => {
    const { app } = frame({ routes: (routes) => routes.get('/boom', () => { throw new Error('boom') }) })
    const { headers } = await app.request(path)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'self'/)
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe/)
    expect([headers.get('x-content-type-options'), headers.get('x-frame-options'), headers.get('referrer-policy')]).toEqual(['nosniff', 'DENY', 'no-referrer'])
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  test.each([
    ['an Error', () => { throw new Error('secret /etc/path') }],
    ['a rejected promise', async () => Promise.reject(new Error('secret /etc/path'))],
    // oxlint-disable-next-line no-throw-literal -- plugins do
    ['something that is no Error', () => { throw 'secret /etc/path' }],
  ])('contains a route that throws %s: told inside, not outside, and once', async (_what, route) => {
    const { app, errors } = frame({ routes: (routes) => routes.get('/boom', route as unknown as () => Response) })
    for (let i = 0; i < 9; i++) {
      const answer = await app.request('/boom')
      expect(answer.status).toBe(500)
      expect(await answer.text()).not.toMatch(/secret|at /)
    }
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/cannot answer GET \/boom: secret/)
    expect((await app.request('/healthz')).status).toBe(200)
  })

  test('answers with the problem a route throws, and logs nothing', async () => {
    const { app, errors } = frame({ routes: (routes) => routes.get('/full', () => { throw new HttpProblem(503, 'cannot: full.', { 'Retry-After': '7' }) }) })
    const answer = await app.request('/full')
    expect([answer.status, answer.headers.get('retry-after'), errors]).toEqual([503, '7', []])
  })

  test('reports two sources on one path', () => {
    const { errors } = frame({ routes: (routes) => routes.post('/ingest', (c) => c.text('1')).post('/ingest', (c) => c.text('2')) })
    expect(errors[0]).toMatch(/cannot mount POST \/ingest twice/)
  })
})

describe('requests from pages of other sites', () => {
  const check = (name: string, headers: Record<string, string>, want: number): void => {
    test(name, async () => expect((await frame().app.request('http://sawlog:5000/ingest', { method: 'POST', headers: { host: 'sawlog:5000', ...headers } })).status).toBe(want))
  }
  check('are refused by their Origin', { origin: 'http://evil.example' }, 403)
  check('are refused by another port of the same host', { origin: 'http://sawlog:8080' }, 403)
  check('are refused from a sandbox or a file', { origin: 'null' }, 403)
  check('are refused by Sec-Fetch-Site where there is no Origin', { 'sec-fetch-site': 'cross-site' }, 403)
  check('are refused from a sibling domain', { 'sec-fetch-site': 'same-site', origin: 'http://other.sawlog' }, 403)
  check('pass from the own page', { origin: 'http://sawlog:5000', 'sec-fetch-site': 'same-origin' }, 200)
  check('pass from the own page behind a proxy that rewrites Host', { origin: 'https://logs.example', 'sec-fetch-site': 'same-origin' }, 200)
  check('pass from an old browser that sends only Origin', { origin: 'http://SAWLOG:5000' }, 200)
  check('pass from programs, which send neither', {}, 200)
  test('are harmless as GET', async () => {
    expect((await frame().app.request('http://sawlog/metrics', { headers: { host: 'sawlog', origin: 'http://evil.example' } })).status).toBe(200)
  })
})
