// The loki output against a strict server of the push API.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Delivered } from '../../../core/define-plugin.ts'
import { Reject, Retry, TooLarge } from '../../../core/delivery-errors.ts'
import type { StoredLine } from '../../../core/journal/stored-line.ts'
import loki from '../../../plugins/outputs/loki.ts'
import { createHost, type Host } from '../../contract/create-host.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { testOutput } from '../../contract/test-output.ts'
import { sharedData } from '../../shared-data.ts'
import { lokiServer, type LokiServer } from './loki-server.ts'

const shared = await lokiServer({ maxLineSize: 1024 * 1024 })
afterAll(() => shared.close())

// Loki keeps a repeated entry once: "exactly once" holds as long as a record is always sent the same.
testOutput({ test, expect }, loki, {
  guarantee: 'exactly-once',
  options: (directory) => ({ url: `${shared.url}/${basename(directory)}`, line: 'raw' }),
  valid: [
    { url: 'http://loki:3100' }, { url: 'https://h/x/loki/api/v1/push', tenant: 'a', labels: { job: 'sawlog' }, metadata: { trace_id: '{trace_id}' } },
    { url: 'http://loki:3100', line: '{time} {message}', unique_times: false, max_streams: 5, labels: { text: 'text', x: '{source}-{level:5}' } },
  ],
  invalid: [
    {}, { url: 'loki:3100' }, { url: 'http://h', tenant: 'a b' }, { url: 'http://h', labels: { '1x': 'a' } }, { url: 'http://h', labels: { __x: 'a' } }, { url: 'http://h', labels: { 'a-b': 'a' } },
    { url: 'http://h', labels: { a: '{' } }, { url: 'http://h', labels: { a: '' } }, { url: 'http://h', labels: Object.fromEntries([...Array(16).keys()].map((i) => [`l${i}`, 'x'])) }, { url: 'http://h', line: 'other' },
  ],
  // Loki orders by time, and so knows nothing of the order of the journal.
  read: (directory) => shared.lines(`/${basename(directory)}`).sort((a, b) => Number(/\d+$/.exec(a)?.[0]) - Number(/\d+$/.exec(b)?.[0])),
})

const { signal } = new AbortController()
let server: LokiServer
let host: Host<typeof loki>

