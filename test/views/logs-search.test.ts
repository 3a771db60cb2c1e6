import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { NamedSearch, NamedSearches } from '../../core/http/logs-aside.ts'
import { createApp } from '../../core/http/create-app.ts'
import { mountPages } from '../../core/http/mount-pages.ts'
import type { FieldsAnswer, HistogramBucket, MatchRequest, Store } from '../../core/search/store.ts'
import { createPages } from '../../views/pages.tsx'
import { fixtureModel, HOSTILE } from '../fixture-model.ts'

const RECEIPT = { complete: true, reason: null, segments: 3, blocks: 412, blocksScanned: 3, pruned: { time: 400, counts: 5, bloom: 4, remembered: 0 }, bytesScanned: 3_000_000, records: 12_000, ms: 18.4 }
const BEGIN = Date.UTC(2026, 10, 1, 10)

interface Script {
  readonly buckets?: readonly HistogramBucket[]
  readonly fields?: FieldsAnswer['fields']
  readonly incomplete?: boolean
  readonly saved?: NamedSearches
}

function serve({ buckets = [], fields = [], incomplete = false, saved }: Script = {}) {
  const asked: MatchRequest[] = []
  const receipt = incomplete ? { ...RECEIPT, complete: false, reason: 'budget' } : RECEIPT
  const store = {
    search: () => Promise.resolve({ records: [], next: null, receipt }),
    histogram: (request: MatchRequest) => (asked.push(request), Promise.resolve({ buckets: [...buckets], receipt })),
    fields: (request: MatchRequest) => (asked.push(request), Promise.resolve({ fields: [...fields], sampled: 1000, receipt })),
  } as unknown as Store
  const app = createApp({ auth: () => 'none', notReady: () => null, routes: () => undefined, logger: { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined } as never, pages: (hono: Hono) => mountPages(hono, { model: fixtureModel(), store, pages: createPages(), setLevel: () => false, ...(saved === undefined ? {} : { saved }) }) })
  return { asked, app, get: async (path: string) => {
    const answer = await app.request(path)
    return { status: answer.status, html: await answer.text() }
  } }
}

const plain = (html: string): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

test('the histogram has a link for each bar, its text, its axis and its total', async () => {
  const buckets = [0, 1, 2, 3].map((i) => ({ from: BEGIN + i * 60_000, to: BEGIN + (i + 1) * 60_000, levels: i === 2 ? {} : { info: 1000 * (i + 1), error: 1 } }))
  const { asked, get } = serve({ buckets })
  const { status, html } = await get('/logs/histogram?q=a&from=2026-11-01T10:00:00Z&to=2026-11-01T10:04:00Z')
  expect([status, asked[0]?.from, asked[0]?.to]).toEqual([200, BEGIN, BEGIN + 240_000])
  for (const part of ['7k records', 'error 3', '60 s a bar', 'read 3 of 412 blocks', '10:01']) expect(plain(html)).toContain(part)
  expect(html.match(/class="column"/g)?.length).toBe(4)
  expect(html).toContain('href="/logs?q=a&amp;from=2026-11-01T10%3A00%3A00.000Z&amp;to=2026-11-01T10%3A01%3A00.000Z"')
  expect(html).toContain('Bar chart: 7k records (error 3, info 7k), at most 4k in a bar, at 2026-11-01 10:03:00Z')
  expect([html.match(/tabindex="0"/g)?.length, html.includes('style=')]).toEqual([1, false])
})

test('the histogram says what it cannot show', async () => {
  expect(plain((await serve().get('/logs/histogram')).html)).toContain('nothing is stored here')
  expect(plain((await serve({ incomplete: true, buckets: [{ from: BEGIN, to: BEGIN + 1000, levels: { info: 5 } }] }).get('/logs/histogram?from=1h')).html)).toMatch(/5 records so far .*incomplete: it took too long/)
})

test('the fields filter and exclude by links, and say of what their counts are', async () => {
  const fields = [{ name: 'n', values: [{ value: '1', count: 1 }], exact: false }, { name: 'level', values: [{ value: 'error', count: 12_400 }], exact: true }, { name: 'path', values: [{ value: '/a "b"', count: 7 }, { value: '/c', count: 2 }], exact: false }]
  const { html } = await serve({ fields }).get('/logs/fields?q=a+OR+level:error&from=1h')
  const text = plain(html)
  expect(text.indexOf('level')).toBeLessThan(text.indexOf('path'))
  for (const part of ['12.4k', '~7', 'Counts with ~ are of the newest 1k']) expect(text).toContain(part)
  const go = (q: string): string => `href="/logs?${new URLSearchParams({ q, from: '1h' }).toString()}"`.replaceAll('&', '&amp;')
  for (const q of ['(a OR level:error) level:error', '(a OR level:error) path:"/a \\"b\\""', '(a OR level:error) -path:"/a \\"b\\""']) expect(html).toContain(go(q))
  const active = await serve({ fields }).get('/logs/fields?q=a+level:error&from=1h')
  expect(active.html).toContain(`${go('a')} aria-current="true"`)
})

