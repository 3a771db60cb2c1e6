// The http output against a strict receiver: what it sends, and what becomes of what is answered.
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Output } from '../../../core/define-plugin.ts'
import { Reject, Retry, TooLarge } from '../../../core/delivery-errors.ts'
import { maskSecrets } from '../../../core/config/mask-secrets.ts'
import { inputSchema } from '../../../core/config/option-schema.ts'
import type { Json } from '../../../core/json.ts'
import type { Cursor } from '../../../core/journal/stored-line.ts'
import http from '../../../plugins/outputs/http.ts'
import { createHost } from '../../contract/create-host.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { testOutput } from '../../contract/test-output.ts'
import { type Receiver, startReceiver } from './http-receiver.ts'

let shared: Receiver
beforeAll(async () => {
  shared = await startReceiver()
})
afterAll(() => shared.close())

const url = 'http://127.0.0.1:9/in'
testOutput({ test, expect }, http, {
  guarantee: 'at-least-once',
  options: (directory) => ({ url: `${shared.url}/${basename(directory)}`, compression: 'gzip' }),
  valid: [{ url }, { url, format: 'json', template: { text: '{message}', deep: [{ a: 1, b: ['{x.y}', null, true] }] } }, { url, format: 'text', template: 'raw' }, { url, format: 'text', template: '{time} {message:5}' }],
  invalid: [
    {}, { url: 'x' }, { url, method: 'GET' }, { url, format: 'xml' }, { url, template: '{message}' }, { url, format: 'json', template: '{message}' }, { url, format: 'text', template: { a: '{message}' } },
    { url, template: { text: '{mess age}' } }, { url, template: { text: 'a } b' } }, { url, template: [1] }, { url, format: 'text', template: 'no names' },
  ],
  read: (directory) => shared.requests.filter(({ path }) => path === `/${basename(directory)}`).flatMap(({ body }) => body.trimEnd().split('\n').map((line) => (JSON.parse(line) as { body: unknown }).body)),
})

const START: Cursor = { segment: 1, record: 0, state: null }
const LINES = ['one "quoted"', 'two\nlines', 'three \\ {braces}'].map((body, i) => makeStoredLine(1, i + 7, { body, level: 'error', source: 'shop' }))
const { signal } = new AbortController()

async function start(options: object, answer?: Receiver['answer'], settings: { name?: string; journal?: string } = {}): Promise<{ receiver: Receiver; output: Output }> {
  const receiver = await startReceiver(answer)
  const host = await createHost(http, { url: `${receiver.url}/hook`, ...options }, settings).setup()
  onTestFinished(async () => {
    await host.component.close?.()
    receiver.close()
  })
  return { receiver, output: host.component }
}

async function failure(output: Output, stop = signal): Promise<Error & { afterMs?: number | null }> {
  const thrown: unknown = await output.deliver(LINES, START, stop).then(() => 'delivered', (error: unknown) => error)
  expect(thrown).toBeInstanceOf(Error)
  return thrown as Error
}

describe('a body', () => {
  const slack = { text: '*{LEVEL}* {source}: {message}', blocks: [{ n: 1, text: '{{{host}}} {nothing}' }] }
  const first = { text: '*ERROR* shop: one "quoted"', blocks: [{ n: 1, text: '{test-host} ' }] }
  const cases: ReadonlyArray<readonly [options: object, type: string, bodies: readonly string[]]> = [
    [{}, 'application/x-ndjson', [LINES.map(({ text }) => `${text}\n`).join('')]],
    [{ format: 'json' }, 'application/json', [`[${LINES.map(({ text }) => text).join(',')}]`]],
    [{ format: 'json', one_per_request: true }, 'application/json', LINES.map(({ text }) => `${text}\n`)],
    [{ format: 'text', template: '{level} {message}' }, 'text/plain; charset=utf-8', ['error one "quoted"\nerror two\\nlines\nerror three \\ {braces}\n']],
    [{ format: 'text', template: 'raw', one_per_request: true }, 'text/plain; charset=utf-8', ['one "quoted"', 'two\nlines', 'three \\ {braces}']],
    [{ template: { m: '{message}' } }, 'application/x-ndjson', ['{"m":"one \\"quoted\\""}\n{"m":"two\\nlines"}\n{"m":"three \\\\ {braces}"}\n']],
    [{ format: 'json', template: { m: '{message}' }, headers: { 'Content-Type': 'application/vnd.mine+json' } }, 'application/vnd.mine+json', ['[{"m":"one \\"quoted\\""},{"m":"two\\nlines"},{"m":"three \\\\ {braces}"}]']],
    [{ format: 'json', template: slack, one_per_request: true, method: 'PUT' }, 'application/json', [first, { ...first, text: '*ERROR* shop: two\nlines' }, { ...first, text: '*ERROR* shop: three \\ {braces}' }].map((body) => JSON.stringify(body))],
  ]
  for (const [options, type, bodies] of cases) {
    test(`with ${JSON.stringify(options)}`, async () => {
      const { receiver, output } = await start(options)
      await output.deliver(LINES, START, signal)
      expect(receiver.requests.map(({ body }) => body)).toEqual(bodies)
      expect(new Set(receiver.requests.map(({ headers }) => headers['content-type']))).toEqual(new Set([type]))
      expect(receiver.requests[0]?.method).toBe('method' in options ? options.method : 'POST')
    })
  }
})

