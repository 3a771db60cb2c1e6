// The HTTP client of the outputs against real sockets that behave and misbehave.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { Reject, Retry, TooLarge } from '../../../core/delivery-errors.ts'
import { httpTargetOptions } from '../../../core/http-target/http-target-options.ts'
import { HttpTarget, type HttpTargetSettings } from '../../../core/http-target/http-target.ts'
import { until } from '../../e2e/sawlog.ts'
import { reply, type Script, scriptedServer } from './scripted-server.ts'

const schema = z.strictObject(httpTargetOptions())
const { signal } = new AbortController()

function open(options: object, settings?: HttpTargetSettings): HttpTarget {
  const target = new HttpTarget(schema.parse(options), settings)
  onTestFinished(() => target.close())
  return target
}

/** What `send` throws. */
async function failure(target: HttpTarget, body = 'x', stop = signal): Promise<Error & { afterMs?: number | null }> {
  const thrown: unknown = await target.send(body, {}, stop).then((answer) => `answered ${answer.status}`, (error: unknown) => error)
  expect(thrown).toBeInstanceOf(Error)
  return thrown as Error
}

const always = (text: string): Script => (socket) => void socket.write(text)

describe('a request', () => {
  test('carries body, headers and log-in, and gives the answer', async () => {
    const server = await scriptedServer(always(reply(201, 'stored', { 'X-Id': '7' })))
    const target = open({ url: `${server.url}/base/?a=1`, auth: { token: 'tok' }, headers: { 'X-Tenant': 'one' }, compression: 'none' })
    const answer = await target.send('{"a":"ä"}\n', { headers: { 'Content-Type': 'application/x-ndjson' }, path: '/_bulk?b=2' }, signal)
    expect([answer.status, answer.headers['x-id'], answer.body.toString(), answer.retryAfterMs]).toEqual([201, '7', 'stored', null])
    const { head, body } = server.taken[0] as { head: string; body: Buffer }
    expect(head.split('\r\n')[0]).toBe('POST /base/_bulk?a=1&b=2 HTTP/1.1')
    for (const line of ['authorization: Bearer tok', 'x-tenant: one', 'content-type: application/x-ndjson', 'content-length: 11']) expect(head).toContain(line)
    expect(body.toString()).toBe('{"a":"ä"}\n')
  })

  test('is compressed, with basic log-in and headers of the user before those of the output', async () => {
    const server = await scriptedServer(always(reply(200)))
    const target = open({ url: `${server.url}/in?key=1`, auth: { user: 'me', password: 'p:w' }, headers: { 'content-type': 'text/mine' } })
    await target.send('x'.repeat(100_000), { method: 'PUT', headers: { 'Content-Type': 'text/plain' } }, signal)
    const { head, body } = server.taken[0] as { head: string; body: Buffer }
    expect(head.split('\r\n')[0]).toBe('PUT /in?key=1 HTTP/1.1')
    expect(head).toContain(`authorization: Basic ${Buffer.from('me:p:w').toString('base64')}`)
    expect(head.match(/content-type: .*/gi)).toEqual(['content-type: text/mine'])
    expect(head).toContain('content-encoding: gzip')
    expect(gunzipSync(body).toString()).toBe('x'.repeat(100_000))
  })

  test('goes over connections that stay open, several at once where several are sent', async () => {
    const server = await scriptedServer(always(reply(204)))
    const target = open({ url: server.url })
    for (let i = 0; i < 5; i++) await target.send('x', {}, signal)
    expect(server.connections()).toEqual({ made: 1, open: 1 })
    await Promise.all(Array.from({ length: 8 }, () => target.send('x', {}, signal)))
    expect(server.connections().made).toBeLessThanOrEqual(9)
    await target.close()
    await until(() => server.connections().open === 0, 'all connections are closed')
  })
})

