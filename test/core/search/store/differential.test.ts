// Whatever is asked, the store gives what looking at every line gives: on sealed, unsealed and mixed data.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tombstone } from '../../../../core/journal/frame.ts'
import { StoredLine } from '../../../../core/journal/stored-line.ts'
import { zstd } from '../../../../core/journal/sealed/zstd.ts'
import { LEVELS } from '../../../../core/level.ts'
import { compileMatcher } from '../../../../core/search/match-record.ts'
import { parseQuery } from '../../../../core/search/parse-query.ts'
import type { Query } from '../../../../core/search/query.ts'
import type { Store } from '../../../../core/search/store.ts'
import { createStore } from '../../../../core/search/store/create-store.ts'
import { BASE, generatedLine, generatedQuery, Random, SPAN } from './generated.ts'
import { StoreScene } from './store-scene.ts'

/** Each asks the store eight times: a hundred in an ordinary run. */
const RUNS = Number(process.env['SAWLOG_PROPERTY_RUNS'] ?? 100)
const SEED = Number(process.env['SAWLOG_SEED'] ?? 1)
const LINES = 250

interface Known {
  readonly id: string
  readonly segment: number
  readonly record: number
  readonly time: number
  readonly level: string
  readonly line: StoredLine
}

/** Some records are erased: their lines keep numbers and are no records. */
function linesFrom(random: Random, segment: number): string[] {
  return Array.from({ length: LINES }, (_, i) => (random.below(60) === 0 ? tombstone(BASE, 'erased').trimEnd() : generatedLine(random, BASE + Math.floor((SPAN * (segment * LINES + i)) / (LINES * 5)))))
}

function known(scene: StoreScene): Known[] {
  const all: Known[] = []
  for (const [segment, lines] of scene.lines) {
    for (const [record, text] of lines.entries()) {
      if (text.endsWith(',"erased":true}')) continue
      const line = new StoredLine(segment, record, Buffer.from(text))
      all.push({ id: `${segment}-${record}`, segment, record, time: Date.parse(line.value.time), level: line.value.level, line })
    }
  }
  return all.sort((a, b) => b.time - a.time || b.segment - a.segment || b.record - a.record)
}

interface Asked {
  readonly text: string
  readonly query: Query
  readonly from: number | null
  readonly to: number | null
}

function ask(random: Random): Asked | null {
  const text = generatedQuery(random)
  const parsed = parseQuery(text)
  if (!parsed.ok) return null
  const from = random.below(3) === 0 ? BASE + random.below(SPAN) : null
  const to = random.below(3) === 0 ? BASE + random.below(SPAN) : null
  return { text: `${text} from ${from} to ${to}`, query: parsed.query, from, to }
}

function matching({ query, from, to }: Asked, records: readonly Known[]): Known[] {
  const matcher = compileMatcher(query, () => BASE + SPAN)
  return records.filter(({ time, line }) => (from === null || time >= from) && (to === null || time < to) && matcher.stored(line))
}

const scenes: Record<string, (scene: StoreScene, random: Random) => void> = {
  'sealed': (scene, random) => {
    for (let segment = 1; segment <= 4; segment++) scene.sealed(segment, linesFrom(random, segment))
  },
  'sealed, a line a block': (scene, random) => scene.sealed(1, linesFrom(random, 1), { linesPerBlock: 1 }),
  'sealed, without an index': (scene, random) => scene.sealed(1, linesFrom(random, 1), { index: false }),
  'unsealed': (scene, random) => {
    for (let segment = 1; segment <= 3; segment++) scene.raw(segment, linesFrom(random, segment))
  },
  'mixed': (scene, random) => {
    scene.sealed(1, linesFrom(random, 1), { linesPerBlock: 7 })
    scene.sealed(2, linesFrom(random, 2), { index: false })
    scene.sealed(3, linesFrom(random, 3), { linesPerBlock: 100 })
    scene.raw(4, linesFrom(random, 4))
    scene.raw(5, linesFrom(random, 5), { linesPerFrame: 1 })
  },
}
if (zstd !== null) scenes['sealed with Zstandard'] = (scene, random) => scene.sealed(1, linesFrom(random, 1), { compression: 'zstd' })

describe.each(Object.keys(scenes))('%s', (name) => {
  const scene = new StoreScene()
  let store: Store
  let records: Known[]

  beforeAll(() => {
    scenes[name]?.(scene, new Random(SEED))
    store = createStore(scene, { threads: 0, now: () => BASE + SPAN })
    records = known(scene)
  })
  afterAll(async () => {
    await store.close()
    scene.remove()
  })

  test(`${RUNS} queries find and count exactly what matches`, { timeout: 20_000 + RUNS * 500 }, async () => {
    const random = new Random(SEED + 1)
    let found = 0
    for (let run = 0; run < RUNS; ) {
      const asked = ask(random)
      if (asked === null) continue
      run++
      const want = matching(asked, records)
      if (want.length > 0) found++
      const request = { query: asked.query, from: asked.from, to: asked.to, budgetMs: 60_000 }
      const answer = await store.search({ ...request, limit: 1_000_000, before: null, order: 'newest' })
      expect(answer.records.map(({ id }) => id), asked.text).toEqual(want.map(({ id }) => id))
      expect(answer.records.map(({ text }) => text), asked.text).toEqual(want.map(({ line }) => line.text))
      expect(answer.receipt.complete, asked.text).toBe(true)
      const limit = 1 + random.below(20)
      const page = await store.search({ ...request, limit, before: null, order: 'newest' })
      expect(page.records.map(({ id }) => id), `${asked.text} limit ${limit}`).toEqual(want.slice(0, limit).map(({ id }) => id))
      // Twice: the second answer is partly remembered.
      for (let again = 0; again < 2; again++) expect((await store.count(request)).count, asked.text).toBe(want.length)
      for (const buckets of [1, 7, 45, 1000]) {
        const histogram = await store.histogram(request, buckets)
        expect(histogram.buckets.length, asked.text).toBeLessThanOrEqual(buckets)
        for (const { from, to, levels } of histogram.buckets) {
          const inside = want.filter(({ time }) => time >= from && time < to)
          expect(levels, `${asked.text} bucket ${from} to ${to} of ${buckets}`).toEqual(Object.fromEntries(LEVELS.map((level) => [level, inside.filter((record) => record.level === level).length]).filter(([, n]) => n !== 0)))
        }
        const sum = histogram.buckets.reduce((total, { levels }) => total + Object.values(levels).reduce((a, b) => a + b, 0), 0)
        expect(sum, asked.text).toBe(want.length)
      }
    }
    // A generator whose queries find nothing would prove nothing.
    expect(found).toBeGreaterThan(RUNS / 5)
  })

  test('pages give the whole result, each record once', async () => {
    const random = new Random(SEED + 2)
    for (let run = 0; run < 15; ) {
      const asked = ask(random)
      if (asked === null) continue
      run++
      const want = matching(asked, records).map(({ id }) => id)
      const limit = 1 + random.below(60)
      const ids: string[] = []
      let before: string | null = null
      do {
        const page = await store.search({ query: asked.query, from: asked.from, to: asked.to, budgetMs: 60_000, limit, before, order: 'newest' })
        ids.push(...page.records.map(({ id }) => id))
        before = page.next
      } while (before !== null)
      expect(ids, asked.text).toEqual(want)
    }
  })
})
