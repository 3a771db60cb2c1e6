// What the built server survives as a whole: a kill in mid-batch, records and lines without measure, smaller limits.
import { appendFileSync, createWriteStream, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { countJsonl } from '../crash/count-stores.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { peakMemory } from './peak-memory.ts'
import { freshDirectory, journalRecords, startSawlog, until, type Started } from './sawlog.ts'

const CONFIG = 'sources: [{ type: http }, { type: file, name: app, paths: [app.log], sweep: 50ms }]\noutputs: [{ type: jsonl, path: out.jsonl }]\n'

const segmentsOf = (directory: string): string[] => readdirSync(join(directory, 'data/journal')).filter((name) => name.endsWith('.jsonl')).map((name) => join(directory, 'data/journal', name))

/** Torn ones included. */
const linesInJournal = (directory: string): number => segmentsOf(directory).reduce((sum, file) => sum + readFileSync(file, 'latin1').split('\n').length, 0)

/** Bytes in the journal; asked often, so that a kill comes while frames are being written. */
async function journalGrows(directory: string, bytes: number): Promise<void> {
  const size = (): number => segmentsOf(directory).reduce((sum, file) => sum + statSync(file).size, 0)
  const target = size() + bytes
  const end = Date.now() + 15_000
  while (size() < target) {
    if (Date.now() > end) throw new Error(`the journal does not grow by ${bytes} bytes`)
    await new Promise(setImmediate)
  }
}

test('scenario 23: killed in mid-batch, again and again, every line of the file and every keyed post is stored and delivered once', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  const LINES = 150_000
  const POSTS = 90
  writeFileSync(join(directory, 'app.log'), numbered('file', 0, LINES, 60))
  const answered = new Set<number>()
  const post = async (sawlog: Started, n: number): Promise<void> => {
    const answer = await sawlog.post(numbered('http', n * 10, n * 10 + 10), { 'Idempotency-Key': `k${n}` }).catch(() => null)
    if (answer?.status === 200) answered.add(n)
  }
  const all = (sawlog: Started, numbers: number[]): Promise<unknown> => Promise.all(numbers.map((n) => post(sawlog, n)))
  for (let round = 0; round < 3; round++) {
    const sawlog = await startSawlog(CONFIG, { directory })
    // All that has no answer yet, and some new ones each round.
    const posts = all(sawlog, Array.from({ length: (round + 1) * 30 }, (_, n) => n).filter((n) => !answered.has(n)))
    await journalGrows(directory, 4_000_000)
    await sawlog.kill()
    await posts
    // Else the kill came too late to hit anything.
    expect(linesInJournal(directory)).toBeLessThan(LINES)
  }
  const sawlog = await startSawlog(CONFIG, { directory })
  for (const n of Array.from({ length: POSTS }, (_, n) => n).filter((n) => !answered.has(n))) await post(sawlog, n)
  expect(answered.size).toBe(POSTS)
  await settled(sawlog, LINES + POSTS * 10)
  expect(await sawlog.stop()).toBe(0)
  const expected = { file: LINES, http: POSTS * 10 }
  expect(countNumbered(journalRecords(directory), expected)).toEqual(exactlyOnce(LINES + POSTS * 10))
  expect(await countJsonl(join(directory, 'out.jsonl'), expected)).toEqual(exactlyOnce(LINES + POSTS * 10))
})

describe('scenario 31: an oversized record', () => {
  test('a line of 100 MB in a file is cut and marked, its neighbours are whole, memory stays bounded', { timeout: 60_000 }, async () => {
    const directory = freshDirectory()
    const log = join(directory, 'app.log')
    const stream = createWriteStream(log)
    stream.write('{"n":1}\n')
    for (let i = 0; i < 100; i++) if (!stream.write('x'.repeat(1_000_000))) await once(stream, 'drain')
    stream.end('\n{"n":2}\n')
    await once(stream, 'finish')
    const sawlog = await startSawlog(CONFIG, { directory })
    await until(async () => (await sawlog.stats()).total === 3, 'three lines are stored')
    expect(peakMemory(sawlog.process.pid as number)).toBeLessThan(200)
    expect(await sawlog.stop()).toBe(0)
    const [first, long, last] = journalRecords(directory)
    expect([first?.body, last?.body]).toEqual([{ n: 1 }, { n: 2 }])
    expect(String(long?.body)).toHaveLength(1024 * 1024)
    expect(long?.error).toMatch(/line of 100000000 bytes cut at 1048576/)
  })

  test('over HTTP it is refused beyond max_body and stored whole below', async () => {
    const sawlog = await startSawlog(`server: { max_body: 4MiB }\n${CONFIG}`)
    const refused = await sawlog.post(JSON.stringify({ n: 1, pad: 'x'.repeat(5_000_000) }))
    expect([refused.status, await refused.text()]).toEqual([413, expect.stringMatching(/larger than 4194304 bytes.*max_body/)])
    expect((await sawlog.post(JSON.stringify({ n: 2, pad: 'x'.repeat(3_000_000) }))).status).toBe(200)
    await until(async () => (await sawlog.stats()).outputs[0]?.lag === 0, 'it is delivered')
    expect(await sawlog.stop()).toBe(0)
    expect(journalRecords(sawlog.directory).map(({ body }) => (body as { n: number }).n)).toEqual([2])
    expect(readFileSync(join(sawlog.directory, 'out.jsonl'), 'utf8').length).toBeGreaterThan(3_000_000)
  })
})

