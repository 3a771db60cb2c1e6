// What the built server survives as a whole: a kill in mid-batch, damage on disk, records and lines without measure, smaller limits.
import { appendFileSync, createWriteStream, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { countJsonl } from '../crash/count-stores.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { peakMemory } from './peak-memory.ts'
import { freshDirectory, journalRecords, startSawlog, until } from './sawlog.ts'

const CONFIG = 'sources: [{ type: http }, { type: file, name: app, paths: [app.log], sweep: 50ms }]\noutputs: [{ type: jsonl, path: out.jsonl }]\n'

test('scenario 23: killed in mid-batch, again and again, every line of the file is stored and delivered once', async () => {
  const directory = freshDirectory()
  writeFileSync(join(directory, 'app.log'), numbered('file', 0, 60_000, 60))
  for (let round = 0; round < 4; round++) {
    const sawlog = await startSawlog(CONFIG, { directory })
    const before = (await sawlog.stats()).total
    if (round < 3) await until(async () => (await sawlog.stats()).total > before || (await sawlog.stats()).total === 60_000, 'some lines are stored')
    if (round < 3) await sawlog.kill()
    else {
      await until(async () => {
        const { total, outputs } = await sawlog.stats()
        return total === 60_000 && outputs[0]?.lag === 0
      }, 'all lines are stored and delivered')
      expect(await sawlog.stop()).toBe(0)
    }
  }
  expect(countNumbered(journalRecords(directory), { file: 60_000 })).toEqual(exactlyOnce(60_000))
  expect(await countJsonl(join(directory, 'out.jsonl'), { file: 60_000 })).toEqual(exactlyOnce(60_000))
})

test('scenarios 28 and 29: a torn frame is read again; a damaged one is quarantined and filled from the file it came from', async () => {
  const directory = freshDirectory()
  const log = join(directory, 'app.log')
  writeFileSync(log, numbered('file', 0, 100))
  let sawlog = await startSawlog(CONFIG, { directory })
  for (let batch = 1; batch <= 5; batch++) {
    await until(async () => (await sawlog.stats()).total === batch * 100, `batch ${batch} is stored`)
    if (batch < 5) appendFileSync(log, numbered('file', batch * 100, batch * 100 + 100))
  }
  await sawlog.kill()
  const folder = join(directory, 'data/journal')
  const segment = join(folder, readdirSync(folder).find((name) => name.endsWith('.jsonl')) as string)
  const bytes = readFileSync(segment)
  // One letter of a record in the second hundred, and half of the last frame.
  const middle = bytes.indexOf('"line 150"')
  bytes.write('L', middle + 1)
  writeFileSync(segment, bytes.subarray(0, bytes.indexOf('"line 450"')))
  sawlog = await startSawlog(CONFIG, { directory })
  const problem = await sawlog.problem(/is damaged at byte/)
  expect(problem.remedy).toMatch(/quarantine/)
  await until(async () => {
    const records = journalRecords(directory).filter(({ erased }) => erased !== true)
    return records.length >= 500
  }, 'the damaged stretch and the torn end are read again')
  expect(await sawlog.stop()).toBe(0)
  expect(countNumbered(journalRecords(directory), { file: 500 })).toEqual(exactlyOnce(500))
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

test('scenario 33: a stop with unacknowledged batches in flight loses none that was acknowledged and stores the file to where it says', async () => {
  const directory = freshDirectory()
  writeFileSync(join(directory, 'app.log'), numbered('file', 0, 100_000, 100))
  let sawlog = await startSawlog(CONFIG, { directory })
  const answered: number[] = []
  const posts = Array.from({ length: 40 }, (_, n) => sawlog.post(numbered('http', n * 10, n * 10 + 10), { 'Idempotency-Key': `k${n}` }).then(({ status }) => (status === 200 ? answered.push(n) : 0), () => 0))
  await until(() => answered.length > 3, 'some requests are answered')
  expect(await sawlog.stop()).toBe(0)
  await Promise.all(posts)
  sawlog = await startSawlog(CONFIG, { directory })
  for (let n = 0; n < 40; n++) expect((await sawlog.post(numbered('http', n * 10, n * 10 + 10), { 'Idempotency-Key': `k${n}` })).status).toBe(200)
  await until(async () => (await sawlog.stats()).total === 100_400, 'everything is stored', 30_000)
  expect(await sawlog.stop()).toBe(0)
  expect(countNumbered(journalRecords(directory), { file: 100_000, http: 400 })).toEqual(exactlyOnce(100_400))
})
