// Text that is posted is never a parse error, whoever posted what before; objects beside strings stay objects.
import { expect, test } from 'vitest'
import { journalRecords, startSawlog, until } from './sawlog.ts'

const TEXT = { 'Content-Type': 'text/plain' }

test('lines of text behind lines of JSON are text, objects beside strings are objects; a configured parser still complains', { timeout: 60_000 }, async () => {
  const sawlog = await startSawlog('sources:\n  - { type: http }\n  - { type: http, name: strict, path: /strict, parser: json }\n')
  const post = async (body: string, headers: Record<string, string>, path: string): Promise<void> => expect((await sawlog.post(body, headers, path)).status).toBe(200)
  await post('{"a":1}\n{"a":2}', TEXT, '/ingest?source=one')
  await post('ERROR hello\n2026-11-01T00:00:00Z world', TEXT, '/ingest?source=one')
  await post('{"a":3}', TEXT, '/ingest?source=one')
  await post('[{"level":"error","time":"2026-11-01T00:00:00Z","message":"declined"},"warn: as text"]', { 'Content-Type': 'application/json' }, '/ingest?source=two')
  await post('plain', TEXT, '/strict')
  await until(async () => (await sawlog.stats()).total === 8, 'all are stored')
  expect((await sawlog.stats()).parse_errors).toBe(1)
  expect(await sawlog.stop()).toBe(0)
  const records = journalRecords(sawlog.directory)
  expect(records.map(({ body, level, error }) => [body, level, error])).toEqual([
    [{ a: 1 }, 'info', undefined], [{ a: 2 }, 'info', undefined], ['ERROR hello', 'error', undefined], ['2026-11-01T00:00:00Z world', 'info', undefined], [{ a: 3 }, 'info', undefined],
    [{ level: 'error', time: '2026-11-01T00:00:00Z', message: 'declined' }, 'error', undefined], ['warn: as text', 'warn', undefined],
    ['plain', 'info', expect.stringMatching(/^not a JSON object: /)],
  ])
  expect([records[3]?.time, records[5]?.time]).toEqual(['2026-11-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z'])
})
