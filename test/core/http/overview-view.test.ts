import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { mountMetrics } from '../../../core/http/metrics-routes.ts'
import { createOverview } from '../../../core/http/overview-view.ts'
import type { PageParts } from '../../../core/http/pages.ts'
import { SPANS } from '../../../core/http/span-chart.ts'
import type { MatchRequest, SearchRequest, Store } from '../../../core/search/store.ts'
import { createPages } from '../../../views/pages.tsx'
import { busyModel, flatRate, fixtureModel } from '../../fixture-model.ts'

const RECEIPT = { complete: true, reason: null, segments: 1, blocks: 1, blocksScanned: 0, pruned: { time: 0, counts: 0, bloom: 0, remembered: 0 }, bytesScanned: 0, records: 0, ms: 1 }

function fakeStore() {
  const asked = { histograms: [] as Array<{ request: MatchRequest; buckets: number }>, searches: [] as SearchRequest[] }
  const line = (n: number, level: string, tags: string[]) => ({ id: `1-${n}`, text: JSON.stringify({ time: new Date(n * 1000).toISOString(), level, source: n % 2 === 0 ? 'web' : 'worker', host: 'a', tags, body: { message: `message ${n}` } }) })
  const store = {
    histogram: async (request: MatchRequest, buckets: number) => {
      asked.histograms.push({ request, buckets })
      const width = ((request.to as number) - (request.from as number)) / buckets
      return { receipt: RECEIPT, buckets: Array.from({ length: buckets }, (_, i) => ({ from: (request.from as number) + i * width, to: (request.from as number) + (i + 1) * width, levels: { info: 600, error: 6 } })) }
    },
    search: async (request: SearchRequest) => {
      asked.searches.push(request)
      return { next: null, receipt: RECEIPT, records: [line(9, 'error', ['payment']), line(8, 'fatal', ['payment', 'auth']), line(7, 'error', ['api'])] }
    },
  } as unknown as Store
  return { store, asked }
}

describe('the chart of a span', () => {
  it('asks the store once for whole steps that end with the running one', async () => {
    const widths = { '15m': [60, 15], '1h': [60, 60], '24h': [900, 96], '7d': [7200, 84] } as const
    for (const span of ['15m', '1h', '24h', '7d'] as const) {
      const { store, asked } = fakeStore()
      const overview = createOverview(fixtureModel(), store)
      const [{ chart }] = await Promise.all([overview(span), overview(span), overview(span)])
      const [seconds, count] = widths[span]
      expect(asked.histograms.map(({ buckets }) => buckets)).toEqual([count])
      const { from, to } = (asked.histograms[0] as (typeof asked.histograms)[0]).request as { from: number; to: number }
      expect([from % (seconds * 1000), (to - from) / 1000, to > Date.now(), to - Date.now() <= seconds * 1000]).toEqual([0, seconds * count, true, true])
      expect(chart.bars).toHaveLength(count)
      expect(chart.bars[0]).toMatchObject({ seconds, levels: { trace: 0, info: 600, error: 6 } })
      expect(chart.bars.at(-1)?.seconds).toBeLessThanOrEqual(seconds)
    }
  })

  it('takes the last five minutes from memory', async () => {
    const { store, asked } = fakeStore()
    const now = Date.UTC(2026, 10, 1, 12, 0, 3)
    const { chart } = await createOverview(fixtureModel({ rate: (seconds) => flatRate(seconds, () => ({ info: 10, warn: 1 }), now) }), store)('5m')
    expect(asked.histograms).toEqual([])
    expect(chart.bars).toHaveLength(60)
    expect(chart.bars[30]).toMatchObject({ to: (chart.bars[30]?.from ?? 0) + 5000, seconds: 5, levels: { info: 50, warn: 5, error: 0 } })
    // Cut by the five minutes and by now.
    expect(chart.bars.at(-1)?.seconds).toBe(3)
  })

  it('is empty when the store cannot be asked', async () => {
    const broken = { histogram: async () => Promise.reject(new Error('closed')), search: async () => Promise.reject(new Error('closed')) } as unknown as Store
    expect(await createOverview(fixtureModel(), broken)('1h')).toEqual({ chart: { span: '1h', bars: [], complete: false }, troubles: null })
  })
})

describe('the newest troubles', () => {
  it('come with the last error of each tag and source, out of two searches', async () => {
    const { store, asked } = fakeStore()
    const { troubles } = await createOverview(fixtureModel(), store)('5m')
    expect(asked.searches.map(({ query, limit }) => [query, limit])).toEqual([[{ kind: 'level', levels: ['warn', 'error', 'fatal'] }, 8], [{ kind: 'level', levels: ['error', 'fatal'] }, 100]])
    expect(troubles?.newest.map(({ id, level, source, message }) => [id, level, source, message])).toEqual([['1-9', 'error', 'worker', 'message 9'], ['1-8', 'fatal', 'web', 'message 8'], ['1-7', 'error', 'worker', 'message 7']])
    const ids = (last: ReadonlyMap<string, { id: string }> | undefined) => Object.fromEntries([...(last ?? [])].map(([name, { id }]) => [name, id]))
    expect(ids(troubles?.lastErrors.tags)).toEqual({ payment: '1-9', auth: '1-8', api: '1-7' })
    expect(ids(troubles?.lastErrors.sources)).toEqual({ worker: '1-9', web: '1-8' })
  })
})

describe('GET /metrics/fragment', () => {
  function mounted() {
    const { store, asked } = fakeStore()
    let rendered = 0
    const pages = createPages()
    const metricsFragment: typeof pages.metricsFragment = (...given) => {
      rendered++
      return pages.metricsFragment(...given)
    }
    const app = new Hono()
    mountMetrics(app, { model: busyModel(), store, pages: { ...pages, metricsFragment } } as unknown as PageParts)
    const get = async (query: string, host = 'localhost') => (await app.request(`http://${host}/metrics/fragment${query}`)).text()
    return { get, asked, rendered: () => rendered }
  }

  it('is rendered once for all who ask within a second', async () => {
    const { get, rendered, asked } = mounted()
    const answers = await Promise.all(Array.from({ length: 50 }, () => get('?span=1h')))
    expect(new Set(answers).size).toBe(1)
    expect(rendered()).toBe(1)
    expect(asked.histograms).toHaveLength(1)
    await get('?span=24h')
    await get('?span=1h', 'other.example')
    expect(rendered()).toBe(3)
  })

  it('knows every span, and takes anything else for the default one', async () => {
    const { get } = mounted()
    for (const span of SPANS) expect((await get(`?span=${span}`)).slice(0, 80)).toContain(`/metrics/fragment?span=${span}"`)
    for (const span of ['', '?span=', '?span=2h', '?span=%3Cscript%3E']) expect((await get(span)).slice(0, 80)).toContain('/metrics/fragment?span=5m"')
  })
})