test('scenario 34: restarted with smaller limits, nothing is lost and the new limits hold', async () => {
  const directory = freshDirectory()
  const log = join(directory, 'app.log')
  writeFileSync(log, numbered('file', 0, 2000, 500))
  let sawlog = await startSawlog(CONFIG, { directory })
  await until(async () => (await sawlog.stats()).total === 2000, 'the first lines are stored')
  await sawlog.kill()
  appendFileSync(log, `${numbered('file', 2000, 4000, 500)}${'y'.repeat(5000)}\n`)
  const smaller = `journal: { segment_size: 100KiB, max_pending: 4KiB }\nserver: { max_body: 1KiB, max_bodies: 2KiB }\n${CONFIG.replace('sweep: 50ms', 'sweep: 50ms, max_line: 2KiB')}`
  sawlog = await startSawlog(smaller, { directory })
  await until(async () => {
    const { total, outputs } = await sawlog.stats()
    return total === 4001 && outputs[0]?.lag === 0
  }, 'everything is stored and delivered')
  expect((await sawlog.post(`{"n":"${'x'.repeat(2000)}"}`)).status).toBe(413)
  expect((await sawlog.stats()).disk.segments).toBeGreaterThan(5)
  expect(await sawlog.stop()).toBe(0)
  const records = journalRecords(directory)
  const cut = records.filter(({ error }) => error !== undefined)
  expect(cut.map(({ error }) => error)).toEqual(['line of 5000 bytes cut at 2048'])
  expect(countNumbered(records.filter(({ error }) => error === undefined), { file: 4000 })).toEqual(exactlyOnce(4000))
})

test('scenario 33: a stop with unacknowledged batches in flight: each request is answered truly, the file goes on where it stood', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  const LINES = 200_000
  const POSTS = 60
  writeFileSync(join(directory, 'app.log'), numbered('file', 0, LINES, 100))
  let sawlog = await startSawlog(CONFIG, { directory })
  // Never finished: its connection must not hold the stop up, nor may half a body be stored.
  const half = connect(Number(new URL(sawlog.url).port), '127.0.0.1')
  half.on('error', () => undefined)
  half.write(`POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nhalf a body\n`)
  const answered = new Set<number>()
  const body = (n: number): string => numbered('http', n * 100, n * 100 + 100, 900)
  const posts = Array.from({ length: POSTS }, async (_, n) => {
    const answer = await sawlog.post(body(n), { 'Idempotency-Key': `k${n}` }).catch(() => null)
    if (answer?.status === 200) answered.add(n)
    else if (answer !== null) expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  })
  await until(() => answered.size > 0, 'a request is answered')
  const began = performance.now()
  expect(await sawlog.stop()).toBe(0)
  expect(performance.now() - began).toBeLessThan(10_000)
  await Promise.all(posts)
  half.destroy()
  const first = journalRecords(directory)
  for (const n of answered) expect(first.filter(({ body }) => typeof body === 'object' && body['via'] === 'http' && body['n'] === n * 100 + 99)).toHaveLength(1)
  // Else nothing was in flight, and this tests nothing.
  expect(first.length).toBeLessThan(LINES)

  sawlog = await startSawlog(CONFIG, { directory })
  for (let n = 0; n < POSTS; n++) expect((await sawlog.post(body(n), { 'Idempotency-Key': `k${n}` })).status).toBe(200)
  await settled(sawlog, LINES + POSTS * 100)
  expect(await sawlog.stop()).toBe(0)
  const expected = { file: LINES, http: POSTS * 100 }
  expect(countNumbered(journalRecords(directory), expected)).toEqual(exactlyOnce(LINES + POSTS * 100))
  expect(await countJsonl(join(directory, 'out.jsonl'), expected)).toEqual(exactlyOnce(LINES + POSTS * 100))
})

async function settled(sawlog: Started, total: number): Promise<void> {
  await until(async () => {
    const stats = await sawlog.stats()
    return stats.total === total && stats.outputs.every(({ lag }) => lag === 0)
  }, `${total} records are stored and delivered`, 30_000)
}
