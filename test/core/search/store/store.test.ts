// What the store promises beyond finding the right records: pages, stops, ids, context, and export.
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tombstone } from '../../../../core/journal/frame.ts'
import { searchPages } from '../../../../core/search/search-pages.ts'
import type { MatchRequest, SearchRequest, Store } from '../../../../core/search/store.ts'
import { createStore } from '../../../../core/search/store/create-store.ts'
import { ask, BASE, line, lines } from './numbered-lines.ts'
import { StoreScene } from './store-scene.ts'

let scene: StoreScene
let store: Store

beforeEach(() => {
  scene = new StoreScene()
  store = createStore(scene, { threads: 0, now: () => BASE })
})
afterEach(async () => {
  await store.close()
  scene.remove()
})

const ids = async (request: SearchRequest): Promise<string[]> => (await store.search(request)).records.map(({ id }) => id)

describe('a search', () => {
  test('reads only the blocks that a page needs', async () => {
    scene.sealed(1, lines(0, 400))
    scene.sealed(2, lines(400, 800))
    const { records, receipt, next } = await store.search(ask('declined'))
    expect(records.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, i) => `2-${399 - i}`))
    expect(receipt).toMatchObject({ complete: true, reason: 'limit', segments: 2, blocksScanned: 1 })
    expect(next).not.toBeNull()
  })
  test('tells by its receipt what ruled blocks out', async () => {
    scene.sealed(1, lines(0, 400))
    expect((await store.search(ask('nowhere'))).receipt).toMatchObject({ blocks: 10, blocksScanned: 0, pruned: { bloom: 10 } })
    expect((await store.search(ask('source:other'))).receipt).toMatchObject({ blocksScanned: 0, pruned: { counts: 10 } })
    expect((await store.count(ask('', { from: BASE + 100_000, to: BASE + 110_000 }))).receipt.pruned.time).toBe(9)
  })
  test('does not read again what it remembers of blocks', async () => {
    scene.sealed(1, lines(0, 400))
    const request = ask('n:>390')
    expect(await store.count(request)).toMatchObject({ count: 9, receipt: { blocksScanned: 10 } })
    expect(await store.count(request)).toMatchObject({ count: 9, receipt: { blocksScanned: 0, pruned: { remembered: 10 } } })
  })
  test('forgets what it remembers of a segment that was rewritten', async () => {
    scene.sealed(1, lines(0, 400))
    const request = ask('n:>390')
    await store.count(request)
    scene.segments.length = 0
    scene.sealed(1, lines(0, 395))
    expect((await store.count(request)).count).toBe(4)
  })
  test('orders records of one time by their place, whichever block is read first', async () => {
    scene.sealed(1, [line(5), line(9)])
    scene.sealed(2, [line(4), line(5)])
    expect(await ids(ask('', { limit: 2 }))).toEqual(['1-1', '2-1'])
    expect(await ids(ask('', { limit: 3 }))).toEqual(['1-1', '2-1', '1-0'])
  })
  test('refuses a place that is none', async () => {
    await expect(store.search(ask('', { before: 'x.y' }))).rejects.toThrow('is no place in a result')
  })
  test('ends when it is cancelled', async () => {
    scene.sealed(1, lines(0, 400), { linesPerBlock: 1 })
    const controller = new AbortController()
    const counting = store.count(ask('n:>5', { signal: controller.signal }))
    setImmediate(() => controller.abort())
    const { receipt } = await counting
    expect(receipt).toMatchObject({ complete: false, reason: 'cancelled' })
    expect(receipt.blocksScanned).toBeLessThan(400)
  })
  test('ends when its time is up, with what it found until then', async () => {
    scene.sealed(1, lines(0, 400), { linesPerBlock: 1 })
    expect((await store.search(ask('n:>5', { budgetMs: 0 }))).receipt).toMatchObject({ complete: false, reason: 'budget' })
  })
  test('takes `time:15m` from one moment for all blocks', async () => {
    scene.sealed(1, lines(0, 10))
    store = createStore(scene, { threads: 0, now: () => BASE + 10_000 })
    expect(await ids(ask('time:3s'))).toEqual(['1-9', '1-8', '1-7'])
  })
  test('says which block it could not read and finds the others', async () => {
    scene.sealed(1, lines(0, 400))
    scene.damage(1, 0.46)
    const { count, receipt } = await store.count(ask('n:>=0'))
    expect(count).toBe(360)
    expect(receipt.complete).toBe(false)
    expect(receipt.reason).toMatch(/^a block of segment 1 with 40 records cannot be read/)
  })
})

