// Erasing in a running server: over HTTP, beside intake, killed again and again.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { freshDirectory, startSawlog, type Started, until } from './sawlog.ts'

interface Answer {
  erased: number
  segments_rewritten: number
  complete: boolean
  quarantine: string[]
}

const CONFIG = `
sources: [{ type: http }]
taggers: []
journal: { segment_size: 200KiB, segment_age: 1h, reserve: 0 }
`

function ask(server: Started, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/api/erase`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) })
}

/** Stored lines in order, of segments sealed and not. */
function linesIn(directory: string): string[] {
  const folder = join(directory, 'data/journal')
  return readdirSync(folder).filter((name) => /^\d+\.(jsonl|json\.gz)$/.test(name)).sort().flatMap((name) => {
    const bytes = readFileSync(join(folder, name))
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n').filter((line) => line.startsWith('{'))
  })
}

/** Every byte of the data directory, segments inflated. */
function everything(directory: string): string {
  return readdirSync(join(directory, 'data'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name))
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')
  }).join('\n')
}

const batch = (from: number, count: number): string => Array.from({ length: count }, (_, i) => JSON.stringify({ n: from + i, who: (from + i) % 20 === 0 ? 'anna.secret@example.org' : 'ben', pad: 'x'.repeat(60) })).join('\n')

test('the answer says what was done; the text is nowhere any more, on disk or on the page', { timeout: 60_000 }, async () => {
  const server = await startSawlog(CONFIG)
  const { directory } = server
  await server.post(batch(0, 5000))
  await server.post('{"broken": "anna.secret@example.org"', { 'Content-Type': 'text/plain' }, '/ingest?parser=json')
  expect(await (await ask(server, { query: 'anna.secret', dry_run: true })).json()).toMatchObject({ segments_rewritten: expect.any(Number), complete: true })
  expect(everything(directory)).toContain('anna.secret')
  const response = await ask(server, { query: '"anna.secret"' })
  const answer = (await response.json()) as Answer
  expect([response.status, answer.complete, answer.quarantine]).toEqual([200, true, []])
  expect(answer.erased).toBeGreaterThanOrEqual(250)
  expect(everything(directory)).not.toContain('anna.secret')
  expect(JSON.stringify(await server.stats())).not.toContain('anna.secret')
  const lines = linesIn(directory)
  expect([lines.length >= 5000, lines.filter((line) => line.endsWith(',"erased":true}')).length]).toEqual([true, answer.erased])
  expect(await (await ask(server, { query: 'ben', from: '2020-01-01', to: '2020-02-01' })).json()).toMatchObject({ erased: 0 })
  expect(await (await ask(server, { query: 'n:7', mode: 'redact' })).json()).toMatchObject({ erased: 1 })
  expect(linesIn(directory).filter((line) => line.includes('"body":"[redacted]"'))).toHaveLength(1)
  // Everything goes on.
  expect((await server.post(batch(5000, 10))).status).toBe(200)
  expect(await server.stop()).toBe(0)
})

test('what is not understood erases nothing and is explained', { timeout: 30_000 }, async () => {
  const server = await startSawlog(CONFIG)
  await server.post(batch(0, 10))
  const detail = async (body: object, headers = {}): Promise<[number, string]> => {
    const response = await ask(server, body, headers)
    return [response.status, ((await response.json()) as { detail: string }).detail]
  }
  expect(await detail({ query: '' })).toEqual([400, 'cannot erase: the query is empty. Write * for every record.'])
  expect((await detail({ query: 'level:' }))[0]).toBe(400)
  expect((await detail({ query: 'x', from: 'yesterday-ish' }))[1]).toContain('from is not a time')
  expect((await detail({ query: '*', from: '1h', to: '2h' }))[1]).toContain('Exchange them')
  expect((await detail({ query: 'x', mode: 'burn' }))[1]).toContain('mode')
  expect((await detail({ query: 'x', form: '1h' }))[1]).toContain('form')
  expect((await detail({}))[0]).toBe(400)
  expect((await detail({ query: 'x' }, { 'Content-Type': 'text/plain' }))[0]).toBe(415)
  expect((await detail({ query: 'x'.repeat(70_000) }))[0]).toBe(413)
  expect((await detail({ query: '*' }, { Origin: 'https://evil.example' }))[0]).toBe(403)
  expect((await fetch(`${server.url}/api/erase`)).status).toBe(405)
  expect(linesIn(server.directory)).toHaveLength(10)
  expect(await server.stop()).toBe(0)
})

test("a sender's token may read, and may not erase", { timeout: 30_000 }, async () => {
  const server = await startSawlog(`${CONFIG}server: { port: 0, auth: { password: hunter2hunter2, tokens: { shop: shop-token-shop-token } } }\n`)
  const bearer = { Authorization: 'Bearer shop-token-shop-token' }
  const basic = { Authorization: `Basic ${Buffer.from('me:hunter2hunter2').toString('base64')}` }
  expect((await fetch(`${server.url}/api/retention`, { headers: bearer })).status).toBe(200)
  expect((await ask(server, { query: '*' }, bearer)).status).toBe(401)
  expect((await ask(server, { query: '*' })).status).toBe(401)
  expect((await ask(server, { query: '*' }, basic)).status).toBe(200)
  expect(await server.stop()).toBe(0)
})

test('scenario 35: beside intake, killed at any moment: nothing lost, nothing doubled, and in the end all of it erased', { timeout: 120_000 }, async () => {
  const directory = freshDirectory()
  const acknowledged = new Set<number>()
  let next = 0
  for (let round = 0; round < 6; round++) {
    const server = await startSawlog(CONFIG, { directory })
    const end = { reached: false }
    const intake = (async () => {
      while (!end.reached) {
        const from = next
        next += 100
        try {
          if ((await server.post(batch(from, 100))).status === 200) for (let n = from; n < from + 100; n++) acknowledged.add(n)
        } catch {
          return // killed: whether these are stored nobody was told
        }
      }
    })()
    const erasing = (async () => {
      while (!end.reached) {
        try {
          expect(((await (await ask(server, { query: 'who:"anna.secret@example.org"' })).json()) as Answer).complete).toBe(true)
        } catch (error) {
          if (!end.reached) throw error
        }
      }
    })()
    await new Promise((resolve) => setTimeout(resolve, 700 + round * 150))
    end.reached = true
    await server.kill()
    await Promise.all([intake, erasing])
  }
  const server = await startSawlog(CONFIG, { directory })
  expect(await (await ask(server, { query: 'who:"anna.secret@example.org"' })).json()).toMatchObject({ complete: true })
  expect((await server.stats()).problems.filter(({ level }) => level === 'error')).toEqual([])
  await until(() => readdirSync(join(directory, 'data/journal')).every((name) => !name.endsWith('.tmp')), 'no temporary files')
  expect(await server.stop()).toBe(0)
  const numbers = linesIn(directory).flatMap((line) => {
    const { body } = JSON.parse(line) as { body: { n: number } | '' }
    return body === '' ? [] : [body.n]
  })
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numbers.filter((n) => n % 20 === 0)).toEqual([])
  const stored = new Set(numbers)
  expect([...acknowledged].filter((n) => n % 20 !== 0 && !stored.has(n))).toEqual([])
  expect(acknowledged.size).toBeGreaterThan(1000)
  expect(everything(directory)).not.toContain('anna.secret')
  const tombstones = linesIn(directory).filter((line) => line.endsWith(',"erased":true}')).length
  // One for each erased record: no number was lost on the way.
  expect(tombstones).toBeGreaterThanOrEqual([...acknowledged].filter((n) => n % 20 === 0).length)
})
