import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { peakMemory } from './peak-memory.ts'
import { journalRecords, startSawlog, type Started, until } from './sawlog.ts'

const CONFIG = 'server: { max_body: 1MiB, max_bodies: 8MiB }\nsources: [{ type: http }]\n'
const JSON_TYPE = 'application/json'
const GZIP = { 'Content-Encoding': 'gzip' }

/** 60 MB that compress to 60 KB: within `max_body` until they are inflated. */
const BOMB = gzipSync(Buffer.alloc(60_000_000, '{"a":1}\n'))
const WHOLE = gzipSync('{"message":"zipped"}\n'.repeat(1000))

interface Case {
  readonly name: string
  readonly body: string | Buffer
  readonly headers: Record<string, string>
  readonly status: number
  /** What `detail` must say. */
  readonly detail: RegExp
}

const cases: readonly Case[] = [
  { name: 'text called JSON', body: 'GET / 200\nGET /x 404\n', headers: { 'Content-Type': JSON_TYPE }, status: 400, detail: /cannot use anything in the body: not JSON.*Send JSON objects, or text as text\/plain/ },
  { name: 'XML called NDJSON', body: '<a>\n<b/>\n</a>\n', headers: {}, status: 400, detail: /not JSON/ },
  { name: 'an image called JSON', body: Buffer.from('89504e470d0a1a0a0000000d49484452ff00ff', 'hex'), headers: { 'Content-Type': JSON_TYPE }, status: 400, detail: /not JSON/ },
  { name: 'half an object', body: '{"message":"torn', headers: { 'Content-Type': JSON_TYPE }, status: 400, detail: /not JSON/ },
  { name: 'a number', body: '42', headers: { 'Content-Type': JSON_TYPE }, status: 400, detail: /expected an object, got a number/ },
  { name: 'nothing', body: ' \n', headers: {}, status: 400, detail: /the body is empty/ },
  { name: 'a character set nobody knows', body: '{"a":1}', headers: { 'Content-Type': 'application/json; charset=klingon' }, status: 415, detail: /the character set "klingon" is unknown. Send UTF-8/ },
  { name: 'gzip that is none', body: '{"message":"plain"}', headers: GZIP, status: 400, detail: /not whole gzip data.*Check Content-Encoding/ },
  { name: 'gzip that is torn', body: WHOLE.subarray(0, WHOLE.length - 20), headers: GZIP, status: 400, detail: /not whole gzip data/ },
  { name: 'gzip whose checksum is wrong', body: Buffer.concat([WHOLE.subarray(0, WHOLE.length - 8), Buffer.alloc(8, 1)]), headers: GZIP, status: 400, detail: /not whole gzip data/ },
  { name: 'gzip with something behind it', body: Buffer.concat([WHOLE, Buffer.from('garbage')]), headers: GZIP, status: 400, detail: /gzip data/ },
  { name: 'gzip called brotli', body: WHOLE, headers: { 'Content-Encoding': 'br' }, status: 400, detail: /not whole br data/ },
  { name: 'gzip that explodes', body: BOMB, headers: GZIP, status: 413, detail: /inflates to more than \d+ bytes. Send smaller batches/ },
  { name: 'two encodings', body: gzipSync(WHOLE), headers: { 'Content-Encoding': 'gzip, gzip' }, status: 415, detail: /several encodings are stacked/ },
  { name: 'an encoding nobody knows', body: 'x', headers: { 'Content-Encoding': 'rot13' }, status: 415, detail: /the encoding is "rot13".*gzip, deflate, br/ },
  { name: 'more than max_body', body: Buffer.alloc(1_100_000, 'x'), headers: { 'Content-Type': 'text/plain' }, status: 413, detail: /larger than 1048576 bytes.*server\.max_body/ },
]

test('scenario 40: a body that is not what it says is refused with what is wrong and what to do; what comes after it is stored', async () => {
  const sawlog = await startSawlog(CONFIG)
  for (const { name, body, headers, status, detail } of cases) {
    const answer = await sawlog.post(body, headers)
    const text = await answer.text()
    expect([name, answer.status, answer.headers.get('content-type')]).toEqual([name, status, 'application/problem+json'])
    expect((JSON.parse(text) as { detail: string }).detail, name).toMatch(detail)
    expect((await sawlog.post(JSON.stringify({ after: name }))).status).toBe(200)
  }
  expect(await sawlog.stop()).toBe(0)
  expect(journalRecords(sawlog.directory).map(({ body }) => body)).toEqual(cases.map(({ name }) => ({ after: name })))
})

test('scenario 40: good lines among bad ones are stored, and the answer names each bad one by its line', async () => {
  const sawlog = await startSawlog(CONFIG)
  const answer = await sawlog.post('{"n":1}\n{"n":\n\n{"n":3}\nnot json\n"text"\n17\n')
  expect(answer.status).toBe(200)
  const { accepted, rejected, errors } = (await answer.json()) as { accepted: number; rejected: number; errors: Array<{ line: number; reason: string }> }
  expect([accepted, rejected, errors.map(({ line }) => line)]).toEqual([3, 3, [2, 5, 7]])
  for (const { reason } of errors) expect(reason).toMatch(/not JSON|expected an object/)
  // A string is taken for a line of text, which is none. Refused lines are counted with the next frame.
  const stats = await until(async () => {
    const now = await sawlog.stats()
    return now.parse_errors === 3 && now
  }, 'three parse errors are counted')
  expect(stats.parse_error_samples.map(({ line }) => line).toSorted()).toEqual(['17', 'not json', '{"n":'])
  expect(await sawlog.stop()).toBe(0)
  expect(journalRecords(sawlog.directory)).toHaveLength(3)
})