describe('an unsealed segment of several megabytes', () => {
  test('is found in every place, whatever lies across the borders', async () => {
    const long = line(3000, 'app', `{"message":"${'x'.repeat(2_500_000)}","n":3000}`)
    const all = [...lines(0, 3000), long, ...lines(3001, 20_000)]
    scene.raw(1, all, { linesPerFrame: 700 })
    for (const n of [0, 1, 2999, 3000, 3001, 9999, 19_999]) expect(await ids(ask(`n:${n}`)), String(n)).toEqual([`1-${n}`])
    expect((await store.count(ask('n:>=0'))).count).toBe(20_000)
    expect((await store.count(ask('level:error'))).count).toBe(2000)
  })
})

describe('a record', () => {
  beforeEach(() => {
    scene.sealed(1, [...lines(0, 50), tombstone(BASE + 5000, 'erased', new Date(BASE).toISOString()).trimEnd(), ...lines(51, 100)])
    scene.sealed(3, lines(100, 200))
    scene.raw(4, lines(200, 300))
  })

  test('is found by its id', async () => {
    expect(await store.record('1-7')).toEqual({ id: '1-7', text: line(7) })
    expect(await store.record('4-99')).toEqual({ id: '4-99', text: line(299) })
  })
  test('that was deleted is told from one that never was', async () => {
    for (const [id, want] of Object.entries({
      '2-5': { gone: 'deleted' }, '1-50': { gone: 'deleted', since: BASE + 5000 }, '4-100': { gone: 'never' }, '5-0': { gone: 'never' }, '0-0': { gone: 'deleted' }, 'x': { gone: 'never' }, '1': { gone: 'never' },
    })) expect(await store.record(id), id).toEqual(want)
  })
  test('is shown among its neighbours of the same source, over segments', async () => {
    const context = await store.context('3-0', 3, 2)
    if ('gone' in context) throw new Error('gone')
    expect(context.record.id).toBe('3-0')
    expect(context.before.map(({ id }) => id)).toEqual(['1-88', '1-92', '1-96'])
    expect(context.after.map(({ id }) => id)).toEqual(['3-4', '3-8'])
    const end = await store.context('4-98', 2, 5)
    if ('gone' in end) throw new Error('gone')
    expect(end.before.map(({ id }) => id)).toEqual(['4-95', '4-97'])
    expect(end.after.map(({ id }) => id)).toEqual(['4-99'])
  })
})

