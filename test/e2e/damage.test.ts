import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { countJsonl } from '../crash/count-stores.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { freshDirectory, journalRecords, startSawlog, until, type Started } from './sawlog.ts'

const CONFIG = 'sources: [{ type: http }, { type: file, name: app, paths: ["*.log"], sweep: 50ms }]\noutputs: [{ type: jsonl, path: out.jsonl }]\n'

/** Sealed or not. */
const segmentsOf = (directory: string): string[] => readdirSync(join(directory, 'data/journal')).filter((name) => /\.jsonl$|\.json\.gz$/.test(name)).sort().map((name) => join(directory, 'data/journal', name))

async function settled(sawlog: Started, total: number): Promise<void> {
  await until(async () => {
    const stats = await sawlog.stats()
    return stats.total === total && stats.outputs.every(({ lag }) => lag === 0)
  }, `${total} records are stored and delivered`)
}

test('scenario 28: a torn last frame never happened: it is dropped, what was acknowledged stands, and its sender may send it again', { timeout: 40_000 }, async () => {
  const directory = freshDirectory()
  const record = '{"time":"2026-11-01T00:00:00.000Z","level":"info","source":"http","host":"h","tags":[],"body":{"via":"torn","n":0}}\n'
  const tails = [record.repeat(5), record.slice(0, 60), `${record}#commit 0badc0de {"frame":9,"first":0,"cou`, `${record}#`]
  for (const [round, tail] of tails.entries()) {
    const sawlog = await startSawlog(CONFIG, { directory })
    if (round > 0) expect((await sawlog.problem(/dropped \d+ bytes of a frame that was never finished/)).level).toBe('info')
    expect((await sawlog.post(numbered('http', round * 100, round * 100 + 100))).status).toBe(200)
    writeFileSync(join(directory, 'app.log'), numbered('file', round * 100, round * 100 + 100), { flag: 'a' })
    await settled(sawlog, (round + 1) * 200)
    await sawlog.kill()
    appendFileSync(segmentsOf(directory).at(-1) as string, tail)
  }
  const sawlog = await startSawlog(CONFIG, { directory })
  await settled(sawlog, 800)
  expect(await sawlog.stop()).toBe(0)
  const expected = { http: 400, file: 400 }
  expect(countNumbered(journalRecords(directory), expected)).toEqual(exactlyOnce(800))
  expect(await countJsonl(join(directory, 'out.jsonl'), expected)).toEqual(exactlyOnce(800))
  expect(existsSync(join(directory, 'data/journal/quarantine'))).toBe(false)
})

test('scenario 29: bad checksums in the middle: later frames survive, files are read again, and what nobody can send again is named and kept aside', { timeout: 40_000 }, async () => {
  const directory = freshDirectory()
  let sawlog = await startSawlog(CONFIG, { directory })
  for (let n = 0; n < 300; n += 100) {
    expect((await sawlog.post(numbered('http', n, n + 100))).status).toBe(200)
    for (const name of ['app', 'gone']) {
      appendFileSync(join(directory, `${name}.log`), numbered(name, n, n + 100))
      await settled(sawlog, 3 * n + (name === 'app' ? 200 : 300))
    }
  }
  await sawlog.kill()
  const segment = segmentsOf(directory).at(-1) as string
  const bytes = readFileSync(segment)
  for (const via of ['http', 'app', 'gone']) bytes.write('L', bytes.indexOf('"line', bytes.indexOf(`{"via":"${via}","n":150,`)) + 1)
  writeFileSync(segment, bytes)
  rmSync(join(directory, 'gone.log'))
  appendFileSync(join(directory, 'app.log'), numbered('app', 300, 400))

  sawlog = await startSawlog(CONFIG, { directory })
  const damaged = await sawlog.problem(/segment \d+\.jsonl is damaged at byte \d+: \d+ bytes belong to no valid frame/)
  expect([damaged.component, damaged.level]).toEqual(['journal', 'error'])
  expect(damaged.remedy).toMatch(/They were moved to \S+quarantine\S+; what files still hold is read again, everything else in the segment is intact/)
  const lost = await sawlog.problem(/cannot read bytes \d+ to \d+ of \S+ again/)
  expect([lost.component, lost.level]).toEqual(['app', 'error'])
  expect(lost.message).toMatch(/the file is gone/)
  const told = JSON.stringify((await sawlog.stats()).problems)
  const expected = { http: 300, app: 400, gone: 300 }
  const stored = () => countNumbered(journalRecords(directory), expected)
  await until(() => stored().seen === 800, 'the damaged stretch of the file that is still there is read again, and its new lines')
  expect((await sawlog.post(numbered('more', 0, 10))).status).toBe(200)
  await until(async () => (await sawlog.stats()).outputs[0]?.lag === 0, 'all is delivered')
  expect(await sawlog.stop()).toBe(0)
  expect(told).not.toContain('BUG')

  // Each is there once, but for the hundred of each sender that cannot send again; those are in quarantine, byte for byte.
  const after = countNumbered(journalRecords(directory), { ...expected, more: 10 })
  expect([after.lost, after.doubled, after.strange]).toEqual([200, 0, 0])
  const kept = readdirSync(join(directory, 'data/journal/quarantine')).map((name) => readFileSync(join(directory, 'data/journal/quarantine', name), 'utf8')).join('')
  for (const via of ['http', 'gone']) for (let n = 100; n < 200; n++) expect(kept).toContain(`{"via":"${via}","n":${n},`)
  expect(journalRecords(directory).filter(({ erased }) => erased)).toHaveLength(300)

  // It is over: the next start finds nothing wrong and reads nothing twice.
  sawlog = await startSawlog(CONFIG, { directory })
  appendFileSync(join(directory, 'app.log'), numbered('app', 400, 500))
  await until(() => countNumbered(journalRecords(directory), { ...expected, app: 500, more: 10 }).seen === 910, 'the file is followed on')
  expect((await sawlog.stats()).problems.filter(({ message }) => message.includes('damaged at byte'))).toEqual([])
  expect(await sawlog.stop()).toBe(0)
  expect(countNumbered(journalRecords(directory), { ...expected, app: 500, more: 10 }).doubled).toBe(0)
})

