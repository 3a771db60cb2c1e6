import type { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { createApp } from '../../../core/http/create-app.ts'
import { mountExportApi } from '../../../core/http/export-api.ts'
import { OpenExports } from '../../../core/http/open-exports.ts'
import { mountLogsApi } from '../../../core/http/logs-api.ts'
import type { FoundRecord } from '../../../core/search/store.ts'
import { inMemoryStore, type StoreScript } from './in-memory-store.ts'

function records(count: number, body = (n: number): string => `{"n":${n}}`): FoundRecord[] {
  return Array.from({ length: count }, (_, n) => ({ id: `1-${n}`, text: `{"time":"2026-11-01T00:00:00.000Z","level":"info","source":"a","host":"","tags":[],"body":${body(n)}}` }))
}

function appOver(script: StoreScript): Hono {
  const store = inMemoryStore(script)
  return createApp({
    auth: () => 'none', notReady: () => null, routes: () => undefined,
    pages(app) {
      mountLogsApi(app, store)
      mountExportApi(app, store, new OpenExports())
    },
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  })
}

describe('GET /api/logs', () => {
  test('chooses the format by Accept, unless it is named', async () => {
    const app = appOver({ records: records(1) })
    const check = async (accept: string | undefined, query: string, want: string): Promise<void> => {
      const answer = await app.request(`/api/logs${query}`, accept === undefined ? {} : { headers: { accept } })
      expect([accept, query, answer.headers.get('content-type'), answer.headers.get('vary')]).toEqual([accept, query, want, 'Accept'])
    }
    await check(undefined, '', 'application/json')
    await check('*/*', '', 'application/json')
    await check('text/html,application/xhtml+xml,*/*;q=0.8', '', 'application/json')
    await check('application/x-ndjson', '', 'application/x-ndjson')
    await check('Application/X-NDJSON; charset=utf-8', '', 'application/x-ndjson')
    await check('text/csv, */*', '', 'text/csv; charset=utf-8; header=present')
    await check('application/json, application/x-ndjson', '', 'application/json')
    await check('application/x-ndjson', '?format=json', 'application/json')
  })

  test('is a problem with a status where the search fails at once, and cut off where it fails on the way', async () => {
    const failing = (at: number): Hono => appOver({ records: records(20_000), onSearch(_request, page) {
      if (page === at) throw new Error('a search thread died')
    } })
    for (const path of ['/api/logs?limit=20000', '/api/logs?limit=10', '/api/export']) {
      const refused = await failing(0).request(path)
      expect([path, refused.status, refused.headers.get('content-type')]).toEqual([path, 500, 'application/problem+json'])
      expect(await refused.text()).not.toContain('thread')
    }
    for (const path of ['/api/logs?limit=20000', '/api/logs?limit=20000&format=ndjson', '/api/export', '/api/export?gzip=1']) {
      const cut = await failing(2).request(path)
      expect([path, cut.status]).toEqual([path, 200])
      await expect(cut.arrayBuffer(), path).rejects.toThrow('a search thread died')
    }
  })

  test('ends where the budget does, with the place to go on from', async () => {
    const app = appOver({ records: records(20_000), onSearch: (_request, page) => (page === 2 ? { complete: false, reason: 'budget' } : undefined) })
    const { records: found, next, receipt } = (await (await app.request('/api/logs?limit=20000')).json()) as { records: object[]; next: string; receipt: object }
    expect(found.length).toBe(10_000)
    expect(next).toBe(`0.0.${(10_000).toString(36)}`)
    expect(receipt).toEqual({ complete: false, reason: 'budget', segments: 1, blocks: 2, blocks_scanned: 3, pruned: { time: 0, counts: 1, bloom: 0, remembered: 0 }, bytes_scanned: 300, records: 30, ms: 3 })
  })

  test('asks for no more than its client reads, and tells the search when that goes away', async () => {
    const asked: AbortSignal[] = []
    const app = appOver({ records: records(50_000), onSearch: ({ signal }) => void asked.push(signal as AbortSignal) })
    const reader = (await app.request('/api/logs?limit=50000')).body?.getReader()
    await reader?.read()
    await new Promise((resolve) => { setTimeout(resolve, 50) })
    expect(asked.length).toBeLessThanOrEqual(3)
    expect(asked[0]?.aborted).toBe(false)
    await reader?.cancel()
    expect(asked[0]?.aborted).toBe(true)
    const count = asked.length
    await new Promise((resolve) => { setTimeout(resolve, 50) })
    expect(asked.length).toBe(count)
  })

  test('keeps hostile text inside its line, its cell and its string', async () => {
    const bodies = ['"a\\r\\nid: 9\\u2028"', '{"a":1,\r"b":"x\\r"}', '"=HYPERLINK(\\"http://evil\\"),\\n\\"second\\""', '"</script><script>"', '"\\u0000\\u001b[31m"']
    const app = appOver({ records: records(bodies.length, (n) => bodies[n] as string) })
    const json = (await (await app.request('/api/logs')).json()) as { records: Array<{ body: unknown }> }
    expect(json.records.map(({ body }) => body)).toEqual(bodies.map((body) => JSON.parse(body) as unknown))
    const lines = (await (await app.request('/api/logs?format=ndjson')).text()).split(/\r\n|\n|\r/)
    expect(lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as { body: unknown }).body)).toEqual(json.records.map(({ body }) => body))
    const csv = await (await app.request('/api/logs?format=csv&columns=message,level')).text()
    expect(csv).toContain('"=HYPERLINK(""http://evil""),\n""second""",info\n')
    const answer = await app.request('/api/logs')
    expect([answer.headers.get('x-content-type-options'), answer.headers.get('content-security-policy')]).toEqual(['nosniff', expect.stringContaining("default-src 'self'")])
  })
})
