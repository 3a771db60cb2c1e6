import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { mountPages } from '../../core/http/mount-pages.ts'
import type { FoundRecord, SearchRequest, Store } from '../../core/search/store.ts'
import { createPages } from '../../views/pages.tsx'
import { fixtureModel, HOSTILE } from '../fixture-model.ts'

const RECEIPT = { complete: true, reason: null, segments: 3, blocks: 412, blocksScanned: 3, pruned: { time: 400, counts: 5, bloom: 4, remembered: 0 }, bytesScanned: 3_000_000, records: 12_000, ms: 18.4 }

function record(id: string, change: object = {}): FoundRecord {
  return { id, text: JSON.stringify({ time: '2026-11-01T10:15:00.013Z', level: 'error', source: 'shop', host: 'web1', tags: ['payment'], body: { msg: 'card declined', order: { id: 42 } }, ...change }) }
}

/** Answers with these, and keeps what it was asked. */
function serve(records: readonly FoundRecord[], next: string | null = null) {
  const asked: SearchRequest[] = []
  const store = { search: (request: SearchRequest) => (asked.push(request), Promise.resolve({ records: [...records], next, receipt: RECEIPT })) } as unknown as Store
  const app = new Hono()
  mountPages(app, { model: fixtureModel(), store, pages: createPages(), setLevel: () => false })
  return { asked, get: async (path: string) => {
    const answer = await app.request(path)
    return { status: answer.status, html: await answer.text() }
  } }
}

const plain = (html: string): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

test('shows the newest records without JavaScript', async () => {
  const { asked, get } = serve([record('12-7'), record('12-6', { level: 'info', body: 'GET /cart 200', error: 'not JSON' })], 'mhfyo3ul.c.2o0')
  const { status, html } = await get('/logs?q=tag%3Apayment&from=1h')
  expect([status, asked[0]?.limit, asked[0]?.order, asked[0]?.before]).toEqual([200, 100, 'newest', null])
  expect(Math.abs(Date.now() - 3_600_000 - (asked[0]?.from ?? 0))).toBeLessThan(10_000)
  const text = plain(html)
  for (const part of ['error shop card declined', 'info shop GET /cart 200', 'Did not parse: not JSON', 'read 3 of 412 blocks', 'complete', 'Older', 'CSV, gzip']) expect(text).toContain(part)
  expect(html).toContain('href="/logs/record/12-7"')
  expect(html).toContain('href="/logs?q=tag%3Apayment&amp;from=1h&amp;before=mhfyo3ul.c.2o0"')
  expect([html.includes('<script>'), html.includes('value="tag:payment"'), html.includes('aria-label="Time: Last hour"')]).toEqual([false, true, true])
})

test('marks the place of a mistake in the query, and keeps what was typed', async () => {
  const { asked, get } = serve([])
  const { status, html } = await get('/logs?q=level%3Aerror+AND')
  expect([status, asked]).toEqual([400, []])
  expect(plain(html)).toContain('AND has nothing after it')
  expect([html.includes('<mark>AND</mark>'), html.includes('value="level:error AND"')]).toEqual([true, true])
  for (const wrong of ['from=never', 'from=1h&to=2h', 'before=x']) expect((await get(`/logs?${wrong}`)).status).toBe(400)
})

test('says so when nothing matches, and where an answer is incomplete', async () => {
  expect(plain((await serve([]).get('/logs?q=nothing&from=15m')).html)).toContain('Nothing matches in this span of time')
})

test('log text stays text', async () => {
  const { script, attribute, image } = HOSTILE
  const { html } = await serve([record('1-0', { body: script, source: image, tags: [attribute], fields: { [image]: attribute } })]).get(`/logs?q=${encodeURIComponent('"</script><img>"')}`)
  expect([/<img/i.test(html), /<script(?! src="\/assets\/)/i.test(html), html.includes('onerror="')]).toEqual([false, false, false])
})