describe('fields', () => {
  const request = (text: string): MatchRequest => ask(text)

  test('are counted exactly where the index tells', async () => {
    scene.sealed(1, lines(0, 2000))
    const { fields, receipt } = await store.fields(request(''), { values: 2, names: ['level', 'source', 'tags', 'n'] })
    expect(fields.find(({ name }) => name === 'level')).toEqual({ name: 'level', values: [{ value: 'info', count: 1800 }, { value: 'error', count: 200 }], exact: true })
    expect(fields.find(({ name }) => name === 'source')).toEqual({ name: 'source', values: [{ value: 'app', count: 1500 }, { value: 'web', count: 500 }], exact: true })
    expect(fields.find(({ name }) => name === 'tags')).toMatchObject({ exact: true, values: [{ value: 't0', count: 667 }, { value: 't1', count: 667 }] })
    expect(fields.find(({ name }) => name === 'n')).toMatchObject({ exact: false })
    expect(receipt.complete).toBe(true)
  })
  test('are told without reading a block where only such are asked for', async () => {
    scene.sealed(1, lines(0, 2000))
    const asInQuery = await store.fields(request(''), { values: 2, names: ['tag', 'body.n', 'body.level'] })
    expect(asInQuery.fields.map(({ name }) => name)).toEqual(['tags', 'n'])
    expect(await store.fields(request('level:error'), { values: 2, names: ['source'] })).toMatchObject({ sampled: 0, receipt: { blocksScanned: 0 }, fields: [{ values: [{ value: 'app', count: 100 }, { value: 'web', count: 100 }], exact: true }] })
  })
  test('are those of a sample where it does not', async () => {
    scene.sealed(1, lines(0, 2000))
    const { fields, sampled } = await store.fields(request('n:>100'), { values: 5 })
    expect(sampled).toBe(1000)
    expect(fields.find(({ name }) => name === 'level')).toMatchObject({ exact: false, values: [{ value: 'info', count: 900 }, { value: 'error', count: 100 }] })
    expect(fields.map(({ name }) => name)).toEqual(['level', 'source', 'host', 'tags', 'message', 'n'])
  })
})

test('an export gives the whole result once, in order', async () => {
  scene.sealed(1, lines(0, 7000), { linesPerBlock: 1000 })
  scene.raw(2, lines(7000, 12_000))
  const found: string[] = []
  for await (const { id } of store.export(ask('declined'))) found.push(id)
  expect(found).toHaveLength(12_000)
  expect(new Set(found).size).toBe(12_000)
  expect(found[0]).toBe('2-4999')
  expect(found.at(-1)).toBe('1-0')
})

test('pages and exports go on behind what cannot be read, and say so', async () => {
  scene.sealed(1, lines(0, 12_000), { linesPerBlock: 1000 })
  scene.damage(1, 0.96)
  const found: string[] = []
  const all = (async () => {
    for await (const { id } of store.export(ask('declined'))) found.push(id)
  })()
  await expect(all).rejects.toThrow(/cannot export everything: a block of segment 1 with 1000 records cannot be read/)
  expect(found).toHaveLength(11_000)
  const pages = []
  for await (const page of searchPages(store, ask('declined', { limit: 100_000 }))) pages.push(page)
  expect(pages.flatMap(({ records }) => records)).toHaveLength(11_000)
  expect(pages.at(-1)?.receipt).toMatchObject({ complete: false, reason: expect.stringContaining('cannot be read') as string })
})

describe('search threads', () => {
  const built = (path: string): URL => new URL(`../../../../dist/core/search/${path}`, import.meta.url)

  test('answer as the calling thread does', async () => {
    scene.sealed(1, lines(0, 3000))
    scene.raw(2, lines(3000, 6000))
    const threaded = createStore(scene, { threads: 2, worker: built('scan/search-worker.js') })
    for (const text of ['declined', 'n:5999', 'level:error n:<100', 'nowhere']) {
      const request = ask(text, { limit: 5000 })
      expect((await threaded.search(request)).records, text).toEqual((await store.search(request)).records)
      expect((await threaded.count(request)).count, text).toEqual((await store.count(request)).count)
    }
    await threaded.close()
  })
  test('that die fail their search, and the next search works', async () => {
    scene.sealed(1, lines(0, 100))
    const worker = pathToFileURL(join(scene.directory, 'dies.mjs'))
    scene.write('dies.mjs', `
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
const mark = fileURLToPath(new URL('./died', import.meta.url))
if (!existsSync(mark)) {
  writeFileSync(mark, '')
  process.exit(7)
}
await import(${JSON.stringify(built('scan/search-worker.js').href)})
`)
    const threaded = createStore(scene, { threads: 1, worker })
    await expect(threaded.count(ask('n:>5'))).rejects.toThrow('cannot search: a search thread ended: code 7')
    expect((await threaded.count(ask('n:>5'))).count).toBe(94)
    await threaded.close()
  })
})