describe('an answer', () => {
  const cases: ReadonlyArray<readonly [status: number, kind: unknown, headers?: Record<string, string>, afterMs?: number | null]> = [
    [400, Reject], [401, Reject], [404, Reject], [409, Reject], [422, Reject], [413, TooLarge],
    [408, Retry], [425, Retry], [429, Retry, { 'Retry-After': '7' }, 7000], [500, Retry], [502, Retry], [503, Retry, { 'Retry-After': '0' }, null], [504, Retry, {}, null],
    [503, Retry, { 'Retry-After': 'Sun, 01 Nov 2026 10:00:30 GMT', 'Date': 'Sun, 01 Nov 2026 10:00:00 GMT' }, 30_000],
    [503, Retry, { 'Retry-After': 'Sun, 01 Nov 2026 09:00:00 GMT', 'Date': 'Sun, 01 Nov 2026 10:00:00 GMT' }, null],
    [503, Retry, { 'Retry-After': 'soon' }, null], [503, Retry, { 'Retry-After': '-5' }, null],
    [301, Retry, { Location: 'https://other.example/in' }], [307, Retry],
  ]
  for (const [status, kind, headers = {}, afterMs] of cases) {
    test(`${status} ${JSON.stringify(headers)} is what the delivery expects`, async () => {
      const server = await scriptedServer(always(reply(status, 'because\n\u001b[2J of this', headers)))
      const error = await failure(open({ url: server.url }))
      expect(error).toBeInstanceOf(kind)
      expect(error.message).toContain(`answered ${status}`)
      if (afterMs !== undefined) expect(error.afterMs).toBe(afterMs)
      if (status >= 400) expect(error.message).toContain('because\\n\\u001b[2J of this')
      if (headers['Location'] !== undefined) expect(error.message).toContain(headers['Location'])
    })
  }

  test('is handed over as it is where the output judges itself', async () => {
    const server = await scriptedServer(always(reply(409, '{"last":5}', { 'Retry-After': '2' })))
    const target = open({ url: server.url })
    const answer = await target.exchange('x', {}, signal)
    expect([answer.status, answer.body.toString(), answer.retryAfterMs, target.quote(answer)]).toEqual([409, '{"last":5}', 2000, ': "{"last":5}"'])
  })

  test('is shown cut, and without the secrets it repeats', async () => {
    const key = 'k3y-of-a-webhook-0123456789'
    const server = await scriptedServer((socket, { head }) => void socket.write(reply(400, `${head} ${'y'.repeat(5000)}`)))
    for (const auth of [{ token: 'bearer-secret' }, { user: 'someone', password: 'pass-secret' }]) {
      const error = await failure(open({ url: `${server.url}/services/${key}?api_key=short-key`, auth, headers: { 'X-Api-Key': 'header-secret' } }))
      expect(error.message).not.toMatch(/secret|k3y-of|short-key|c29tZW9uZTpwYXNz/)
      expect(error.message).toContain('/services/********')
      expect(error.message.length).toBeLessThan(450)
    }
  })

  test('longer than the limit is not read to its end', async () => {
    const server = await scriptedServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      const more = (): void => void (socket.destroyed || !socket.write(`400\r\n${'z'.repeat(1024)}\r\n`) ? socket.once('drain', more) : setImmediate(more))
      more()
    })
    const target = open({ url: server.url }, { maxAnswer: 100_000 })
    expect((await failure(target)).message).toMatch(/longer than 100KB/)
    await target.close()
    await until(() => server.connections().open === 0, 'the connection is cut')
  })
})

