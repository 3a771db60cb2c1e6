// Scenarios 28 to 34 where a collector forwards to a storage: what the one survives, the other must not lose or have twice.
import { randomBytes } from 'node:crypto'
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { countJsonl } from '../crash/count-stores.ts'
import { freePort } from '../crash/server-process.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { freshDirectory, journalRecords, startSawlog, type Started, until } from './sawlog.ts'
import { mountTmpfs, tmpfsMissing } from './tmpfs.ts'

interface Node {
  readonly directory: string
  /** Where `data/` is: the same, unless a disk of its own was wanted. */
  readonly home: string
  /** `more` is configuration at the top level. */
  start(more?: string): Promise<Started>
}

interface Pair {
  readonly collector: Node
  readonly storage: Node
  write(from: number, to: number, pad?: number): void
}

async function pairOf(homes: { collector?: string; storage?: string } = {}): Promise<Pair> {
  const port = await freePort()
  const node = (config: string, home: string | undefined, ...args: string[]): Node => {
    const directory = freshDirectory()
    const data = home === undefined ? [] : ['--data', join(home, 'data')]
    return { directory, home: home ?? directory, start: (more = '') => startSawlog(`${more}\n${config}`, { directory, args: [...args, ...data] }) }
  }
  const collector = node(`sources: [{ type: file, name: app, paths: [app.log], sweep: 50ms }]\noutputs: [{ type: forward, url: 'http://127.0.0.1:${port}', start: beginning, retry: { max: 500ms } }]\n`, homes.collector)
  const storage = node('sources: [{ type: http }]\noutputs: [{ type: jsonl, path: out.jsonl, start: beginning }]\n', homes.storage, '--port', String(port))
  return { collector, storage, write: (from, to, pad = 0) => appendFileSync(join(collector.directory, 'app.log'), numbered('file', from, to, pad)) }
}

async function settled(nodes: readonly Started[], total: number): Promise<void> {
  await until(async () => (await Promise.all(nodes.map((node) => node.stats()))).every((stats) => stats.total === total && stats.outputs.every(({ lag }) => lag === 0)), `${total} records are stored and delivered everywhere`, 30_000)
}

/** Stops both, then counts. */
async function expectEachOnce({ collector, storage }: Pair, running: readonly Started[], lines: number): Promise<void> {
  await settled(running, lines)
  for (const node of running) expect(await node.stop()).toBe(0)
  const expected = { file: lines }
  for (const { home } of [collector, storage]) expect(countNumbered(journalRecords(home), expected)).toEqual(exactlyOnce(lines))
  expect(await countJsonl(join(storage.directory, 'out.jsonl'), expected)).toEqual(exactlyOnce(lines))
}

const segmentsOf = ({ home }: Node): string[] => readdirSync(join(home, 'data/journal')).filter((name) => /\.jsonl$|\.json\.gz$/.test(name)).sort().map((name) => join(home, 'data/journal', name))

/** Makes the frame that holds line `n` one whose checksum is wrong. */
function damage(node: Node, n: number): void {
  const segment = segmentsOf(node).at(-1) as string
  const bytes = readFileSync(segment)
  bytes.write('L', bytes.indexOf('"line', bytes.indexOf(`"n":${n},`)) + 1)
  writeFileSync(segment, bytes)
}

test('scenario 28 on collector and storage: a torn last frame of either is dropped, and each line arrives once', { timeout: 60_000 }, async () => {
  const pair = await pairOf()
  const { collector, storage } = pair
  const record = '{"time":"2026-11-01T00:00:00.000Z","level":"info","source":"app","host":"h","tags":[],"body":{"via":"torn","n":0}}\n'
  const before = [await storage.start(), await collector.start()]
  pair.write(0, 100)
  await settled(before, 100)
  for (const node of before) await node.kill()
  appendFileSync(segmentsOf(collector).at(-1) as string, record.slice(0, 60))
  appendFileSync(segmentsOf(storage).at(-1) as string, `${record}#commit 0badc0de {"frame":9,"first":0,"cou`)
  const running = [await storage.start(), await collector.start()]
  for (const node of running) await node.problem(/dropped \d+ bytes of a frame that was never finished/)
  pair.write(100, 200)
  await expectEachOnce(pair, running, 200)
})

