import { describe, expect, test } from 'vitest'
import { COUNT, filledSawlog, SEARCHED } from './filled-sawlog.ts'
import { parseCsv } from './parse-csv.ts'
import { startSawlog, type Started } from './sawlog.ts'

interface Logs {
  records: Array<{ id: string; time: string; level: string; source: string; tags: string[]; body: { n: number; msg?: string } }>
  next: string | null
  receipt: { complete: boolean; reason: string | null; segments: number; blocks_scanned: number; bytes_scanned: number; pruned: Record<string, number>; ms: number }
}

async function logs(sawlog: Started, query: string): Promise<Logs> {
  const answer = await fetch(`${sawlog.url}/api/logs?${query}`)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
  return (await answer.json()) as Logs
}

async function text(sawlog: Started, path: string, headers: Record<string, string> = {}): Promise<{ answer: Response; text: string }> {
  const answer = await fetch(sawlog.url + path, { headers })
  return { answer, text: await answer.text() }
}

describe('GET /api/logs', () => {
  test('gives the newest first, a hundred of them, as they are stored, with an id and a receipt', async () => {
    const sawlog = await filledSawlog()
    const { records, next, receipt } = await logs(sawlog, '')
    expect(records.length).toBe(100)
    expect(Object.keys(records[0] as object)).toEqual(['id', 'time', 'level', 'source', 'host', 'tags', 'body'])
    // Six records share each second; those stored last come first.
    expect(records.slice(0, 7).map(({ body: { n } }) => n)).toEqual([5999, 4999, 3999, 2999, 1999, 999, 5998])
    expect(next).not.toBe(null)
    expect(receipt).toMatchObject({ complete: true, reason: 'limit' })
    expect(receipt.segments).toBeGreaterThan(3)

    const needle = await logs(sawlog, 'q=needle+-level:debug&limit=5')
    expect(needle.records.map(({ body: { n } }) => n)).toEqual([4321])
    expect([needle.next, needle.receipt.reason]).toEqual([null, null])
    expect((await logs(sawlog, 'q=nowhere')).records).toEqual([])
    expect((await logs(sawlog, 'from=2026-11-01T00:16:30Z&to=2026-11-01T00:16:32Z')).records.map(({ body: { n } }) => n)).toEqual([5991, 4991, 3991, 2991, 1991, 991, 5990, 4990, 3990, 2990, 1990, 990])
    expect((await logs(sawlog, 'from=1h')).records).toEqual([])
    expect((await logs(sawlog, `from=${Date.UTC(2026, 10, 1, 0, 16, 39)}`)).records.length).toBe(6)
    expect((await logs(sawlog, 'from=2026-11-01T01:16:39+01:00')).records.length).toBe(6)
  })

  test('pages through everything, each record once, whatever page size, while more is stored', async () => {
    const sawlog = await filledSawlog()
    for (const [limit, query] of [[97, 'level:warn'], [1000, ''], [1000, 'user.id:u7'], [COUNT, '']] as const) {
      const seen: number[] = []
      let before = ''
      for (let page = 0; page < 100; page++) {
        const { records, next } = await logs(sawlog, `q=${query}&limit=${limit}&to=2026-11-01T00:16:40Z${before}`)
        seen.push(...records.map(({ body: { n } }) => n))
        if (next === null) break
        before = `&before=${next}`
        // In front of what was read, and behind it.
        await sawlog.post(`{"time":"2026-11-02T00:00:00Z","level":"warn","n":-1,"user":{"id":"u7"}}`)
      }
      const want = Array.from({ length: COUNT }, (_, n) => n).filter((n) => (query === 'level:warn' ? n % 10 !== 0 && n % 3 === 0 : query === '' || n % 50 === 7))
      expect(seen.toSorted((a, b) => a - b)).toEqual(want)
    }
  })

  test('streams a large answer in every format, and says where the next page is', async () => {
    const sawlog = await filledSawlog()
    const all = await logs(sawlog, 'limit=100000')
    expect(all.records.length).toBe(COUNT)
    expect(all.next).toBe(null)

    const ndjson = await text(sawlog, '/api/logs?limit=4000', { Accept: 'application/x-ndjson' })
    expect([ndjson.answer.headers.get('content-type'), ndjson.answer.headers.get('cache-control')]).toEqual(['application/x-ndjson', 'no-store'])
    const lines = ndjson.text.trimEnd().split('\n').map((one) => JSON.parse(one) as Logs['records'][number])
    expect(lines).toEqual(all.records.slice(0, 4000))
    const link = /<([^>]+)>; rel="next"/.exec(ndjson.answer.headers.get('link') ?? '')?.[1] as string
    const rest = await text(sawlog, link, { Accept: 'application/x-ndjson' })
    expect(rest.text.trimEnd().split('\n').map((one) => JSON.parse(one) as unknown)).toEqual(all.records.slice(4000))
    expect(rest.answer.headers.get('link')).toBe(null)
    expect(JSON.parse(rest.answer.headers.get('sawlog-receipt') as string)).toMatchObject({ complete: true, reason: null })

    const csv = await text(sawlog, '/api/logs?limit=100000&format=csv')
    expect(csv.answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    const rows = parseCsv(csv.text)
    expect(rows[0]).toEqual(['time', 'level', 'source', 'host', 'tags', 'message', 'body', 'fields'])
    expect(rows.slice(1).map((row) => JSON.parse(row[6] as string) as unknown)).toEqual(all.records.map(({ body }) => body))
    expect(parseCsv((await text(sawlog, '/api/logs?format=csv&q=needle&columns=n,message,user.id')).text)).toEqual([['n', 'message', 'user.id'], ['4321', 'needle in "quotes", comma', 'u21']])
  })

  test('explains what it cannot use, with the place', async () => {
    const sawlog = await startSawlog(SEARCHED)
    const cases: ReadonlyArray<readonly [string, object]> = [
      ['/api/logs?q=level:error+AND', { parameter: 'q', at: 12, length: 3, detail: expect.stringMatching(/^cannot read the query: AND has nothing after it/) as string }],
      ['/api/logs?q=(', { parameter: 'q', at: 1, detail: expect.stringMatching(/ends where a term is expected/) as string }],
      ['/api/logs?form=15m', { parameter: 'form', detail: 'cannot use the parameter "form": the route has none of this name. Did you mean from?' }],
      ['/api/logs?q=a&q=b', { parameter: 'q', detail: expect.stringMatching(/stands twice/) as string }],
      ['/api/logs?limit=100001', { parameter: 'limit', detail: expect.stringMatching(/from 1 to 100000/) as string }],
      ['/api/logs?limit=0', { parameter: 'limit' }],
      ['/api/logs?limit=1e3', { parameter: 'limit' }],
      ['/api/logs?from=yesterday', { parameter: 'from', detail: expect.stringMatching(/"yesterday" is not a time/) as string }],
      ['/api/logs?from=1h&to=2h', { parameter: 'to', detail: expect.stringMatching(/not after the first/) as string }],
      ['/api/logs?before=12-3456', { parameter: 'before', detail: expect.stringMatching(/not where a page ended/) as string }],
      ['/api/logs?format=xml', { parameter: 'format', detail: expect.stringMatching(/json, ndjson, csv/) as string }],
      ['/api/logs?timeout=1', { parameter: 'timeout', detail: expect.stringMatching(/not a duration/) as string }],
      ['/api/count?limit=5', { parameter: 'limit', detail: expect.stringMatching(/It takes q, from, to, timeout|Did you mean/) as string }],
      ['/api/histogram?buckets=9999', { parameter: 'buckets' }],
      ['/api/export?format=json', { parameter: 'format' }],
      ['/api/export?timeout=5s', { parameter: 'timeout' }],
      ['/api/records/..%2f..%2fstate.db', { detail: expect.stringMatching(/an id looks like 12-3456/) as string }],
      ['/api/records/1-0/context?before=1001', { parameter: 'before' }],
      ['/api/fields?values=x', { parameter: 'values' }],
      [`/api/logs?q=${'a'.repeat(5000)}`, { parameter: 'q', detail: expect.stringMatching(/longer than 4096 bytes/) as string }],
    ]
    for (const [path, problem] of cases) {
      const answer = await fetch(sawlog.url + path)
      expect([path.slice(0, 60), answer.status, answer.headers.get('content-type'), await answer.json()]).toEqual([path.slice(0, 60), 400, 'application/problem+json', expect.objectContaining(problem)])
    }
  })
})