describe('without a whole answer the same is sent again', () => {
  const cases: ReadonlyArray<readonly [what: string, script: Script, reason: RegExp]> = [
    ['no answer at all', () => undefined, /none was complete within 300ms/],
    ['a head that never ends', (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Le'), /none was complete within 300ms/],
    ['a body that never ends', (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'), /none was complete within 300ms/],
    ['a body dripping for ever', (socket) => drip(socket), /none was complete within 300ms/],
    ['a connection closed before the answer', (socket) => void socket.end(), /cut before the answer was complete/],
    ['a connection reset before the answer', (socket) => void socket.resetAndDestroy(), /cut before the answer was complete/],
    ['half a body, then closed', (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'), /cut before the answer was complete/],
    ['half a chunked body, then closed', (socket) => void socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal'), /cut before the answer was complete/],
    ['half a body, then reset', (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', () => socket.resetAndDestroy()), /cut before the answer was complete/],
    ['a head that is none', (socket) => void socket.write('HTTP/1.1 200 OK\r\nNo colon\r\n\r\n'), /answer is not HTTP/],
    ['another protocol', (socket) => void socket.end('220 smtp ready\r\n'), /answer is not HTTP/],
  ]
  for (const [what, script, reason] of cases) {
    test(what, async () => {
      const server = await scriptedServer(script)
      // What hangs is given up soon; what is cut must be seen to be, also on a busy machine.
      const target = open({ url: server.url, timeout: reason.source.includes('300ms') ? '300ms' : '15s' })
      const error = await failure(target)
      expect(error).toBeInstanceOf(Retry)
      expect(error.message).toMatch(reason)
      await target.close()
      await until(() => server.connections().open === 0, 'the connection is given up')
    })
  }

  test('a kept connection that is cut when it is used again: the next attempt goes over another', async () => {
    const server = await scriptedServer((socket, _request, index) => void (index === 1 ? socket.resetAndDestroy() : socket.write(reply(200))))
    const target = open({ url: server.url })
    await target.send('x', {}, signal)
    expect(await failure(target)).toBeInstanceOf(Retry)
    expect((await target.send('x', {}, signal)).status).toBe(200)
    expect(server.taken.length).toBe(3)
  })

  test('a port nobody listens on, a name nobody has', async () => {
    const refused = await failure(open({ url: 'http://127.0.0.1:1/' }))
    expect([refused instanceof Retry, refused.message]).toEqual([true, 'cannot send to http://127.0.0.1:1: nothing listens there (ECONNREFUSED). Start the target, or check the port.'])
    expect(await failure(open({ url: 'http://no-such-host.invalid/', timeout: '5s' }))).toBeInstanceOf(Retry)
  })
})

test('a stopped output waits for nothing', async () => {
  const server = await scriptedServer(() => undefined)
  const stopper = new AbortController()
  const target = open({ url: server.url })
  const waiting = failure(target, 'x', stopper.signal)
  await until(() => server.taken.length === 1, 'the request is under way')
  stopper.abort()
  expect((await waiting).message).toMatch(/the output was stopped/)
  expect((await failure(target, 'x', stopper.signal)).message).toMatch(/the output was stopped/)
  expect(server.taken.length).toBe(1)
})

test('a server that refuses a large body before it has read it is understood', async () => {
  const server = createServer((request, response) => {
    response.writeHead(413, { Connection: 'close' }).end('too large')
    setTimeout(() => request.socket.destroySoon(), 50)
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as { port: number }
  const target = open({ url: `http://127.0.0.1:${port}`, compression: 'none' })
  for (let i = 0; i < 5; i++) expect(await failure(target, 'x'.repeat(8_000_000))).toBeInstanceOf(TooLarge)
})

describe('TLS', () => {
  test('takes an authority, a certificate to log in with, and the new ones once they are renewed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sawlog-tls-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const path = (name: string): string => join(directory, name)
    certificate(directory, 'server', 'IP:127.0.0.1')
    certificate(directory, 'client', 'DNS:client')
    const pem = (name: string): Buffer => readFileSync(path(name))
    const server = await scriptedServer(always(reply(200, 'ok', { Connection: 'close' })), { key: pem('server.key'), cert: pem('server.crt'), ca: pem('client.crt'), requestCert: true, rejectUnauthorized: true })
    const tls = { ca: path('server.crt'), cert: path('client.crt'), key: path('client.key') }
    expect((await open({ url: server.url, tls }).send('x', {}, signal)).status).toBe(200)
    expect((await open({ url: server.url, tls: { ...tls, ca: undefined, verify: false } }).send('x', {}, signal)).status).toBe(200)
    const stranger = await failure(open({ url: server.url, tls: { cert: tls.cert, key: tls.key } }))
    expect(stranger.message).toMatch(/signed by an authority that is not known here .*`tls.ca`/)
    expect(await failure(open({ url: server.url, tls: { ca: tls.ca } }))).toBeInstanceOf(Retry)

    writeFileSync(path('ca.pem'), pem('client.crt'))
    const target = open({ url: server.url, tls: { ...tls, ca: path('ca.pem') } })
    expect(await failure(target)).toBeInstanceOf(Retry)
    writeFileSync(path('ca.pem'), pem('server.crt'))
    expect((await target.send('x', {}, signal)).status).toBe(200)
  })

  test('names the file it cannot read', () => {
    expect(() => open({ url: 'https://127.0.0.1:1', tls: { ca: '/no/such.pem' } })).toThrow(/^cannot read tls\.ca from \/no\/such\.pem: .*ENOENT.*Check the path/)
    expect(() => open({ url: 'https://127.0.0.1:1', tls: { cert: 'package.json', key: 'package.json' } })).toThrow(/^cannot use the certificates of tls: .*Check that package\.json/)
  })
})

describe('the options', () => {
  const url = 'http://a.example/in'
  const wrong: ReadonlyArray<readonly [options: object, message: RegExp]> = [
    [{}, /./], [{ url: 'a.example' }, /expected a URL such as/], [{ url: 'ftp://a.example' }, /expected a URL such as/], [{ url: 'http://' }, /expected a URL such as/],
    [{ url: 'http://me:hidden-pw@a.example' }, /put them under `auth`/], [{ url: `${url}#x` }, /without "#"/],
    [{ url, auth: {} }, /a token, or user and password/], [{ url, auth: { token: 'a', user: 'b', password: 'c' } }, /a token, or/], [{ url, auth: { user: 'b' } }, /a token, or/],
    [{ url, auth: { token: 'abc\n' } }, /without blanks and line breaks/], [{ url, auth: { user: 'a:b', password: 'c' } }, /without ":"/],
    [{ url, headers: { 'a b': 'c' } }, /header names/], [{ url, headers: { a: 'b\r\nc: d' } }, /without control characters/], [{ url, headers: { 'Content-Length': '5' } }, /Sawlog sets itself/],
    [{ url, tls: { cert: 'a' } }, /together/], [{ url, timeout: '0s' }, /./], [{ url, compression: 'br' }, /./], [{ url, retries: 3 }, /./],
  ]
  for (const [options, message] of wrong) {
    test(`refuse ${JSON.stringify(options)}`, () => {
      const result = schema.safeParse(options)
      const said = result.success ? '' : result.error.issues.map((issue) => issue.message).join('\n')
      expect(said).toMatch(message)
      expect(said).not.toContain('hidden-pw')
    })
  }
})

function drip(socket: { write(text: string): void; destroyed: boolean }): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n')
  const timer = setInterval(() => void (socket.destroyed ? clearInterval(timer) : socket.write('.')), 20)
}

/** Self-signed, so that it is its own authority. */
function certificate(directory: string, name: string, alternative: string): void {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternative}`,
    '-keyout', join(directory, `${name}.key`), '-out', join(directory, `${name}.crt`)], { stdio: 'ignore' })
}
