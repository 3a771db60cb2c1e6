import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { Busy } from '../../../core/emit.ts'
import { raw, serve, until } from './served-http.ts'

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

  test('names the line of an array among lines, and its element', async () => {
    const { post } = await serve()
    const { body } = await post('{"ok":1}\n{"ok":2}\n[5,{"c":1},7]\n{bad', { 'content-type': 'application/x-ndjson' })
    expect(body).toMatchObject({ accepted: 3, rejected: 3, errors: [{ line: 3, reason: 'expected an object, got a number (element 1)' }, { line: 3, reason: 'expected an object, got a number (element 3)' }, { line: 4 }] })
  })

  test('with text says that what does not fit is text, with objects and text that objects are JSON', async () => {
    const { post, host } = await serve()
    await post('a\nb', { 'content-type': 'text/plain' })
    await post('["a"]')
    await post('["a",{"b":1}]')
    await post('[{"b":1}]')
    expect(host.emitted.map(({ options }) => [options.parser, options.textToo])).toEqual([[undefined, true], [undefined, true], ['json', true], ['json', undefined]])
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
