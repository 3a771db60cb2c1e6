import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDirectory, journalRecords, startSawlog, until } from './sawlog.ts'

const DEPTH = 100_000
const deepArray = `{"deep":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`
const deepObject = `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`
const unclosed = '['.repeat(DEPTH)
const POLLUTING = '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"message":"proto"}'
const config = (parser: string): string => `sources:\n  - { type: http }\n  - { type: file, name: app, paths: [app.log], parser: ${parser}, sweep: 50ms }\noutputs: [{ type: jsonl, path: out.jsonl }, { type: sqlite, path: out.db }]\n`

test('scenario 40: a file: bytes that are not UTF-8, NUL bytes, JSON nested 100,000 deep and __proto__ keys lose nothing around them', async () => {
  const directory = freshDirectory()
  const good = (n: number): Buffer => Buffer.from(`{"good":${n}}\n`)
  writeFileSync(join(directory, 'app.log'), Buffer.concat([
    good(0), Buffer.from([0xff, 0xfe, 0x80, 0x61, 0xc3, 0x28, 0x0a]), // no UTF-8 in any reading
    good(1), Buffer.from('{"latin":"caf\xe9"}\n', 'latin1'),
    good(2), Buffer.concat([Buffer.alloc(5000), Buffer.from('{"after":"nul"}\n')]),
    good(3), Buffer.from('in\u0000side\n'),
    good(4), Buffer.from(`${deepArray}\n`),
    good(5), Buffer.from(`${deepObject}\n`),
    good(6), Buffer.from(`${unclosed}\n`),
    good(7), Buffer.from(`${POLLUTING}\n`),
    good(8),
  ]))
  const sawlog = await startSawlog(config('json'), { directory })
  await until(async () => (await sawlog.stats()).total === 17, 'all 17 lines are stored')
  const stats = await sawlog.stats()
  expect(stats.parse_errors).toBe(5)
  const counted = (what: string): number | undefined => stats.counters.find((counter) => counter.component === 'app' && counter.what === what)?.value
  expect(counted('invalid_utf8')).toBe(2)
  expect(counted('nul_bytes')).toBe(5000)
  const reasons = stats.parse_error_samples.map(({ reason }) => reason)
  expect(reasons.filter((reason) => reason === 'not a JSON object: nested deeper than 256 levels')).toHaveLength(2)
  expect(await sawlog.stop()).toBe(0)

  const records = journalRecords(directory)
  const bodies = records.map(({ body }) => body)
  for (let n = 0; n <= 8; n++) expect(bodies.filter((body) => typeof body === 'object' && body['good'] === n)).toHaveLength(1)
  expect(bodies[1]).toBe('\ufffd\ufffd\ufffda\ufffd(')
  expect(bodies[3]).toEqual({ latin: 'caf\ufffd' })
  expect(bodies[5]).toEqual({ after: 'nul' })
  expect(bodies[7]).toBe('in\u0000side')
  expect([bodies[9], bodies[11], bodies[13]]).toEqual([deepArray, deepObject, unclosed])
  expect(JSON.stringify(bodies[15])).toBe(POLLUTING)
  for (const at of [1, 7, 9, 11, 13]) expect(records[at]?.error).toMatch(/^not a JSON object/)
})

test('scenario 40: HTTP: what is nested too deep is refused by its line, what has __proto__ in it is stored as it came', async () => {
  const sawlog = await startSawlog(config('auto'))
  const answer = await sawlog.post(['{"good":0}', deepArray, '{"good":1}', deepObject, POLLUTING, unclosed, '{"good":2}', ''].join('\n'))
  expect(answer.status).toBe(200)
  const { accepted, rejected, errors } = (await answer.json()) as { accepted: number; rejected: number; errors: Array<{ line: number; reason: string }> }
  // Valid JSON however deep is either refused, or stored in a form that everybody can read.
  expect(errors.map(({ line }) => line)).toContain(6)
  expect(accepted + rejected).toBe(7)
  for (const body of [deepArray, deepObject, unclosed, `[${deepArray},{"good":3}]`]) expect([200, 400]).toContain((await sawlog.post(body, { 'Content-Type': 'application/json' })).status)
  expect((await sawlog.post(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x00, 0x22, 0x7d]), { 'Content-Type': 'application/json' })).status).toBe(400) // a raw NUL in a string is not JSON
  expect((await sawlog.post(Buffer.from('{"latin":"caf\xe9"}', 'latin1'))).status).toBe(200)
  expect((await sawlog.post(Buffer.from([0xff, 0xfe, 0x80, 0x00, 0x61]), { 'Content-Type': 'text/plain' })).status).toBe(200)
  // A name is only a name.
  for (const name of ['__proto__', 'constructor', 'toString']) expect((await sawlog.post('{"named":true}', {}, `/ingest?source=${name}`)).status).toBe(200)
  expect((await sawlog.post('__proto__=polluted&constructor=x&message=form', { 'Content-Type': 'application/x-www-form-urlencoded' })).status).toBe(200)

  const stats = await until(async () => {
    const stats = await sawlog.stats()
    return stats.outputs.every(({ lag }) => lag === 0) && stats
  }, 'both outputs have everything')
  expect(stats.outputs.map(({ errors }) => errors)).toEqual([0, 0])
  for (const name of ['__proto__', 'constructor', 'toString']) expect(Object.getOwnPropertyDescriptor(stats.sources, name)?.value).toBe(1)
  const page = await fetch(`${sawlog.url}/metrics`, { headers: { Accept: 'text/html' } })
  expect([page.status, (await page.text()).includes('polluted')]).toEqual([200, false])
  expect((await fetch(`${sawlog.url}/metrics?format=prometheus`)).status).toBe(200)
  expect(await sawlog.stop()).toBe(0)

  const records = journalRecords(sawlog.directory)
  expect(records).toHaveLength(stats.total)
  for (const n of [0, 1, 2]) expect(records.filter(({ body }) => typeof body === 'object' && body['good'] === n)).toHaveLength(1)
  expect(records.filter(({ body }) => JSON.stringify(body) === POLLUTING)).toHaveLength(1)
  for (const record of records) expect(({} as Record<string, unknown>)['polluted'] ?? (record as { polluted?: string }).polluted).toBeUndefined()
})
