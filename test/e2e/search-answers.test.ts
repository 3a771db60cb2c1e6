import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { COUNT, filledSawlog, recordBody } from './filled-sawlog.ts'
import { startSawlog, type Started, until } from './sawlog.ts'

interface Found {
  id: string
  body: { n: number }
}

async function ask<T>(sawlog: Started, path: string, status = 200): Promise<T> {
  const answer = await fetch(sawlog.url + path)
  expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, status, 'no-store'])
  return (await answer.json()) as T
}

function tally(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1
  return counts
}

const all = Array.from({ length: COUNT }, (_, n) => recordBody(n))

describe('what the search page asks beside records', () => {
  test('counts, and counts over time, agree with what was stored', async () => {
    const sawlog = await filledSawlog()
    const cases: ReadonlyArray<readonly [string, number]> = [
      ['', COUNT], ['q=level:error', 600], ['q=status:>202', 2400], ['q=served', COUNT - 1], ['q=%22in+%5C%22quotes%22', 1], ['q=nowhere', 0],
      ['q=level:error&from=2026-11-01T00:00:00Z&to=2026-11-01T00:00:01Z', 6], ['from=15m', 0],
    ]
    for (const [query, want] of cases) expect([query, await ask(sawlog, `/api/count?${query}`)]).toMatchObject([query, { count: want, receipt: { complete: true } }])

    const { buckets, receipt } = await ask<{ buckets: Array<{ from: string; to: string; levels: Record<string, number> }>; receipt: object }>(sawlog, '/api/histogram?q=n:<5000&buckets=20')
    expect(receipt).toMatchObject({ complete: true })
    expect(buckets.length).toBeGreaterThan(5)
    expect(buckets.length).toBeLessThanOrEqual(20)
    const wanted = all.filter(({ n }) => n < 5000)
    for (const [index, { from, to, levels }] of buckets.entries()) {
      if (index > 0) expect(from).toBe(buckets[index - 1]?.to)
      expect([from, levels]).toEqual([from, tally(wanted.filter(({ time }) => time >= from && time < to).map(({ level }) => level))])
    }
    expect(buckets.flatMap(({ levels }) => Object.values(levels)).reduce((sum, count) => sum + count, 0)).toBe(5000)
    expect((await ask<{ buckets: object[] }>(sawlog, '/api/histogram?q=nowhere&from=2026-11-01&to=2026-11-02&buckets=24')).buckets.length).toBe(24)
  })

  test('fields have their most frequent values', async () => {
    const sawlog = await filledSawlog()
    interface Fields { fields: Array<{ name: string; values: Array<{ value: string; count: number }> }> }
    const { fields } = await ask<Fields>(sawlog, '/api/fields?q=n:<100')
    const values = Object.fromEntries(fields.map(({ name, values: top }) => [name, top]))
    const levels = tally(all.slice(0, 100).map(({ level }) => level))
    expect(Object.fromEntries((values['level'] ?? []).map(({ value, count }) => [value, count]))).toEqual(levels)
    expect(values['source']).toEqual([{ value: 'http', count: 100 }])
    expect(values['status']?.length).toBe(5)
    expect(values['user.id']?.length).toBe(10)
    const some = await ask<Fields>(sawlog, '/api/fields?q=n:<100&names=user.id&values=60')
    expect(some.fields.map(({ name, values: top }) => [name, top.length])).toEqual([['user.id', 50]])
  })

  test('a record keeps its address over restarts, has its surroundings, and says when it was deleted', async () => {
    const config = 'sources: [{ type: http }]\njournal: { segment_size: 4KiB, max_size: 40KiB, on_full: drop_oldest, reserve: 0 }\n'
    const first = await startSawlog(config)
    for (let n = 0; n < 20; n++) {
      await first.post(`{"n":${n}}`, {}, '/ingest?source=one')
      await first.post(`{"n":${n + 1000}}`, {}, '/ingest?source=two')
    }
    const { records: [found] } = await ask<{ records: Found[] }>(first, '/api/logs?q=n:7')
    const { id } = found as Found
    expect(id).toMatch(/^\d+-\d+$/)
    expect(await ask(first, `/api/records/${id}`)).toEqual(found)
    await first.kill()

    const second = await startSawlog(config, { directory: first.directory })
    expect(await ask(second, `/api/records/${id}`)).toEqual(found)
    const context = await ask<{ before: Found[]; record: Found; after: Found[] }>(second, `/api/records/${id}/context?before=3&after=2`)
    expect([context.before.map(({ body }) => body.n), context.record, context.after.map(({ body }) => body.n)]).toEqual([[4, 5, 6], found, [8, 9]])
    expect((await ask<{ before: Found[] }>(second, `/api/records/${id}/context?before=1000`)).before.map(({ body }) => body.n)).toEqual([0, 1, 2, 3, 4, 5, 6])

    expect(await ask(second, '/api/records/999-1', 404)).toMatchObject({ title: 'Not Found', detail: expect.stringContaining('there is no record of this id yet') as string })
    for (let n = 0; n < 100; n++) await second.post(`{"n":${n + 2000},"padding":"${randomBytes(700).toString('hex')}"}`)
    const gone = await ask<{ detail: string; deleted_at: string | null }>(second, `/api/records/${id}`, 410)
    expect(gone.detail).toContain(`cannot show record ${id}: it was deleted`)
    await ask(second, `/api/records/${id}/context`, 410)
  }, 60_000)

  test('a search that its client gives up ends, and its budget holds', async () => {
    const sawlog = await startSawlog('sources: [{ type: http }]\n')
    for (let n = 0; n < 40; n++) await sawlog.post(Array.from({ length: 2000 }, (_, i) => JSON.stringify({ n: n * 2000 + i, text: 'abcdefghij '.repeat(40) })).join('\n'))
    // Nothing to prune on, slow to match, and each another query, since counts of blocks are remembered.
    const slow = (n: number): string => `/api/count?q=${encodeURIComponent(`/(a|b|ab)*(c|d|cd)*x{2,5}$/ -zz${n}`)}`
    const began = performance.now()
    const { receipt } = await ask<{ receipt: { complete: boolean; reason: string } }>(sawlog, `${slow(0)}&timeout=20ms`)
    expect(receipt).toMatchObject({ complete: false, reason: 'budget' })
    expect(performance.now() - began).toBeLessThan(2000)

    const start = performance.now()
    await ask(sawlog, `${slow(1)}&timeout=60s`)
    const whole = performance.now() - start
    const given = Array.from({ length: 20 }, (_, i) => fetch(`${sawlog.url}${slow(i + 2)}&timeout=60s`, { signal: AbortSignal.timeout(Math.ceil(whole / 4)) }).then(() => 'answered', () => 'gave up'))
    expect(new Set(await Promise.all(given))).toEqual(new Set(['gave up']))
    // All twenty would take twenty times as long as one: the next search does not wait for them.
    const next = performance.now()
    await until(async () => (await ask<{ count: number }>(sawlog, '/api/count?q=n:77')).count === 1, 'a search is answered')
    expect(performance.now() - next).toBeLessThan(Math.max(2000, whole * 8))
  }, 60_000)
})
