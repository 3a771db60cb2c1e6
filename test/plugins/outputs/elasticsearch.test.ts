// The elasticsearch output against a strict `_bulk`.
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Output } from '../../../core/define-plugin.ts'
import { Reject, Retry, TooLarge } from '../../../core/delivery-errors.ts'
import { type Cursor, StoredLine, type StoredRecord } from '../../../core/journal/stored-line.ts'
import elasticsearch from '../../../plugins/outputs/elasticsearch.ts'
import { createHost } from '../../contract/create-host.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { testOutput } from '../../contract/test-output.ts'
import { startStrictBulk, type StrictBulk } from './strict-bulk.ts'

let shared: StrictBulk
beforeAll(async () => {
  shared = await startStrictBulk()
})
afterAll(() => shared.close())

const indexOf = (directory: string): string => basename(directory).toLowerCase()
const url = 'http://127.0.0.1:9200'
testOutput({ test, expect }, elasticsearch, {
  guarantee: 'exactly-once',
  options: (directory) => ({ url: shared.url, index: indexOf(directory), document: 'record' }),
  valid: [{ url }, { url, index: 'logs-%Y.%m.%d-%H', document: 'record' }, { url: `${url}/?pipeline=p`, api_key: 'k' }, { url, auth: { user: 'a', password: 'b' } }],
  invalid: [
    {}, { url, index: '' }, { url, index: 'Logs' }, { url, index: 'a b' }, { url, index: 'logs-%y' }, { url, index: 'logs-%' }, { url, index: '_logs' }, { url, index: 'x'.repeat(256) },
    { url, api_key: 'k', auth: { token: 't' } }, { url, api_key: 'a b' }, { url, document: 'x' },
  ],
  read: (directory) => [...(shared.indices.get(indexOf(directory))?.values() ?? [])].map(({ body }) => body),
})

const START: Cursor = { segment: 1, record: 0, state: null }
const LINES = [...Array(6).keys()].map((n) => makeStoredLine(2, n, { time: `2026-11-0${n + 1}T23:59:59.999999999Z`, body: { n, msg: 'done' } }))
const { signal } = new AbortController()

async function start(options: object = {}): Promise<{ bulk: StrictBulk; output: Output }> {
  const bulk = await startStrictBulk()
  const host = await createHost(elasticsearch, { url: bulk.url, ...options }, { journal: 'j' }).setup()
  onTestFinished(async () => {
    await host.component.close?.()
    bulk.close()
    expect(bulk.refused).toEqual([])
  })
  return { bulk, output: host.component }
}

async function failure(output: Output): Promise<Error> {
  const thrown: unknown = await output.deliver(LINES, START, signal).then(() => 'delivered', (error: unknown) => error)
  expect(thrown).toBeInstanceOf(Error)
  return thrown as Error
}

test('a record goes to the index of its day, under its place in the journal, compressed and with the key', async () => {
  const { bulk, output } = await start({ index: 'logs-%Y.%m.%d', api_key: 'a2V5' })
  await output.deliver(LINES, START, signal)
  expect([...bulk.indices].map(([index, documents]) => [index, [...documents.keys()]])).toEqual(LINES.map((_, n) => [`logs-2026.11.0${n + 1}`, [`j-2-${n}`]]))
  expect(bulk.requests).toEqual([{ items: 6, authorization: 'ApiKey a2V5', gzip: true, path: expect.stringMatching(/^\/_bulk\?filter_path=/) as string }])
})

test('a pipeline in the URL is kept', async () => {
  const { bulk } = await start()
  const host = await createHost(elasticsearch, { url: `${bulk.url}/?pipeline=mine` }).setup()
  await host.component.deliver(LINES, START, signal)
  await host.component.close?.()
  expect(bulk.requests[0]?.path).toMatch(/^\/_bulk\?pipeline=mine&filter_path=/)
})