test('scenario 29 on a collector: what is damaged before it was forwarded is read again and arrives once', { timeout: 60_000 }, async () => {
  const pair = await pairOf()
  const { collector, storage } = pair
  let collecting = await collector.start()
  for (const from of [0, 100, 200]) {
    pair.write(from, from + 100)
    await until(async () => (await collecting.stats()).total === from + 100, 'the lines are stored')
  }
  await collecting.kill()
  damage(collector, 150)
  const storing = await storage.start()
  collecting = await collector.start()
  await collecting.problem(/is damaged at byte \d+/)
  await until(async () => (await storing.stats()).total === 300, 'every line arrives')
  await until(async () => (await collecting.stats()).outputs[0]?.lag === 0, 'all of them are acknowledged')
  for (const node of [storing, collecting]) expect(await node.stop()).toBe(0)
  for (const { home } of [collector, storage]) expect(countNumbered(journalRecords(home), { file: 300 })).toEqual(exactlyOnce(300))
})

test('scenario 29 on a storage: a damaged frame is named and kept aside, later ones survive, and the collector goes on where it stood', { timeout: 60_000 }, async () => {
  const pair = await pairOf()
  const { collector, storage } = pair
  const collecting = await collector.start()
  let storing = await storage.start()
  for (const from of [0, 100, 200]) {
    pair.write(from, from + 100)
    await settled([storing, collecting], from + 100)
  }
  await storing.kill()
  damage(storage, 150)
  storing = await storage.start()
  const { remedy } = await storing.problem(/is damaged at byte \d+: \d+ bytes belong to no valid frame/)
  expect(remedy).toMatch(/They were moved to \S+quarantine/)
  pair.write(300, 400)
  await until(() => countNumbered(journalRecords(storage.home), { file: 400 }).seen >= 300, 'new lines arrive')
  await until(async () => (await collecting.stats()).outputs[0]?.lag === 0, 'all of them are acknowledged')
  for (const node of [collecting, storing]) expect(await node.stop()).toBe(0)
  const kept = readdirSync(join(storage.home, 'data/journal/quarantine')).map((name) => readFileSync(join(storage.home, 'data/journal/quarantine', name), 'utf8')).join('')
  const aside = [...kept.matchAll(/"via":"file","n":/g)].length
  expect(aside).toBeGreaterThan(0)
  expect(countNumbered(journalRecords(storage.home), { file: 400 })).toMatchObject({ seen: 400 - aside, lost: aside, doubled: 0, strange: 0 })
  expect(await countJsonl(join(storage.directory, 'out.jsonl'), { file: 400 })).toEqual(exactlyOnce(400))
})

test('scenario 30 on collector and storage: segments are found without a catalog, one that is missing is named and back once it is put back', { timeout: 60_000 }, async () => {
  const small = 'journal: { segment_size: 8KiB }'
  const pair = await pairOf()
  const { collector, storage } = pair
  let running = [await storage.start(small), await collector.start(small)]
  for (let n = 0; n < 300; n += 75) {
    pair.write(n, n + 75)
    await settled(running, n + 75)
  }
  for (const node of running) expect(await node.stop()).toBe(0)
  const missing = [collector, storage].map((node) => segmentsOf(node)[1] as string)
  for (const file of missing) renameSync(file, join(file, '../../aside'))
  running = [await storage.start(small), await collector.start(small)]
  for (const node of running) await node.problem(/cannot find segment \d+\.json(l|\.gz) with \d+ records/)
  for (const node of running) expect(await node.stop()).toBe(0)
  for (const file of missing) renameSync(join(file, '../../aside'), file)
  for (const { home } of [collector, storage]) for (const name of readdirSync(join(home, 'data'))) if (name.startsWith('catalog.db')) rmSync(join(home, 'data', name))
  running = [await storage.start(small), await collector.start(small)]
  pair.write(300, 400)
  await expectEachOnce(pair, running, 400)
})

