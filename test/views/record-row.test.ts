import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { mountPages } from '../../core/http/mount-pages.ts'
import type { FoundRecord, Store } from '../../core/search/store.ts'
import { ansiRuns } from '../../views/ansi-runs.ts'
import { createPages } from '../../views/pages.tsx'
import { fixtureModel } from '../fixture-model.ts'

const RECEIPT = { complete: true, reason: null, segments: 1, blocks: 1, blocksScanned: 1, pruned: { time: 0, counts: 0, bloom: 0, remembered: 0 }, bytesScanned: 1, records: 1, ms: 1 }

function record(id: string, body: unknown): FoundRecord {
  return { id, text: JSON.stringify({ time: '2026-11-01T10:15:00.013Z', level: 'error', source: 'shop', host: 'web1', tags: [], body }) }
}

async function get(path: string, one: FoundRecord, near: readonly FoundRecord[] = []): Promise<string> {
  const store = {
    search: () => Promise.resolve({ records: [one], next: null, receipt: RECEIPT }),
    record: () => Promise.resolve(one),
    histogram: () => Promise.resolve({ buckets: [], receipt: RECEIPT }),
    fields: () => Promise.resolve({ fields: [], sampled: 0, receipt: RECEIPT }),
    context: () => Promise.resolve({ record: one, before: near, after: near }),
  } as unknown as Store
  const app = new Hono()
  mountPages(app, { model: fixtureModel(), store, pages: createPages(), setLevel: () => false })
  return (await app.request(path)).text()
}

test('rows bring what they hold for browsers without scripts alone', async () => {
  const one = record('1-1', { msg: 'paid', order: { id: 42 } })
  expect(await get('/logs?charts=1', one)).toContain('<dt><bdi>order.id</bdi></dt><dd><bdi>42</bdi></dd>')
  const plain = await get('/logs', one)
  expect([plain.includes('order.id'), plain.includes('href="/logs/record/1-1"')]).toEqual([false, true])
})

test('an opened message keeps its lines', async () => {
  expect(await get('/logs/record/1-1/detail', record('1-1', 'Error: a\n  at b\n  at c'))).toContain('>Error: a\n  at b\n  at c</pre>')
})

test('a page of one record stays small beside neighbours of a megabyte, and with long names', async () => {
  const near = Array.from({ length: 10 }, (_, i) => record(`1-${i}`, 'x'.repeat(1_000_000)))
  expect((await get('/logs/record/1-50', record('1-50', 'm'), near)).length).toBeLessThan(1_000_000)
  const wide = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}${'n'.repeat(20_000)}`, 'v'.repeat(20_000)]))
  expect((await get('/logs/record/1-1/detail', record('1-1', wide))).length).toBeLessThan(1_000_000)
})

test('what is searched next keeps the columns and the looks of rows', async () => {
  const html = await get('/logs?columns=a,b&wrap=1&dense=1', record('1-1', 'm'))
  for (const [name, value] of [['columns', 'a,b'], ['wrap', '1'], ['dense', '1']]) expect(html.split(`<input type="hidden" name="${name}" value="${value}"`).length).toBe(3)
})

test('a row is not cut within a colour', async () => {
  const html = await get('/logs', record('1-1', `${'a'.repeat(398)}\u001b[31mred`))
  expect(/class="message"><bdi>(.*?)<\/bdi>/.exec(html)?.[1]).toBe(`${'a'.repeat(398)}…`)
})

test('colours repeated for each letter make one run, and alternating ones an end', () => {
  expect(ansiRuns('\u001b[1ma\u001b[1mb')).toEqual([{ text: 'ab', style: 'ansi-bold' }])
  const runs = ansiRuns('\u001b[1mx\u001b[my'.repeat(5000))
  expect([runs.length <= 201, runs.map((run) => run.text).join('')]).toEqual([true, 'xy'.repeat(5000)])
})
