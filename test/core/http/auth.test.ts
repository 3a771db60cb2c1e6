import { describe, expect, test } from 'vitest'
import type { Auth } from '../../../core/http/auth.ts'
import { createApp } from '../../../core/http/create-app.ts'
import { FailedAttempts } from '../../../core/http/failed-attempts.ts'
import { sender } from '../../../core/http/sender.ts'

function serve(auth: () => Auth) {
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  return createApp({
    auth,
    notReady: () => null,
    routes: (app) => app.post('/ingest', (c) => c.text(sender(c))),
    pages: (app) => ['/metrics', '/logs', '/api/stats', '/assets/a.js'].forEach((path) => app.get(path, (c) => c.text(path))),
    logger: silent,
  })
}

const bearer = (token: string): string => `Bearer ${token}`
const basic = (password: string, user = 'anyone'): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

const BOTH: Auth = { password: 'pass:wörd', tokens: { web: 'token-web', shop: 'token-shop' } }
const TOKENS: Auth = { tokens: { web: 'token-web' } }
const PASSWORD: Auth = { password: 'pass:wörd' }

describe('who gets in', () => {
  const check = (name: string, auth: Auth, route: string, authorization: string | null, want: number): void => {
    test(name, async () => {
      const [method = '', path = ''] = route.split(' ')
      const answer = await serve(() => auth).request(path, { method, headers: authorization === null ? {} : { authorization } })
      expect(answer.status).toBe(want)
      if (want === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^(Basic|Bearer) realm="Sawlog"/)
      if (want === 401) expect(answer.headers.get('content-type')).toBe('application/problem+json')
    })
  }
  check('a sender with a token', BOTH, 'POST /ingest', bearer('token-shop'), 200)
  check('a sender whose scheme is written otherwise', BOTH, 'POST /ingest', 'bearer token-shop', 200)
  check('a sender that can only speak Basic, with a token as password', BOTH, 'POST /ingest', basic('token-web'), 200)
  check('no sender without anything', BOTH, 'POST /ingest', null, 401)
  check('no sender with a wrong token', BOTH, 'POST /ingest', bearer('token-we'), 401)
  check('no sender with a longer token', BOTH, 'POST /ingest', bearer('token-webb'), 401)
  check('no sender with an empty token', BOTH, 'POST /ingest', 'Bearer ', 401)
  check('no sender with the password, where there are tokens', BOTH, 'POST /ingest', basic('pass:wörd'), 401)
  check('a sender with the password, where there are no tokens', PASSWORD, 'POST /ingest', basic('pass:wörd'), 200)
  check('nobody with an unknown scheme', BOTH, 'POST /ingest', 'Digest token-web', 401)
  check('nobody with Basic that has no colon', BOTH, 'GET /logs', `Basic ${Buffer.from('nocolon').toString('base64')}`, 401)
  check('a person with the password', BOTH, 'GET /logs', basic('pass:wörd'), 200)
  check('a person under any name', BOTH, 'GET /assets/a.js', basic('pass:wörd', ''), 200)
  check('nobody with a wrong password', BOTH, 'GET /logs', basic('pass'), 401)
  check('nobody with the password as bearer', BOTH, 'GET /logs', bearer('pass:word'), 401)
  check('no token on pages', BOTH, 'GET /logs', bearer('token-web'), 401)
  check('a scraper with a token', BOTH, 'GET /metrics', bearer('token-web'), 200)
  check('a program with a token', BOTH, 'GET /api/stats', bearer('token-web'), 200)
  check('no path that only begins like the API', BOTH, 'GET /apinot', bearer('token-web'), 401)
  check('a person with a token, where there is no password', TOKENS, 'GET /logs', basic('token-web'), 200)
  check('nobody to pages that do not exist', BOTH, 'GET /nowhere', null, 401)
  check('everybody to health', BOTH, 'GET /healthz', null, 200)
  check('everybody to readiness', BOTH, 'GET /readyz', null, 200)
  check('everybody, with auth none', 'none', 'GET /logs', null, 200)
})

test('offers Basic to people and Bearer to senders', async () => {
  const app = serve(() => BOTH)
  expect((await app.request('/logs')).headers.get('www-authenticate')).toMatch(/^Basic/)
  expect((await app.request('/ingest', { method: 'POST' })).headers.get('www-authenticate')).toMatch(/^Bearer/)
})

test('tells the routes who sent a request', async () => {
  const name = async (auth: Auth, authorization?: string): Promise<string> =>
    (await serve(() => auth).request('/ingest', { method: 'POST', headers: authorization === undefined ? {} : { authorization } })).text()
  expect(await name(BOTH, bearer('token-shop'))).toBe('shop')
  expect(await name('none')).toBe('anonymous')
})

test('takes new secrets at once', async () => {
  let auth: Auth = TOKENS
  const app = serve(() => auth)
  const post = async (token: string): Promise<number> => (await app.request('/ingest', { method: 'POST', headers: { authorization: bearer(token) } })).status
  expect([await post('token-web'), await post('token-new')]).toEqual([200, 401])
  auth = { tokens: { web: 'token-new' } }
  expect([await post('token-web'), await post('token-new')]).toEqual([401, 200])
})

test('slows down guessing by address, yet lets right tokens through', async () => {
  const app = serve(() => BOTH)
  const get = async (authorization: string, path = '/metrics'): Promise<Response> => app.request(path, { headers: { authorization } })
  for (let i = 0; i < 20; i++) expect((await get(basic(`guess ${i}`))).status).toBe(401)
  const locked = await get(basic('pass:wörd'))
  expect(locked.status).toBe(429)
  expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await get(bearer('token-web'))).status).toBe(200)
  expect((await get(basic('pass:wörd'), '/healthz')).status).toBe(200)
})

describe('the memory of failed attempts', () => {
  test('forgets after a minute', () => {
    let now = 0
    const failed = new FailedAttempts(() => now)
    for (let i = 0; i < 20; i++) failed.add('10.0.0.1')
    expect([failed.wait('10.0.0.1'), failed.wait('10.0.0.2')]).toEqual([60, 0])
    now = 60_000
    expect(failed.wait('10.0.0.1')).toBe(0)
    failed.add('10.0.0.1')
    expect(failed.wait('10.0.0.1')).toBe(0)
  })

  test('counts a /64 of IPv6 as one', () => {
    const failed = new FailedAttempts(() => 0)
    for (let i = 0; i < 20; i++) failed.add(`2001:db8:0:1::${i.toString(16)}`)
    expect(failed.wait('2001:db8:0:1:ffff::1')).toBe(60)
    expect(failed.wait('2001:db8:0:2::1')).toBe(0)
    expect(failed.wait('::1')).toBe(0)
  })

  test('does not grow without end', () => {
    const failed = new FailedAttempts(() => 0)
    for (let i = 0; i < 20_000; i++) failed.add(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
    expect(failed.size).toBe(10_000)
  })
})