test('a key names the same records with the same content, and nothing else', async () => {
  const keys = async (options: object, settings: object, lines: readonly (typeof LINES)[number][]): Promise<Array<string | undefined>> => {
    const { receiver, output } = await start(options, undefined, settings)
    for (let i = 0; i < 2; i++) await output.deliver(lines, START, signal)
    return receiver.requests.map(({ headers }) => headers['idempotency-key'] as string | undefined)
  }
  const [one, again] = await keys({}, {}, LINES)
  expect(one).toMatch(/^test-journal-1\.7-1\.9-[0-9a-f]{8}$/)
  expect(again).toBe(one)
  expect((await keys({ compression: 'gzip' }, {}, LINES))[0]).toBe(one)
  const others = [...(await keys({}, { name: 'other' }, LINES)), ...(await keys({}, { journal: 'j2' }, LINES)), ...(await keys({ template: { a: '{message}' } }, {}, LINES)), ...(await keys({}, {}, LINES.slice(0, 2)))]
  expect(new Set([one, ...others]).size).toBe(5)
  const alone = await keys({ one_per_request: true }, {}, LINES)
  expect(alone.slice(0, 3).map((key) => key?.slice(0, -9))).toEqual(['test-journal-1.7-1.7', 'test-journal-1.8-1.8', 'test-journal-1.9-1.9'])
})

describe('an answer', () => {
  for (const [status, kind] of [[400, Reject], [413, TooLarge], [429, Retry], [503, Retry]] as const) {
    test(`${status} is told to the delivery`, async () => {
      const { output } = await start({}, () => ({ status, body: 'why not', headers: { 'Retry-After': '3' } }))
      const error = await failure(output)
      expect(error).toBeInstanceOf(kind)
      expect(error.message).toContain('why not')
      if (kind === Retry) expect(error.afterMs).toBe(3000)
    })
  }

  test('on one record of many refuses or delays that one only', async () => {
    let full = true
    const { receiver, output } = await start({ one_per_request: true, format: 'text', template: '{message}' }, ({ body }) => (body.startsWith('one') ? { status: 422, body: 'no quotes' } : { status: body.startsWith('three') && full ? 429 : 200 }))
    expect(await failure(output)).toBeInstanceOf(Retry)
    full = false
    const done = await output.deliver(LINES, START, signal)
    expect(done?.rejected?.map(({ line, reason }) => [line.record, reason])).toEqual([[7, `${receiver.url} answered 422: "no quotes"`]])
    expect(receiver.requests.map(({ body }) => body.split(/\W/)[0])).toEqual(['one', 'two', 'three', 'three'])
  })
})

test('stopping ends a request that hangs', async () => {
  const stopper = new AbortController()
  const { output } = await start({}, () => {
    stopper.abort()
    return null
  })
  expect((await failure(output, stopper.signal)).message).toMatch(/the output was stopped/)
})

test('nothing secret is shown', async () => {
  const secret = { url: 'https://hooks.example/services/T0/B0/abcdefghijklmnop', auth: { token: 'abcdefgh' }, headers: { 'X-Key': 'ijklmnop' } }
  expect(JSON.stringify(maskSecrets(secret as unknown as Json, inputSchema(http.options)))).not.toMatch(/abcdefgh|ijklmnop/)
  const { output } = await start({ ...secret, url: 'http://127.0.0.1:1/services/abcdefghijklmnop' })
  expect((await failure(output)).message).not.toMatch(/abcdefgh|ijklmnop/)
})
