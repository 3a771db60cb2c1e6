// The otlp output against a strict receiver.
import { basename } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Delivered } from '../../../core/define-plugin.ts'
import { Reject, Retry, TooLarge } from '../../../core/delivery-errors.ts'
import type { StoredLine } from '../../../core/journal/stored-line.ts'
import otlp from '../../../plugins/outputs/otlp.ts'
import { createHost, type Host } from '../../contract/create-host.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { testOutput } from '../../contract/test-output.ts'
import { answer, otlpServer, type OtlpServer } from './otlp-server.ts'

const shared = await otlpServer()
afterAll(async () => {
  await shared.close()
  expect(shared.failures).toEqual([])
})

// The receiver drops repeats by `log.record.uid`: "exactly once" holds as long as a record is always sent the same.
for (const encoding of ['protobuf', 'json']) {
  testOutput({ test, expect }, otlp, {
    guarantee: 'exactly-once',
    options: (directory) => ({ url: `${shared.url}/${basename(directory)}`, encoding }),
    valid: [{ url: 'http://h:4318' }, { url: 'https://h/otlp/v1/logs', encoding: 'json', headers: { 'api-key': 'x' }, compression: 'none' }],
    invalid: [{}, { url: 'h:4318' }, { url: 'http://h', encoding: 'grpc' }, { url: 'http://u:p@h' }],
    read: (directory) => shared.received(`/${basename(directory)}`).map(({ body }) => body),
  })
}

const { signal } = new AbortController()
let server: OtlpServer
let host: Host<typeof otlp>
let wanted: { bad: (n: number) => boolean; unwanted: (n: number) => boolean }

describe('what arrives, and what becomes of what does not', () => {
  beforeEach(async () => {
    wanted = { bad: () => false, unwanted: () => false }
    const number = ({ body }: { body: unknown }): number => (body as { n: number }).n
    server = await otlpServer({ bad: (record) => wanted.bad(number(record)), unwanted: (record) => wanted.unwanted(number(record)) })
  })
  afterEach(async () => {
    await host.component.close?.()
    await server.close()
    expect(server.failures).toEqual([])
  })

  async function deliver(lines: readonly StoredLine[], options: object = {}): Promise<Delivered> {
    host = await createHost(otlp, { url: server.url, ...options }).setup()
    return (await host.component.deliver(lines, { segment: 1, record: 0, state: null }, signal)) ?? {}
  }

  const numbered = (count: number): StoredLine[] => [...Array(count).keys()].map((n) => makeStoredLine(1, n, { body: { n } }))
  const numbers = (): unknown[] => server.received().map(({ body }) => (body as { n: number }).n)

  for (const encoding of ['protobuf', 'json'] as const) {
    test(`records arrive whole in ${encoding}`, async () => {
      const line = makeStoredLine(3, 9, { time: '2026-11-01T00:00:00.013456789Z', level: 'error', source: 'app', host: 'web1', tags: ['payment'], body: { msg: 'card declined', n: 7 }, fields: { 'log.file.path': '/x' } })
      expect(await deliver([line], { encoding, headers: { 'api-key': 'k' } })).toEqual({ rejected: [] })
      const [request] = server.requests
      expect([request?.path, request?.headers['content-type'], request?.headers['content-encoding'], request?.headers['api-key']]).toEqual(['/v1/logs', encoding === 'json' ? 'application/json' : 'application/x-protobuf', 'gzip', 'k'])
      const [received] = server.received()
      expect({ ...received, resource: { ...received?.resource }, attributes: { ...received?.attributes }, body: { ...(received?.body as object) } }).toEqual({
        resource: { 'service.name': 'app', 'host.name': 'web1' }, time: 1_793_491_200_013_456_789n, observed: 1_793_491_200_013_456_789n, severity: 17, text: 'ERROR',
        body: { msg: 'card declined', n: 7 }, attributes: { 'log.file.path': '/x', 'log.record.uid': 'test-journal-3-9', 'sawlog.tags': ['payment'] }, traceId: '', spanId: '',
      })
    })

    test(`a partial success in ${encoding} is reported and counted, and nothing is sent again`, async () => {
      wanted.unwanted = (n) => n % 10 === 3
      expect(await deliver(numbered(50), { encoding })).toEqual({ rejected: [] })
      expect([server.requests.length, numbers().length, Object.fromEntries(host.counts)]).toEqual([1, 45, { refused_unnamed: 5 }])
      expect(host.problems.map(({ level, message }) => [level, message.replace(/\d+/g, 'N')])).toEqual([['error', 'http://N.N.N.N:N refused some records of a request and does not say which: "unwanted"']])
    })

    test(`a record at fault in ${encoding} is found, and the others arrive once`, async () => {
      wanted.bad = (n) => n === 77
      const { rejected = [] } = await deliver(numbered(300), { encoding })
      expect(rejected.map(({ line, reason }) => [line.record, reason.replace(/\d+/g, 'N')])).toEqual([[77, 'http://N.N.N.N:N answered N: "bad record"']])
      expect(numbers().sort((a, b) => Number(a) - Number(b))).toEqual([...Array(300).keys()].filter((n) => n !== 77))
      expect(server.repeats()).toBe(0)
    })
  }

  test('when all records of a request are refused it is known which', async () => {
    wanted.unwanted = () => true
    const { rejected = [] } = await deliver(numbered(3))
    expect(rejected.map(({ line }) => line.record)).toEqual([0, 1, 2])
    expect(rejected[0]?.reason).toMatch(/refused all records of a request: "unwanted"$/)
    expect(host.counts.size).toBe(0)
  })

  test('a word of warning is passed on, cut and without control characters', async () => {
    server.instead.push(answer(200, 'application/x-protobuf', 'ExportLogsServiceResponse', { partialSuccess: { errorMessage: `slow\u001b ${'𠀀'.repeat(5000)}` } }))
    expect(await deliver(numbered(3))).toEqual({ rejected: [] })
    expect(host.problems[0]).toMatchObject({ level: 'warn', message: expect.stringMatching(/took the records, but not without a word: "slow\\u001b 𠀀+\.\.\."$/u) as string })
    expect(host.problems[0]?.message.length).toBeLessThan(500)
  })

  test('an answer that cannot be read is a success: its status says so', async () => {
    for (const body of ['', 'OK', '<html>', '{"partialSuccess":7}', '{"partialSuccess":{"rejectedLogRecords":"x"}}', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f]), Buffer.from([0x0f])]) {
      for (const type of ['application/json', 'application/x-protobuf', 'text/html']) {
        server.instead.push({ status: 200, headers: { 'content-type': type }, body })
        expect(await deliver(numbered(1))).toEqual({ rejected: [] })
        expect(host.problems).toEqual([])
        await host.component.close?.()
      }
    }
  })

  test('an answer decides what becomes of the batch', async () => {
    const check = async (status: number, want: unknown, afterMs?: number): Promise<void> => {
      const said = answer(status, 'application/x-protobuf', 'Status', { message: 'because' })
      server.instead.push(afterMs === undefined ? said : { ...said, headers: { ...said.headers, 'retry-after': String(afterMs / 1000) } })
      const error = await deliver(numbered(2)).then(() => 'nothing was thrown', (thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(want)
      if (afterMs !== undefined) expect(error).toMatchObject({ afterMs })
      expect((error as Error).message).toMatch(/: "because"/)
      await host.component.close?.()
    }
    await check(429, Retry, 3000)
    await check(500, Retry)
    await check(502, Retry)
    await check(503, Retry, 1000)
    await check(504, Retry)
    await check(413, TooLarge)
    await check(401, Reject)
    await check(415, Reject)
  })
})
