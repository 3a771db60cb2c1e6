// Whatever is erased, afterwards the store gives exactly the rest, also where it had remembered answers; and everything erased is what looking at every line matches.
import { renameSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rewriteSegment } from '../../../core/erase/rewrite-segment.ts'
import { StoredLine } from '../../../core/journal/stored-line.ts'
import { compileMatcher } from '../../../core/search/match-record.ts'
import { parseQuery } from '../../../core/search/parse-query.ts'
import type { Query } from '../../../core/search/query.ts'
import { createStore } from '../../../core/search/store/create-store.ts'
import { BASE, generatedLine, generatedQuery, Random, SPAN } from '../search/store/generated.ts'
import { StoreScene } from '../search/store/store-scene.ts'

const RUNS = Number(process.env['SAWLOG_PROPERTY_RUNS'] ?? 60)
const SEED = Number(process.env['SAWLOG_SEED'] ?? 1)
const NOW = BASE + SPAN
const LINES = 150
const ALL: Query = { kind: 'all' }

test(`${RUNS} queries erase what they match and nothing else`, { timeout: 20_000 + RUNS * 500 }, async () => {
  const random = new Random(SEED)
  let erased = 0
  for (let run = 0; run < RUNS; ) {
    const text = generatedQuery(random)
    const parsed = parseQuery(text)
    if (!parsed.ok) continue
    run++
    const from = random.below(3) === 0 ? BASE + random.below(SPAN) : null
    const to = random.below(3) === 0 ? BASE + random.below(SPAN) : null
    const scene = new StoreScene()
    for (let segment = 1; segment <= 2; segment++) scene.sealed(segment, Array.from({ length: LINES }, (_, i) => generatedLine(random, BASE + Math.floor((SPAN * ((segment - 1) * LINES + i)) / (LINES * 2)))), { index: random.below(5) > 0 })
    const store = createStore(scene, { threads: 0, now: () => NOW })
    try {
      const ids = async (query: Query, span: { from: number | null; to: number | null } = { from: null, to: null }): Promise<string[]> =>
        (await store.search({ query, ...span, budgetMs: 60_000, limit: 10_000, before: null, order: 'newest' })).records.map(({ id }) => id)
      const before = await ids(ALL)
      const count = (await store.count({ query: parsed.query, from, to, budgetMs: 60_000 })).count
      const matcher = compileMatcher(parsed.query, () => NOW)
      const gone = new Set<string>()
      for (const [segment, lines] of scene.lines) {
        for (const [record, one] of lines.entries()) {
          const line = new StoredLine(segment, record, Buffer.from(one))
          const time = Date.parse(line.value.time)
          if ((from === null || time >= from) && (to === null || time < to) && matcher.stored(line)) gone.add(`${segment}-${record}`)
        }
      }
      expect(count, text).toBe(gone.size)

      let records = 0
      for (const { number, path, index } of scene.segments) {
        const out = { data: `${path}.tmp`, index: `${index}.tmp`, name: 'x' }
        const done = rewriteSegment({ path: path, index, out, segment: number, query: parsed.query, from, to, mode: 'delete', at: NOW, level: 1, dryRun: false })
        records += done.records
        if (done.written === null) continue
        renameSync(out.data, path)
        renameSync(out.index, index)
      }
      expect(records, text).toBe(gone.size)
      erased += records
      expect(await ids(ALL), text).toEqual(before.filter((id) => !gone.has(id)))
      expect(await ids(parsed.query, { from, to }), text).toEqual([])
      expect((await store.count({ query: parsed.query, from, to, budgetMs: 60_000 })).count, text).toBe(0)
      expect((await store.count({ query: ALL, from: null, to: null, budgetMs: 60_000 })).count, text).toBe(before.length - gone.size)
      for (const id of [...gone].slice(0, 3)) expect(await store.record(id), text).toEqual({ gone: 'deleted', since: NOW })
    } finally {
      await store.close()
      scene.remove()
    }
  }
  expect(erased).toBeGreaterThan(RUNS * 5)
})
