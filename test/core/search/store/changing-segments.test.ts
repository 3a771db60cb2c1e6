// What the store finds in segments that are sealed, deleted, replaced, taken away or unreadable while it searches.
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rewriteSegment } from '../../../../core/erase/rewrite-segment.ts'
import type { SearchRequest, Store } from '../../../../core/search/store.ts'
import { createStore } from '../../../../core/search/store/create-store.ts'
import type { ReadableSegment } from '../../../../core/journal/readable-segment.ts'
import { ask, BASE, lines } from './numbered-lines.ts'
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

describe('segments that change while they are searched', () => {
  /** Lists the segments as they were before `change` happened. */
  function changing(change: () => void): { list(): ReadableSegment[] } {
    let changed = false
    return {
      list() {
        const before = [...scene.segments]
        if (!changed) change()
        changed = true
        return before
      },
    }
  }

  test('one that is sealed is found once', async () => {
    scene.raw(1, lines(0, 100))
    const raw = scene.segments[0] as ReadableSegment
    store = createStore(changing(() => {
      rmSync(raw.path)
      scene.segments.length = 0
      scene.sealed(1, lines(0, 100))
    }), { threads: 0 })
    expect((await store.count(ask('declined'))).count).toBe(100)
  })
  test('one that is sealed after it was opened is read from what is open', async () => {
    scene.raw(1, lines(0, 100))
    const counting = store.count(ask('declined'))
    rmSync((scene.segments[0] as ReadableSegment).path)
    expect((await counting).count).toBe(100)
  })
  test('one that is deleted is missing as a whole', async () => {
    scene.sealed(1, lines(0, 100))
    scene.sealed(2, lines(100, 200))
    store = createStore(changing(() => rmSync((scene.segments.shift() as ReadableSegment).path)), { threads: 0 })
    expect(await store.count(ask('declined'))).toMatchObject({ count: 100, receipt: { complete: true } })
  })
  test('one whose file was taken away is missed by the receipt', async () => {
    scene.sealed(1, lines(0, 100))
    scene.sealed(2, lines(100, 200))
    rmSync((scene.segments[0] as ReadableSegment).path)
    const missed = { complete: false, reason: 'segment 1 cannot be found' }
    expect(await store.count(ask('n:>=0'))).toMatchObject({ count: 100, receipt: missed })
    expect((await store.search(ask('n:>=0', { limit: 500 }))).receipt).toMatchObject(missed)
  })
  test('one that cannot be read is told, and the others are found', async () => {
    scene.sealed(1, lines(0, 100))
    scene.sealed(2, lines(100, 200))
    const { path } = scene.segments[0] as ReadableSegment
    rmSync(path)
    mkdirSync(path)
    expect(await store.count(ask('n:>=0'))).toMatchObject({ count: 100, receipt: { complete: false, reason: 'segment 1 cannot be read: it is not a file' } })
  })
  test('one that records are erased from is read as it was or as it is, whenever that happens', async () => {
    for (let ticks = 0; ticks < 16; ticks++) {
      const own = new StoreScene()
      own.sealed(1, lines(0, 400))
      own.sealed(2, lines(400, 800))
      const { path, index } = own.segments[0] as ReadableSegment
      const out = { data: `${path}.tmp`, index: `${index}.tmp`, name: basename(path) }
      rewriteSegment({ path, index, out, segment: 1, query: ask('n:5').query, from: null, to: null, mode: 'delete', at: 0, level: 1, dryRun: false })
      const fresh = createStore(own, { threads: 0 })
      const asked = [fresh.count(ask('n:>=0')), fresh.search(ask('n:>=0', { limit: 1000 })).then(({ records, receipt }) => ({ count: new Set(records.map(({ id }) => id)).size, receipt }))]
      for (let tick = 0; tick < ticks; tick++) await new Promise((resolve) => setImmediate(resolve))
      renameSync(out.index, index)
      renameSync(out.data, path)
      own.segments[0] = { ...(own.segments[0] as ReadableSegment), bytes: statSync(path).size }
      for (const { count, receipt } of await Promise.all(asked)) {
        expect(receipt).toMatchObject({ complete: true })
        expect(count === 800 || count === 799, `${count} after ${ticks}`).toBe(true)
      }
      await fresh.close()
      own.remove()
    }
  })
  test('a file put in place of another is not read with its index', async () => {
    scene.sealed(1, lines(0, 100))
    const first = scene.segments[0] as ReadableSegment
    await store.count(ask('n:>5'))
    const other = new StoreScene()
    other.sealed(1, lines(500, 620))
    renameSync((other.segments[0] as ReadableSegment).path, first.path)
    other.remove()
    expect(await store.count(ask('n:>=500'))).toMatchObject({ count: 120, receipt: { complete: false, reason: 'segment 1 is another file than it was' } })
  })
  test('an unsealed one is found as it grows', async () => {
    scene.raw(1, lines(0, 100))
    expect((await store.count(ask('declined'))).count).toBe(100)
    scene.segments.length = 0
    scene.raw(1, lines(0, 250))
    expect((await store.count(ask('declined'))).count).toBe(250)
    expect(await ids(ask('n:249'))).toEqual(['1-249'])
  })
})
