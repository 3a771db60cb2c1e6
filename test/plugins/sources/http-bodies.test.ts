import { randomBytes } from 'node:crypto'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { raw, serve, until } from './served-http.ts'

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
