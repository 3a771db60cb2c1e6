import { createHash, randomBytes } from 'node:crypto'
import net from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { Busy } from '../../../core/emit.ts'
import type { Auth } from '../../../core/http/auth.ts'
import { createApp } from '../../../core/http/create-app.ts'
import { type Listening, listen } from '../../../core/http/listen.ts'
import http from '../../../plugins/sources/http.ts'
import { type FakeHost, fakeHost } from './fake-source-host.ts'

const open: Listening[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close(0)))
})

interface Served {
  readonly host: FakeHost
  readonly port: number
  readonly errors: string[]
  readonly source: Awaited<ReturnType<typeof http.setup>>
  post(body: string | Buffer, headers?: Record<string, string>, query?: string): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }>
}

async function serve(limits: Parameters<typeof fakeHost>[1] = {}, auth: Auth = 'none'): Promise<Served> {
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
function raw(port: number, parts: Array<string | Buffer>, cut?: (socket: net.Socket, got: string) => void): Promise<string> {
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

async function until(what: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!what()) {
    if (performance.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('a request', () => {
  test('is answered with what was accepted and what was not, after it is durable', async () => {
    const { post, host } = await serve()
    const steps: string[] = []
    host.durable = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      steps.push('durable')
    }
    const answer = await post('{"a":1}\nbroken\n{"b":2}', { 'content-type': 'application/x-ndjson' })
    steps.push('answered')
    expect(steps).toEqual(['durable', 'answered'])
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.body).toEqual({ accepted: 2, rejected: 1, errors: [{ line: 2, reason: expect.stringMatching(/not JSON/) as string }] })
    expect(host.lines()).toEqual(['{"a":1}', '{"b":2}'])
    expect(host.refused).toMatchObject([{ stream: 'http', line: 'broken', count: 1 }])
  })

  test('goes into the stream of its source, with a limit to its patience', async () => {
    const { post, host } = await serve()
    await post('{"a":1}', {}, '?source=caf%C3%A9%20web')
    await post('text', { 'content-type': 'text/plain' })
    expect(host.emitted.map(({ stream, options }) => [stream, options.source, options.parser])).toEqual([['café web', 'café web', 'json'], ['http', 'http', undefined]])
    for (const { options } of host.emitted) expect(options.patience).toBeGreaterThan(0)
    // Loopback is this machine, whose own name the pipeline knows.
    for (const { options } of host.emitted) expect(options.host).toBeUndefined()
  })

  test.each([['?source=', 200], [`?source=${'x'.repeat(128)}`, 200], [`?source=${'x'.repeat(129)}`, 400], ['?source=a%0Ab', 400], ['?source=a%00', 400], ['?source=%1b[31m', 400]])('with %s gets %i', async (query, want) => {
    expect((await (await serve()).post('{"a":1}', {}, query)).status).toBe(want)
  })

  test('with nothing usable is a 400 with the errors, counted, and nothing is stored', async () => {
    const { post, host } = await serve()
    const answer = await post('nope\nneither', { 'content-type': 'application/x-ndjson' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
    expect(answer.body).toMatchObject({ status: 400, accepted: 0, rejected: 2, errors: [{ line: 1 }, { line: 2 }] })
    expect([host.emitted.length, host.refused.length]).toEqual([0, 2])
  })

  test('with an empty array is fine, with an empty body is not', async () => {
    const { post, host } = await serve()
    expect((await post('[]')).body).toEqual({ accepted: 0, rejected: 0, errors: [] })
    expect((await post('')).status).toBe(400)
    expect(host.emitted).toEqual([])
  })

  test('counts all refused lines, though it lists a hundred', async () => {
    const { post, host } = await serve()
    const answer = await post(`[${'1,'.repeat(999)}{}]`)
    expect(answer.body).toMatchObject({ accepted: 1, rejected: 999 })
    expect(answer.body.errors).toHaveLength(100)
    expect(host.refused.reduce((sum, { count }) => sum + count, 0)).toBe(999)
  })

  test('that is not UTF-8 is stored and counted', async () => {
    const { post, host } = await serve()
    await post(Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n{"b":1}')]), { 'content-type': 'application/x-ndjson' })
    expect(host.lines()).toEqual(['{"a":"\ufffd"}', '{"b":1}'])
    expect(host.counted.get('invalid_utf8')).toBe(1)
  })

  test('from curl -T, chunked and after 100 Continue, is taken', async () => {
    const { port, host } = await serve()
    const got = await raw(port, ['PUT /ingest HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n'], (socket, text) => {
      if (/^HTTP\/1\.1 100 Continue\r\n\r\n$/.test(text)) socket.write('8\r\n{"a":1}\n\r\n7\r\n{"b":2}\r\n0\r\n\r\n')
    })
    expect(got).toMatch(/HTTP\/1\.1 200 OK[^]*"accepted":2/)
    expect(host.lines()).toEqual(['{"a":1}', '{"b":2}'])
  })
})

describe('compressed bodies', () => {
  const plain = Buffer.from(Array.from({ length: 50 }, (_, i) => `{"seq":${i}}`).join('\n'))
  const large = Buffer.from(Array.from({ length: 40_000 }, (_, i) => `{"seq":${i},"x":"${randomBytes(8).toString('hex')}"}`).join('\n'))
  const check = (name: string, encoding: string, pack: (bytes: Buffer) => Buffer): void => {
    test.each([['small', plain, 50], ['large', large, 40_000]] as const)(`${name}, %s`, async (_size, bytes, count) => {
      const { post, host } = await serve()
      const answer = await post(pack(bytes), { 'content-type': 'application/x-ndjson', 'content-encoding': encoding })
      expect(answer.body).toEqual({ accepted: count, rejected: 0, errors: [] })
      expect(host.bodies.used).toBe(0)
    })
  }
  check('gzip', 'gzip', (bytes) => gzipSync(bytes))
  check('gzip of several members', 'X-GZIP', (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 100)), gzipSync(bytes.subarray(100))]))
  check('gzip padded with zeros', 'gzip', (bytes) => Buffer.concat([gzipSync(bytes), Buffer.alloc(512)]))
  check('deflate', 'deflate', (bytes) => deflateSync(bytes))
  check('deflate without its header', 'deflate', (bytes) => deflateRawSync(bytes))
  check('br', 'br', (bytes) => brotliCompressSync(bytes))
  check('identity', 'identity', (bytes) => bytes)

  const refuse = (name: string, encoding: string, want: number, reason: RegExp, pack: (bytes: Buffer) => Buffer): void => {
    test.each([['small', plain], ['large', large]] as const)(`${name} are refused, %s`, async (_size, bytes) => {
      const { post, host } = await serve()
      const answer = await post(pack(bytes), { 'content-type': 'application/x-ndjson', 'content-encoding': encoding })
      expect(answer.status).toBe(want)
      expect(answer.body.detail).toMatch(reason)
      expect([host.emitted.length, host.bodies.used]).toEqual([0, 0])
    })
  }
  refuse('gzip that is none', 'gzip', 400, /not whole gzip data/, (bytes) => bytes)
  refuse('truncated gzip', 'gzip', 400, /not whole gzip data/, (bytes) => gzipSync(bytes).subarray(0, -5))
  refuse('gzip with a wrong checksum', 'gzip', 400, /not whole gzip data/, (bytes) => {
    const packed = gzipSync(bytes)
    packed[packed.length - 6] = (packed[packed.length - 6] as number) ^ 1
    return packed
  })
  refuse('gzip with more after it', 'gzip', 400, /gzip data/, (bytes) => Buffer.concat([gzipSync(bytes), Buffer.from('more')]))
  refuse('deflate with more after it', 'deflate', 400, /after the end of its deflate data/, (bytes) => Buffer.concat([deflateSync(bytes), Buffer.from('more')]))
  refuse('br with more after it', 'br', 400, /br data/, (bytes) => Buffer.concat([brotliCompressSync(bytes), Buffer.from('more')]))
  refuse('truncated br', 'br', 400, /not whole br data/, (bytes) => brotliCompressSync(bytes).subarray(0, -5))
  refuse('unknown encodings', 'zstd', 415, /"zstd"\. Send it plain, or with one of gzip, deflate, br/, (bytes) => bytes)
  refuse('stacked encodings', 'gzip, gzip', 415, /stacked/, (bytes) => gzipSync(gzipSync(bytes)))

  test('a gigabyte of zeros in a megabyte is stopped, and costs no gigabyte', async () => {
    const { post, host } = await serve({ maxInflated: 32 << 20 })
    const piece = gzipSync(Buffer.alloc(64 << 20))
    const bomb = Buffer.concat(Array.from({ length: 16 }, () => piece))
    expect(bomb.length).toBeLessThan(2 << 20)
    const before = process.memoryUsage().rss
    const answer = await post(bomb, { 'content-type': 'text/plain', 'content-encoding': 'gzip' })
    expect([answer.status, answer.body.detail]).toEqual([413, expect.stringMatching(/inflates to more than 33554432 bytes/)])
    expect(process.memoryUsage().rss - before).toBeLessThan(300 << 20)
    expect([host.emitted.length, host.bodies.used]).toEqual([0, 0])
  })
})

describe('limits', () => {
  test('a body that says it is too large is refused before it is sent', async () => {
    const { port, host } = await serve({ maxBody: 1_000 })
    const got = await raw(port, ['POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n'], (socket, text) => void (text.includes('larger than') && socket.destroy()))
    expect(got).toMatch(/HTTP\/1\.1 413 /)
    expect(host.bodies.used).toBe(0)
  })

  test('a chunked body is refused where it becomes too large', async () => {
    const { port, host } = await serve({ maxBody: 1_000 })
    const chunk = `3e8\r\n${'x'.repeat(1_000)}\r\n`
    const got = await raw(port, [`POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`, chunk, chunk])
    expect(got).toMatch(/HTTP\/1\.1 413 /)
    expect([host.emitted.length, host.bodies.used]).toEqual([0, 0])
  })

  test('a connection goes on after a refused body', async () => {
    const { post } = await serve({ maxBody: 1_000 })
    expect((await post('x'.repeat(5_000), { 'content-type': 'text/plain' })).status).toBe(413)
    expect((await post('{"a":1}')).status).toBe(200)
  })

  test('bodies in flight beyond the budget get 503 with Retry-After, and everything is given back', async () => {
    const { post, host } = await serve({ size: 1_000 })
    const waiting: Array<() => void> = []
    host.durable = () => new Promise((resolve) => void waiting.push(resolve))
    const first = post(`{"a":"${'x'.repeat(700)}"}`)
    await until(() => waiting.length === 1)
    const second = await post(`{"b":"${'x'.repeat(700)}"}`)
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1'])
    waiting[0]?.()
    expect((await first).status).toBe(200)
    expect(host.bodies.used).toBe(0)
    host.durable = async () => undefined
    expect((await post(`{"b":"${'x'.repeat(700)}"}`)).status).toBe(200)
  })

  test('a compressed body that would not fit the budget even alone is too large, not unlucky', async () => {
    const { post, host } = await serve({ size: 1 << 20 })
    const answer = await post(gzipSync(Buffer.alloc(8 << 20)), { 'content-type': 'text/plain', 'content-encoding': 'gzip' })
    expect([answer.status, host.bodies.used]).toEqual([413, 0])
  })

  test('what a compressed body becomes counts against the budget as well', async () => {
    const { post, host } = await serve({ size: 4 << 20 })
    host.bodies.take(3 << 20)
    const answer = await post(gzipSync(Buffer.from('text\n'.repeat(400_000))), { 'content-type': 'text/plain', 'content-encoding': 'gzip' })
    expect(answer.status).toBe(503)
    expect(host.bodies.used).toBe(3 << 20)
  })
})

describe('connections that break', () => {
  const head = 'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n'

  test('inside the body store nothing', async () => {
    const { port, host, errors } = await serve()
    await raw(port, [`${head}Content-Length: 100\r\n\r\nhalf a body\n`], (socket) => setTimeout(() => socket.destroy(), 30))
    await raw(port, [`${head}Transfer-Encoding: chunked\r\n\r\n5\r\nline\n\r\n`], (socket) => setTimeout(() => socket.end(), 30))
    await raw(port, [`${head}Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n`, gzipSync('x').subarray(0, 10)], (socket) => setTimeout(() => socket.resetAndDestroy(), 30))
    await until(() => host.bodies.used === 0)
    expect([host.emitted, errors]).toEqual([[], []])
  })

  test('by a Content-Length that promises more are cut at the time limit', async () => {
    const { port, host } = await serve()
    expect(await raw(port, [`${head}Content-Length: 50\r\n\r\nshort\n`])).toMatch(/^HTTP\/1\.1 408 /)
    expect([host.emitted.length, host.bodies.used]).toEqual([0, 0])
  })

  test('by a body that drips are cut at the time limit', async () => {
    const { port, host } = await serve()
    let drip: NodeJS.Timeout | undefined
    const got = await raw(port, [`${head}Transfer-Encoding: chunked\r\n\r\n`], (socket) => {
      drip ??= setInterval(() => socket.write('1\r\nx\r\n'), 50)
    })
    clearInterval(drip)
    expect(got).toMatch(/^HTTP\/1\.1 408 /)
    await until(() => host.bodies.used === 0)
    expect(host.emitted).toEqual([])
  })

  test('by a Content-Length that promises less store that much, and the rest is no request', async () => {
    const { port, host } = await serve()
    const got = await raw(port, [`${head}Content-Length: 5\r\n\r\nline\nGET stolen`])
    expect(got).toMatch(/^HTTP\/1\.1 200 /)
    expect(host.lines()).toEqual(['line'])
  })

  test('by both Content-Length and Transfer-Encoding are refused: nobody can say where the body ends', async () => {
    const { port, host } = await serve()
    expect(await raw(port, [`${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`])).toMatch(/^HTTP\/1\.1 400 /)
    expect(host.emitted).toEqual([])
  })

  test('after the body was sent leave the records stored', async () => {
    const { port, host, errors } = await serve()
    await raw(port, [`${head}Content-Length: 5\r\n\r\nline\n`], (socket) => setTimeout(() => socket.destroy(), 30))
    await until(() => host.emitted.length === 1 && host.bodies.used === 0)
    expect([host.lines(), errors]).toEqual([['line'], []])
  })
})

describe('an Idempotency-Key', () => {
  const keyed = (key: string): Record<string, string> => ({ 'content-type': 'application/x-ndjson', 'idempotency-key': key })

  test('gives a repeat the first answer, and stores once', async () => {
    const { post, host } = await serve()
    const first = await post('{"a":1}\nbad', keyed('k1'))
    const again = await post('{"a":1}\nbad', keyed('k1'))
    expect(again).toMatchObject({ status: 200, body: first.body })
    expect(host.emitted).toHaveLength(1)
    expect(host.emitted[0]?.options.key).toMatchObject({ hash: createHash('sha256').update('{"a":1}\nbad').digest('hex'), answer: first.body })
    // The lines of a repeat were counted when they first came.
    expect(host.refused).toHaveLength(1)
  })

  test('is the same for a body that is compressed another time', async () => {
    const { post, host } = await serve()
    await post('{"a":1}', keyed('k1'))
    expect((await post(gzipSync('{"a":1}'), { ...keyed('k1'), 'content-encoding': 'gzip' })).status).toBe(200)
    expect(host.emitted).toHaveLength(1)
  })

  test('lets concurrent repeats wait for the one answer', async () => {
    const { post, host } = await serve()
    let finish: () => void = () => undefined
    host.durable = () => new Promise((resolve) => {
      finish = resolve
    })
    const all = Array.from({ length: 10 }, () => post('{"a":1}', keyed('k1')))
    await until(() => host.emitted.length === 1)
    finish()
    for (const { status, body } of await Promise.all(all)) expect([status, body]).toEqual([200, { accepted: 1, rejected: 0, errors: [] }])
    expect(host.emitted).toHaveLength(1)
  })

  test('with another body is 422, also while the first is worked on', async () => {
    const { post, host } = await serve()
    let finish: () => void = () => undefined
    host.durable = () => new Promise((resolve) => {
      finish = resolve
    })
    const first = post('{"a":1}', keyed('k1'))
    await until(() => host.emitted.length === 1)
    expect((await post('{"a":2}', keyed('k1'))).status).toBe(422)
    finish()
    await first
    expect((await post('{"a":2}', keyed('k1'))).status).toBe(422)
    expect(host.emitted).toHaveLength(1)
  })

  test('is forgotten when the attempt fails: one who waits takes over', async () => {
    const { post, host } = await serve()
    let fail: (error: Error) => void = () => undefined
    let attempts = 0
    host.admit = () => {
      attempts++
      return attempts > 1 ? Promise.resolve() : new Promise((_resolve, reject) => {
        fail = reject
      })
    }
    const first = post('{"a":1}', keyed('k1'))
    await until(() => attempts === 1)
    const second = post('{"a":1}', keyed('k1'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    fail(new Busy('the disk is full'))
    expect([(await first).status, (await second).status]).toEqual([503, 200])
    expect(host.emitted).toHaveLength(1)
  })

  test('is kept apart by source and by token', async () => {
    const { post, host } = await serve({}, { tokens: { web: 'token-web', shop: 'token-shop' } })
    const as = (token: string): Record<string, string> => ({ ...keyed('k1'), authorization: `Bearer ${token}` })
    await post('{"a":1}', as('token-web'), '?source=x')
    await post('{"a":2}', as('token-web'), '?source=y')
    await post('{"a":3}', as('token-shop'), '?source=x')
    expect(host.lines()).toEqual(['{"a":1}', '{"a":2}', '{"a":3}'])
  })

  test('that is too long is refused', async () => {
    expect((await (await serve()).post('{"a":1}', keyed('k'.repeat(256)))).status).toBe(400)
  })
})

describe('a pipeline that cannot take it', () => {
  test('is 503 with Retry-After and its reason', async () => {
    const { post, host, errors } = await serve()
    host.admit = async () => {
      throw new Busy('the disk is full')
    }
    const answer = await post('{"a":1}')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(answer.body.detail).toMatch(/the disk is full\. Nothing was stored/)
    expect([host.bodies.used, errors]).toEqual([0, []])
  })

  test('is 503 when it stops before the records are on disk', async () => {
    const { post, host } = await serve()
    host.durable = async () => Promise.reject(new Error('stopped'))
    expect((await post('{"a":1}')).status).toBe(503)
  })

  test('is 500 without a word of the inside when it is broken', async () => {
    const { post, host, errors } = await serve()
    host.admit = async () => {
      throw new Error('secret')
    }
    const answer = await post('{"a":1}')
    expect([answer.status, JSON.stringify(answer.body).includes('secret'), errors.length]).toEqual([500, false, 1])
  })

  test('is 503 before the start and after the stop, which waits for running requests', async () => {
    const { post, host, source } = await serve()
    let finish: () => void = () => undefined
    host.durable = () => new Promise((resolve) => {
      finish = resolve
    })
    const running = post('{"a":1}')
    await until(() => host.emitted.length === 1)
    let stopped = false
    const stop = Promise.resolve(source.stop()).then(() => {
      stopped = true
    })
    expect((await post('{"a":2}')).status).toBe(503)
    expect(stopped).toBe(false)
    finish()
    expect((await running).status).toBe(200)
    await stop
    expect(host.lines()).toEqual(['{"a":1}'])
  })
})

test('what is sent to a locked server without a token is refused unread', async () => {
  const { port, host } = await serve({}, { tokens: { web: 'token-web' } })
  const got = await raw(port, ['POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n'], (socket, text) => void (text.includes('}') && socket.destroy()))
  expect(got).toMatch(/^HTTP\/1\.1 401 [^]*WWW-Authenticate: Bearer/i)
  expect(host.bodies.used).toBe(0)
})