describe('a document', () => {
  const time = '2026-11-01T00:00:00.000Z'
  const common = { '@timestamp': time, log: { level: 'warn' }, host: { name: 'web1' }, tags: ['a"b'] }
  const base: Partial<StoredRecord> = { time, level: 'warn', host: 'web1', source: 'shop', tags: ['a"b'] }
  const cases: ReadonlyArray<readonly [what: string, line: StoredLine, document: unknown]> = [
    ['of a text', makeStoredLine(1, 0, { ...base, body: 'two\nlines' }), { ...common, message: 'two\nlines', labels: { source: 'shop' } }],
    ['of a text with a message in it', makeStoredLine(1, 0, { ...base, body: 'WARN hello', fields: { message: 'hello', n: 1 } }), { ...common, message: 'hello', labels: { source: 'shop' }, event: { original: 'WARN hello' }, fields: { message: 'hello', n: 1 } }],
    ['of an object', makeStoredLine(1, 0, { ...base, body: { msg: 'hi', host: 'clash' }, guessed: ['time', 'level'], error: 'odd' }), { ...common, message: 'hi', labels: { source: 'shop', guessed: 'time,level' }, body: { msg: 'hi', host: 'clash' }, error: { message: 'odd' } }],
    ['of bytes that went bad', new StoredLine(1, 0, Buffer.from('{"time":"2026')), { ...common, '@timestamp': '1970-01-01T00:00:00.000Z', log: { level: 'error' }, host: { name: '' }, tags: [], message: '{"time":"2026', labels: { source: '', guessed: 'time,level' }, error: { message: expect.stringContaining('damaged on disk') as string } }],
  ]
  for (const [what, line, document] of cases) {
    test(what, async () => {
      const { bulk, output } = await start()
      await output.deliver([line], START, signal)
      expect([...(bulk.indices.get('logs-sawlog-default')?.values() ?? [])]).toEqual([document])
    })
  }

  test('may be the stored line, whose long numbers stay, and bytes that went bad spoil nothing', async () => {
    const { bulk, output } = await start({ document: 'record' })
    const long = new StoredLine(1, 0, Buffer.from(`{"time":"${time}","level":"info","source":"","host":"","tags":[],"body":{"n":12345678901234567890}}`))
    await output.deliver([long, new StoredLine(1, 1, Buffer.from('{"time')), ...LINES], START, signal)
    expect(bulk.indices.get('logs-sawlog-default')?.size).toBe(8)
  })
})

describe('items', () => {
  test('that are there already count as stored', async () => {
    const { bulk, output } = await start()
    for (let i = 0; i < 2; i++) expect((await output.deliver(LINES, START, signal))?.rejected).toEqual([])
    expect(bulk.indices.get('logs-sawlog-default')?.size).toBe(6)
  })

  test('that fail in passing are sent again, alone; those that never fit are refused with the reason', async () => {
    const { bulk, output } = await start()
    const failing = new Map([[1, { status: 429, type: 'es_rejected_execution_exception' }], [3, { status: 400, type: 'document_parsing_exception', reason: 'failed to parse field [body.n]' }], [4, { status: 403, type: 'cluster_block_exception' }]])
    bulk.item = ({ body }) => failing.get((body as { n: number }).n) ?? null
    const error = await failure(output)
    expect(error).toBeInstanceOf(Retry)
    expect(error.message).toBe(`cannot store 2 of 6 records in ${bulk.url}: 429 es_rejected_execution_exception: because: deeper. They are sent again.`)
    failing.delete(1)
    expect((await failure(output)).message).toContain('cannot store 1 of 2 records')
    failing.delete(4)
    const done = await output.deliver(LINES, START, signal)
    expect(done?.rejected?.map(({ line, reason }) => [line.record, reason])).toEqual([[3, '400 document_parsing_exception: failed to parse field [body.n]: deeper']])
    expect(bulk.requests.map(({ items }) => items)).toEqual([6, 2, 1])
    expect([...(bulk.indices.get('logs-sawlog-default')?.keys() ?? [])].sort()).toEqual(['j-2-0', 'j-2-1', 'j-2-2', 'j-2-4', 'j-2-5'])
  })

  for (const [status, type, later] of [[503, 'unavailable_shards_exception', true], [404, 'index_not_found_exception', true], [409, 'something_else', true], [500, '', true], [404, 'other', false], [400, 'validation_exception', true], [400, 'illegal_argument_exception', false]] as const) {
    test(`with ${status} ${type} are ${later ? 'sent again' : 'refused'}`, async () => {
      const { bulk, output } = await start()
      bulk.item = () => ({ status, type })
      if (later) expect(await failure(output)).toBeInstanceOf(Retry)
      else expect((await output.deliver(LINES, START, signal))?.rejected?.length).toBe(6)
    })
  }
})

describe('an answer', () => {
  const cases: ReadonlyArray<readonly [status: number, body: string, kind: unknown, message: RegExp]> = [
    [413, 'too large', TooLarge, /413/], [429, '{"error":{"type":"circuit_breaking_exception"}}', Retry, /circuit_breaking/], [503, '', Retry, /503/], [401, '{"error":"a2V5-secret is no key"}', Reject, /401: "\{"error":"\*{8} is no key"\}"/],
    [200, '<html>welcome</html>', Retry, /not that of _bulk: "<html>/], [200, '', Retry, /not that of _bulk\./], [200, '{"errors":true,"items":[]}', Retry, /not that of _bulk/],
    [200, '{"errors":true,"items":[1,2,3,4,5,6]}', Retry, /not that of _bulk/], [200, '{"errors":true,"items":[{"index":{"status":200}},1,1,1,1,1]}', Retry, /not that of _bulk/],
  ]
  for (const [status, body, kind, message] of cases) {
    test(`${status} ${body}`, async () => {
      const { bulk, output } = await start({ api_key: 'a2V5-secret' })
      bulk.whole = () => ({ status, body })
      const error = await failure(output)
      expect(error).toBeInstanceOf(kind)
      expect(error.message).toMatch(message)
    })
  }
})