test('scenario 31 on collector and storage: a line beyond max_line is cut and forwarded, a record beyond the max_body of the storage becomes a dead letter, their neighbours arrive', { timeout: 60_000 }, async () => {
  const { collector, storage } = await pairOf()
  const storing = await storage.start('server: { max_body: 512KiB }')
  const collecting = await collector.start()
  const noise = (bytes: number): string => randomBytes(bytes * 0.75).toString('base64')
  const log = join(collector.directory, 'app.log')
  appendFileSync(log, `before\n${noise(3_000_000)}\nbetween\n${noise(200_000)}\nafter\n`)
  await until(async () => (await storing.stats()).total >= 4, 'what fits arrives')
  await until(async () => (await collecting.stats()).outputs[0]?.lag === 0, 'nothing waits')
  const [output] = (await collecting.stats()).outputs as unknown as Array<{ dead_letters: number }>
  expect(output?.dead_letters).toBe(1)
  for (const node of [collecting, storing]) expect(await node.stop()).toBe(0)
  expect(journalRecords(collector.home).map(({ body, error }) => [String(body).length, error])).toEqual([[6, undefined], [1024 * 1024, 'line of 3000000 bytes cut at 1048576'], [7, undefined], [200_000, undefined], [5, undefined]])
  expect(journalRecords(storage.home).map(({ body }) => String(body).length)).toEqual([6, 7, 200_000, 5])
})

describe.skipIf(tmpfsMissing !== '')(`scenario 32 on collector and storage${tmpfsMissing}`, () => {
  test('the disks of both fill and are freed: nothing crashes, and each line arrives once', { timeout: 90_000 }, async () => {
    const pair = await pairOf({ collector: mountTmpfs('size=16M'), storage: mountTmpfs('size=16M') })
    const { collector, storage } = pair
    const small = 'journal: { reserve: 1MiB, segment_size: 1MiB, max_pending: 256KiB }'
    const running = [await storage.start(small), await collector.start(small)] as const
    const [storing, collecting] = running
    pair.write(0, 500, 900)
    await settled(running, 500)
    const full = (node: Started): Promise<unknown> => until(async () => ((await node.stats()).not_ready ?? '').includes('is full'), 'its disk is full')
    const fill = ({ home }: Node): void => {
      const { bavail, bsize } = statfsSync(home)
      writeFileSync(join(home, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - 1_200_000), 1))
    }
    fill(storage)
    pair.write(500, 3000, 900)
    await full(storing)
    fill(collector)
    pair.write(3000, 6000, 900)
    await full(collecting)
    rmSync(join(collector.home, 'ballast'))
    await until(async () => (await collecting.stats()).total === 6000, 'the collector goes on by itself')
    rmSync(join(storage.home, 'ballast'))
    await expectEachOnce(pair, running, 6000)
  })
})

test('scenario 33 on collector and storage: both are stopped with batches in flight and go on where they stood', { timeout: 60_000 }, async () => {
  const LINES = 50_000
  const pair = await pairOf()
  const { collector, storage } = pair
  pair.write(0, LINES, 60)
  let running = [await collector.start(), await storage.start()]
  const [, storing] = running
  await until(async () => (await (storing as Started).stats()).total > 0, 'some lines arrive')
  const began = performance.now()
  expect(await Promise.all(running.map((node) => node.stop()))).toEqual([0, 0])
  expect(performance.now() - began).toBeLessThan(10_000)
  // Else nothing was in flight, and this tests nothing.
  expect(journalRecords(storage.home).length).toBeLessThan(LINES)
  running = [await collector.start(), await storage.start()]
  await expectEachOnce(pair, running, LINES)
})

test('scenario 34 on collector and storage: both restarted with smaller limits than what is pending, and each line arrives once', { timeout: 60_000 }, async () => {
  const pair = await pairOf()
  const { collector, storage } = pair
  pair.write(0, 2000, 500)
  let collecting = await collector.start()
  await until(async () => (await collecting.stats()).total === 2000, 'the lines wait for the storage')
  await collecting.kill()
  pair.write(2000, 3000, 500)
  const smaller = 'journal: { segment_size: 100KiB, max_pending: 4KiB }'
  const storing = await storage.start(`server: { max_body: 4KiB, max_bodies: 16KiB }\n${smaller}`)
  collecting = await collector.start(smaller)
  await expectEachOnce(pair, [storing, collecting], 3000)
})
