import { once } from 'node:events'
import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { COUNT, filledSawlog } from './filled-sawlog.ts'
import { parseCsv } from './parse-csv.ts'
import { peakMemory } from './peak-memory.ts'
import { startSawlog, until, type Started } from './sawlog.ts'

/** Without fetch, which inflates by itself. */
async function raw({ url }: Started, path: string, headers: Record<string, string> = {}): Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }> {
  const asked = request(url + path, { headers }).end()
  const [answer] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return { status: answer.statusCode as number, headers: answer.headers, body: Buffer.concat(chunks) }
}

function numbers(text: string): number[] {
  return text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { body: { n: number } }).body.n)
}

describe('GET /api/export', () => {
  test('is everything that matches as a file, plain or compressed one way or the other', async () => {
    const sawlog = await filledSawlog()
    const plain = await raw(sawlog, '/api/export?q=level:error')
    expect([plain.status, plain.headers['content-type'], plain.headers['content-encoding'], plain.headers['cache-control']]).toEqual([200, 'application/x-ndjson', undefined, 'no-store'])
    expect(plain.headers['content-disposition']).toMatch(/^attachment; filename="sawlog-\d{4}-\d\d-\d\dT[\d-]+\.ndjson"$/)
    const errors = numbers(plain.body.toString())
    expect(errors.length).toBe(600)
    expect(errors.slice(0, 7)).toEqual([5990, 4990, 3990, 2990, 1990, 990, 5980])
    expect(plain.body.toString().startsWith('{"id":"')).toBe(true)

    const file = await raw(sawlog, '/api/export?q=level:error&gzip=1', { 'Accept-Encoding': 'gzip' })
    expect([file.headers['content-type'], file.headers['content-encoding']]).toEqual(['application/gzip', undefined])
    expect(file.headers['content-disposition']).toMatch(/\.ndjson\.gz"$/)
    expect(gunzipSync(file.body)).toEqual(plain.body)
    const encoded = await raw(sawlog, '/api/export?q=level:error', { 'Accept-Encoding': 'br, gzip;q=0.5' })
    expect([encoded.headers['content-type'], encoded.headers['content-encoding'], encoded.headers['vary']]).toEqual(['application/x-ndjson', 'gzip', 'Accept-Encoding'])
    expect(gunzipSync(encoded.body)).toEqual(plain.body)
    expect((await raw(sawlog, '/api/export?q=level:error', { 'Accept-Encoding': 'gzip;q=0' })).headers['content-encoding']).toBe(undefined)

    const all = numbers((await raw(sawlog, '/api/export')).body.toString())
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, n) => n))
    const rows = parseCsv((await raw(sawlog, '/api/export?format=csv&columns=n,level')).body.toString())
    expect(rows).toEqual([['n', 'level'], ...all.map((n) => [String(n), n % 10 === 0 ? 'error' : n % 3 === 0 ? 'warn' : 'info'])])
    expect((await raw(sawlog, '/api/export?q=nowhere')).body.length).toBe(0)
    expect(parseCsv((await raw(sawlog, '/api/export?q=nowhere&format=csv')).body.toString()).length).toBe(1)
    const head = await fetch(`${sawlog.url}/api/export`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'application/x-ndjson', ''])
  })

  test('waits for a slow reader within bounded memory, and ends with one that goes away', async () => {
    const sawlog = await startSawlog('sources: [{ type: http }]\n')
    for (let n = 0; n < 40; n++) await sawlog.post(Array.from({ length: 1000 }, (_, i) => JSON.stringify({ n: n * 1000 + i, text: 'x'.repeat(1000) })).join('\n'))
    await raw(sawlog, '/api/logs?limit=5000')
    const before = peakMemory(sawlog.process.pid as number)
    const slow = await Promise.all(Array.from({ length: 4 }, async () => {
      const asked = request(`${sawlog.url}/api/export`).on('error', () => undefined).end()
      return ((await once(asked, 'response')) as [import('node:http').IncomingMessage])[0]
    }))
    await new Promise((resolve) => { setTimeout(resolve, 1500) })
    // Each holds a page of 5 MB at most, not 40 MB.
    expect(peakMemory(sawlog.process.pid as number) - before).toBeLessThan(160)
    // Twelve more there may be, and no further one until one of them ends.
    const held = new AbortController()
    const more = await Promise.all(Array.from({ length: 12 }, () => fetch(`${sawlog.url}/api/export`, { signal: held.signal })))
    const refused = await fetch(`${sawlog.url}/api/export`)
    expect([...new Set(more.map(({ status }) => status)), refused.status, refused.headers.get('retry-after'), await refused.text()]).toEqual([200, 503, '10', expect.stringContaining('cannot export: 16 exports')])
    held.abort()
    await until(async () => (await fetch(`${sawlog.url}/api/export?q=nowhere`)).status === 200, 'room for another export')
    const [read, ...left] = slow as [import('node:http').IncomingMessage, ...Array<import('node:http').IncomingMessage>]
    for (const answer of left) answer.destroy()
    let lines = 0
    for await (const chunk of read) for (const byte of chunk as Buffer) if (byte === 10) lines++
    expect(lines).toBe(40_000)
    // One that went away before it had an answer is no trouble of the server.
    for (let i = 1; i <= 20; i++) await fetch(`${sawlog.url}/api/export?q=${encodeURIComponent(`/x+${i}y/`)}`, { signal: AbortSignal.timeout(i * 2) }).catch(() => undefined)
    await raw(sawlog, '/api/logs?q=nowhere')
    expect(sawlog.log()).not.toContain('cannot answer')
    expect(await sawlog.stop()).toBe(0)
  }, 60_000)
})