test('scenario 30: segments without a catalog are found, a segment that is missing is named; put back, its records are there again', { timeout: 40_000 }, async () => {
  const directory = freshDirectory()
  const config = `journal: { segment_size: 4KiB }\n${CONFIG}`
  let sawlog = await startSawlog(config, { directory })
  for (let n = 0; n < 500; n += 25) expect((await sawlog.post(numbered('http', n, n + 25))).status).toBe(200)
  writeFileSync(join(directory, 'app.log'), numbered('file', 0, 500))
  await settled(sawlog, 1000)
  expect(await sawlog.stop()).toBe(0)
  const segments = segmentsOf(directory)
  expect(segments.length).toBeGreaterThan(6)
  const missing = segments[3] as string
  const content = readFileSync(missing)
  const within = (missing.endsWith('.gz') ? gunzipSync(content) : content).toString().split('\n').filter((line) => line.startsWith('{')).length
  const expected = { http: 500, file: 500 }

  // A catalog without the segment; a new output reads across the hole.
  renameSync(missing, join(directory, 'elsewhere'))
  sawlog = await startSawlog(config.replace('outputs: [', 'outputs: [{ type: jsonl, name: late, path: late.jsonl, start: beginning }, '), { directory })
  const problem = await sawlog.problem(new RegExp(`cannot find segment \\d+\\.json(l|\\.gz) with ${within} records`))
  expect([problem.component, problem.level]).toEqual(['journal', 'error'])
  expect(problem.remedy).toMatch(/Put the file back if it was moved; otherwise its records are gone/)
  await until(async () => (await sawlog.stats()).outputs.every(({ lag }) => lag === 0), 'the late output has all there is')
  expect(await sawlog.stop()).toBe(0)
  const late = await countJsonl(join(directory, 'late.jsonl'), expected)
  expect([late.seen, late.lost, late.doubled]).toEqual([1000 - within, within, 0])

  // Segments without a catalog, the missing one among them.
  renameSync(join(directory, 'elsewhere'), missing)
  for (const name of readdirSync(join(directory, 'data'))) if (name.startsWith('catalog.db')) rmSync(join(directory, 'data', name))
  sawlog = await startSawlog(config, { directory })
  expect((await sawlog.post(numbered('http', 500, 600))).status).toBe(200)
  appendFileSync(join(directory, 'app.log'), numbered('file', 500, 600))
  await settled(sawlog, 1200)
  // While one is sealed it is there twice.
  const numbers = new Set(segmentsOf(directory).map((file) => /\d{12}/.exec(file)?.[0]))
  expect((await sawlog.stats()).disk.segments).toBe(numbers.size)
  expect(await sawlog.stop()).toBe(0)
  const all = { http: 600, file: 600 }
  expect(countNumbered(journalRecords(directory), all)).toEqual(exactlyOnce(1200))
  expect(await countJsonl(join(directory, 'out.jsonl'), all)).toEqual(exactlyOnce(1200))
})