describe('what arrives, and what becomes of what does not', () => {
  beforeEach(async () => {
    server = await lokiServer()
  })
  afterEach(async () => {
    await host.component.close?.()
    await server.close()
    expect(server.failures).toEqual([])
  })

  async function deliver(lines: readonly StoredLine[], options: object = {}): Promise<Delivered> {
    host = await createHost(loki, { url: server.url, ...options }).setup()
    return (await host.component.deliver(lines, { segment: 1, record: 0, state: null }, signal)) ?? {}
  }

  async function failure(promise: Promise<unknown>): Promise<unknown> {
    return promise.then(() => 'nothing was thrown', (error: unknown) => error)
  }

  const at = (record: number, body: string, time: string): StoredLine => makeStoredLine(1, record, { body, time })

  test('a request has streams by label, entries by time, nanoseconds, metadata and tenant', async () => {
    const lines = [
      makeStoredLine(1, 5, { time: '2026-11-01T00:00:01.000000001Z', body: { msg: 'second', user: 7, 'trace.id': 'ab' }, source: 'app' }),
      makeStoredLine(1, 6, { time: '2026-11-01T00:00:00.5Z', body: 'first "ö"\nline', source: 'app' }),
      makeStoredLine(1, 7, { time: '2026-11-01T00:00:00.013Z', body: 'other', source: 'db', level: 'error', tags: ['x', 'y'] }),
    ]
    expect(await deliver(lines, { tenant: 'team-1', metadata: { trace_id: '{trace.id}', tags: '{tags}' } })).toEqual({ rejected: [] })
    const [request] = server.requests
    expect([request?.path, request?.headers['x-scope-orgid'], request?.headers['content-encoding'], request?.headers['content-type']]).toEqual(['/loki/api/v1/push', 'team-1', 'gzip', 'application/json'])
    expect(JSON.parse(String(request?.body))).toEqual({
      streams: [
        {
          stream: { source: 'app', level: 'info', host: 'test-host' },
          values: [['1793491200500000006', 'first "ö"\nline', { tags: 'general' }], ['1793491201000000001', '{"msg":"second","user":7,"trace.id":"ab"}', { trace_id: 'ab', tags: 'general' }]],
        },
        { stream: { source: 'db', level: 'error', host: 'test-host' }, values: [['1793491200013000007', 'other', { tags: 'x,y' }]] },
      ],
    })
  })

  test('a request has the shape that other clients send', async ({ skip }) => {
    await deliver([makeStoredLine(1, 1)], { metadata: { tags: '{tags}' } })
    const path = sharedData('wire/winston-loki.json')
    if (path === null) return skip('the captured requests are not here')
    const { scenarios } = JSON.parse(readFileSync(path, 'utf8')) as { scenarios: { ok: { requests: Array<{ path: string; body: { head: string } }> } } }
    const [theirs] = scenarios.ok.requests
    const shape = (text: string): unknown => {
      const { streams, ...rest } = JSON.parse(text) as { streams: Array<{ stream: object; values: unknown[][] }> }
      const { stream, values, ...more } = streams[0] as { stream: object; values: unknown[][] }
      return [Object.keys(rest), Object.keys(more), Object.values(stream).map((value) => typeof value)[0], values[0]?.map((part) => typeof part), String(values[0]?.[0]).length]
    }
    expect(server.requests[0]?.path).toBe(theirs?.path)
    expect(shape(String(server.requests[0]?.body))).toEqual(shape(theirs?.body.head as string))
  })

  test('records that look the same are kept apart by the digits their times do not have', async () => {
    const same = [11, 12, 13].map((record) => at(record, 'GET /health', '2026-11-01T00:00:00.000Z'))
    await deliver(same)
    await host.component.deliver(same, { segment: 1, record: 0, state: null }, signal)
    const [entries] = [...server.streams().values()]
    expect(entries?.map(({ nanos }) => nanos)).toEqual([1_793_491_200_000_000_011n, 1_793_491_200_000_000_012n, 1_793_491_200_000_000_013n])
    await deliver([at(1_234_567, 'x', '2026-11-01T00:00:00.123456Z'), at(8, 'y', '2026-11-01T00:00:00.123456789Z')], { url: `${server.url}/2` })
    expect([...server.streams('/2').values()].flat().map(({ nanos }) => nanos)).toEqual([1_793_491_200_123_456_567n, 1_793_491_200_123_456_789n])
    await deliver(same, { url: `${server.url}/3`, unique_times: false })
    expect([...server.streams('/3').values()].flat().map(({ nanos }) => nanos)).toEqual([1_793_491_200_000_000_000n])
  })

  test('labels a record does not have are left out, long ones cut, and none is replaced', async () => {
    const long = makeStoredLine(1, 1, { body: { user: `${'x'.repeat(2047)}öö`, half: '\ud800' } })
    expect(await deliver([long, makeStoredLine(1, 2)], { labels: { user: '{user}', half: '{half}' }, line: '{half}|' })).toEqual({ rejected: [] })
    expect([...server.streams()].map(([labels, entries]) => [JSON.parse(labels) as unknown, entries[0]?.line])).toEqual([
      [{ half: '\ufffd', user: 'x'.repeat(2047) }, '\ufffd|'], [{ service_name: 'unknown_service' }, '|'],
    ])
  })

  test('what Loki refuses of a batch becomes dead letters, one by one, and the rest is kept once', async () => {
    await server.close()
    server = await lokiServer({ oldest: 1_700_000_000_000_000_000n })
    const lines = [...Array(1000).keys()].map((record) => at(record, `record ${record}`, record === 137 || record === 901 ? '2020-01-01T00:00:00.000Z' : '2026-11-01T00:00:00.000Z'))
    const { rejected = [] } = await deliver(lines)
    expect(rejected.map(({ line }) => line.record)).toEqual([137, 901])
    expect(rejected[0]?.reason).toMatch(/^http:\/\/127\.0\.0\.1:\d+ answered 400: "entry for stream '.*' has timestamp too old/)
    expect(server.lines().length).toBe(998)
  })

  test('a Loki that refuses everything is asked a bounded number of times', async () => {
    await server.close()
    server = await lokiServer({ oldest: 2_000_000_000_000_000_000n })
    const lines = [...Array(1000).keys()].map((record) => at(record, `record ${record}`, '2026-11-01T00:00:00.000Z'))
    const { rejected = [] } = await deliver(lines)
    expect(rejected.length).toBe(1000)
    expect(rejected[0]?.reason).toMatch(/too old.* It was sent together with others and may have been kept\.$/s)
    expect(server.requests.length).toBeLessThanOrEqual(100)
    expect(server.requests.length).toBeGreaterThan(80)
  })

  test('times that Loki cannot tell are refused without asking it', async () => {
    const { rejected = [] } = await deliver([at(1, 'a', '2262-04-11T23:47:16.854775807Z'), at(2, 'b', '2262-04-11T23:47:16.854775808Z'), at(3, 'c', '9999-12-31T23:59:59.999Z'), makeStoredLine(1, 4, { time: 'noon' })])
    expect(rejected.map(({ line, reason }) => [line.record, reason])).toEqual([2, 3, 4].map((record) => [record, 'cannot send to Loki: its time is beyond what Loki can tell']))
    expect(server.lines()).toEqual(['a'])
  })

  test('more streams than allowed go in several requests, and are reported', async () => {
    const lines = [...Array(10).keys()].map((record) => makeStoredLine(1, record, { source: `s${record % 5}`, body: `record ${record}` }))
    expect(await deliver(lines, { max_streams: 2 })).toEqual({ rejected: [] })
    expect(server.requests.map(({ body }) => (JSON.parse(String(body)) as { streams: unknown[] }).streams.length)).toEqual([2, 2, 2, 2, 2])
    expect(server.lines().length).toBe(10)
    expect(host.problems.map(({ level, message }) => [level, message])).toEqual([['warn', 'the labels make more than 2 streams of one batch, for Loki a heavy load.']])
  })

  test('an answer decides what becomes of the batch', async () => {
    const check = async (status: number, want: unknown, afterMs?: number): Promise<void> => {
      server.instead.push({ status, body: 'said\u001b[31m', ...(afterMs === undefined ? {} : { headers: { 'retry-after': String(afterMs / 1000) } }) })
      const error = await failure(deliver([makeStoredLine(1, 1)]))
      expect(error).toBeInstanceOf(want)
      if (afterMs !== undefined) expect(error).toMatchObject({ afterMs })
      expect((error as Error).message).toMatch(/: "said\\u001b\[31m"/)
      await host.component.close?.()
    }
    await check(429, Retry, 7000)
    await check(500, Retry)
    await check(503, Retry)
    await check(260, Retry)
    await check(413, TooLarge)
    await check(401, Reject)
    await check(404, Reject)
  })
})