test('hostile names and values stay text, in what is shown and in what is asked', async () => {
  const fields = [HOSTILE.script, HOSTILE.image, HOSTILE.attribute, ''].map((name) => ({ name, values: [{ value: HOSTILE.attribute, count: 2 }, { value: '\u202Ea\u0000', count: 1 }], exact: true }))
  const { html } = await serve({ fields }).get('/logs/fields')
  expect([/<img/i.test(html), /<script/i.test(html), html.includes('onerror="'), html.includes('\u202E')]).toEqual([false, false, false, false])
})

test('the parts refuse what the page refuses', async () => {
  const { get, asked } = serve()
  for (const path of ['/logs/histogram?q=a+AND', '/logs/fields?from=never', '/logs/histogram?from=1h&to=2h', '/logs/complete?at=-1']) expect([path, (await get(path)).status]).toEqual([path, 400])
  expect(asked).toEqual([])
})

test('completes names and values, and tells what is wrong', async () => {
  const fields = [{ name: 'region', values: [{ value: 'eu west', count: 3 }, { value: 'us', count: 2 }], exact: true }, { name: 'my key', values: [{ value: 'x', count: 1 }], exact: true }]
  const complete = async (q: string) => JSON.parse((await serve({ fields }).get(`/logs/complete?${new URLSearchParams({ q, at: String(q.length) }).toString()}`)).html) as { from: number; options: Array<{ insert: string }>; problem: unknown }
  const check = async (q: string, from: number, inserts: readonly string[]): Promise<void> => {
    const found = await complete(q)
    expect([q, found.from, found.options.map(({ insert }) => insert)]).toEqual([q, from, inserts])
  }
  await check('a re', 2, ['region:'])
  await check('my', 0, ['"my key":'])
  await check('region:', 7, ['"eu west"', 'us'])
  await check('-region:(us OR w', 15, ['"eu west"'])
  await check('level:wa', 6, ['warn'])
  await check('"text', 5, [])
  expect((await complete('a AND')).problem).toMatchObject({ at: 2, length: 3 })
})

test('saves, refuses and deletes searches, and stays on its page', async () => {
  const kept = new Map<string, NamedSearch>()
  const saved: NamedSearches = {
    list: () => [...kept.values()],
    add: (search) => (kept.has(search.name) ? 'taken' : kept.size === 2 ? 'full' : (kept.set(search.name, search), 'added')),
    remove: (name) => kept.delete(name),
  }
  const { app, get } = serve({ saved })
  const post = (path: string, values: Record<string, string>, headers: Record<string, string> = {}) => app.request(path, { method: 'POST', body: new URLSearchParams(values), headers })
  const check = async (values: Record<string, string>, status: number): Promise<void> => expect([values, (await post('/logs/saved', values)).status]).toEqual([values, status])
  const answer = await post('/logs/saved', { name: ' Errors ', q: 'level:error', from: '1h', to: '', columns: 'n' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/logs?q=level%3Aerror&from=1h&columns=n'])
  await check({ name: 'Errors', q: '' }, 409)
  await check({ name: '', q: 'a' }, 400)
  await check({ name: 'x'.repeat(81), q: 'a' }, 400)
  await check({ name: 'a\u0007', q: 'a' }, 400)
  await check({ name: 'b', q: 'a AND' }, 400)
  await check({ name: 'b', q: 'a', from: 'never' }, 400)
  await check({ name: 'b', q: 'x'.repeat(30_000) }, 413)
  await check({ name: '<b>', q: '' }, 303)
  await check({ name: 'c', q: '' }, 409)
  expect((await post('/logs/saved', { name: 'd' }, { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://elsewhere' })).status).toBe(403)
  const { html } = await get('/logs?q=a')
  expect([plain(html).includes('Errors level:error · Last hour'), html.includes('<b>')]).toEqual([true, false])
  const gone = await post('/logs/saved/delete', { name: 'Errors', q: '//elsewhere' })
  expect([gone.status, gone.headers.get('location'), [...kept.keys()]]).toEqual([303, '/logs?q=%2F%2Felsewhere', ['<b>']])
  expect((await post('/logs/saved/delete', { name: 'Errors' })).status).toBe(404)
})