test('scenario 40: bombs from many senders at once stay within memory, and honest senders are served meanwhile', async () => {
  const sawlog = await startSawlog(CONFIG)
  const before = peakMemory(sawlog.process.pid as number)
  const bombs = Promise.all(Array.from({ length: 40 }, async () => (await sawlog.post(BOMB, GZIP)).status))
  const honest: number[] = []
  for (let n = 0; n < 20; n++) honest.push((await sawlog.post(JSON.stringify({ n }))).status)
  // 413: inflates too far; 503: with the others more than max_bodies.
  expect((await bombs).filter((status) => status !== 413 && status !== 503)).toEqual([])
  expect(honest.filter((status) => status !== 200 && status !== 503)).toEqual([])
  expect(honest.filter((status) => status === 200).length).toBeGreaterThan(0)
  // 8 MiB of bodies are allowed; the rest is what zlib and the collector leave lying about.
  expect(peakMemory(sawlog.process.pid as number) - before).toBeLessThan(80)
  expect(await sawlog.stop()).toBe(0)
  expect(journalRecords(sawlog.directory)).toHaveLength(honest.filter((status) => status === 200).length)
})

test('scenario 40: what comes under the content type of peers is looked at no less: bombs, torn bodies and headers that lie are refused, lines that are no records of Sawlog are kept as they came', async () => {
  const sawlog = await startSawlog(CONFIG)
  const peer = { 'Content-Type': 'application/vnd.sawlog.lines; version=1', 'Sawlog-Stream': `${'a'.repeat(32)}/out/0/0123456789abcdef`, 'Sawlog-Range': '1.0-1.5', 'Sawlog-Run': '0123456789abcdef', 'Sawlog-Via': 'aaaaaaaa' }
  const refused: ReadonlyArray<readonly [string | Buffer, Record<string, string>, number]> = [
    [BOMB, GZIP, 413],
    [Buffer.alloc(1_100_000, 'x'), {}, 413],
    [WHOLE.subarray(0, WHOLE.length - 20), GZIP, 400],
    ['{"time":"2026-11-01T00:00:00.000Z","level":"info","so', {}, 400],
    ['{}\n', { 'Sawlog-Stream': '../../etc/passwd' }, 400],
    ['{}\n', { 'Sawlog-Range': '5.0-1.0' }, 400],
    ['{}\n', { 'Sawlog-Range': '1.0-99999999999999999999.0' }, 400],
    ['{}\n', { 'Sawlog-Via': 'x,'.repeat(2000) }, 400],
    ['{}\n', { 'Content-Type': 'application/vnd.sawlog.lines; version=2' }, 415],
  ]
  for (const [index, [body, headers, status]] of refused.entries()) {
    const answer = await sawlog.post(body, { ...peer, ...headers })
    expect([index, answer.status, answer.headers.get('content-type')]).toEqual([index, status, 'application/problem+json'])
    await answer.text()
  }
  const good = '{"time":"2026-11-01T00:00:00.000Z","level":"info","source":"app","host":"h","tags":[],"body":{"n":1}}'
  const bad = ['not JSON', `{"body":${'['.repeat(100_000)}`, '{"body":1}', '#commit 00000000 {"frame":1}', '42']
  const answer = await sawlog.post(`${[good, ...bad].join('\n')}\n`, { ...peer, 'Sawlog-Opens': 'yes' })
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringMatching(/"last":"1\.5"/)])
  expect((await sawlog.post('{"message":"after"}')).status).toBe(200)
  expect(await sawlog.stop()).toBe(0)
  const records = journalRecords(sawlog.directory)
  expect(records).toHaveLength(2 + bad.length)
  expect(records[0]?.body).toEqual({ n: 1 })
  expect(records.at(-1)?.body).toEqual({ message: 'after' })
  expect(records.slice(1, -1).map(({ error }) => typeof error)).toEqual(bad.map(() => 'string'))
})

test('scenario 40: a body that breaks off is not stored, nor one whose length lies', async () => {
  const sawlog = await startSawlog(CONFIG)
  await broken(sawlog, 'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nfirst line\nsecond')
  await broken(sawlog, 'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nfirst line\n\r\n')
  await broken(sawlog, 'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nnot a length\r\n')
  await broken(sawlog, '\u0016\u0003\u0001\u0002not http at all\r\n\r\n')
  expect((await sawlog.post('{"message":"whole"}')).status).toBe(200)
  expect(await sawlog.stop()).toBe(0)
  expect(journalRecords(sawlog.directory).map(({ body }) => body)).toEqual([{ message: 'whole' }])
})

async function broken({ url }: Started, request: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => undefined) // the server may reset what it cannot read
  const closed = once(socket, 'close')
  socket.end(request)
  socket.resume()
  await closed
}
