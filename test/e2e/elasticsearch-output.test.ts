// The whole server with an elasticsearch output against a strict `_bulk`.
import { expect, onTestFinished, test } from 'vitest'
import { startStrictBulk } from '../plugins/outputs/strict-bulk.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { startSawlog, type StoredRecord, until } from './sawlog.ts'

test('every record is stored exactly once although items fail, answers are lost and the server is killed', async () => {
  const bulk = await startStrictBulk()
  onTestFinished(() => bulk.close())
  let asked = 0
  bulk.item = () => (asked++ % 7 === 0 ? { status: 429, type: 'es_rejected_execution_exception' } : null)
  const config = `sources: [{ type: http }]
outputs: [{ type: elasticsearch, url: '${bulk.url}', index: 'logs-%Y', concurrency: 3, batch: { records: 50, wait: 0ms }, retry: { min: 5ms, max: 20ms } }]
`
  let sawlog = await startSawlog(config)
  for (let from = 0; from < 2000; from += 1000) {
    await sawlog.post(numbered('a', from, from + 1000))
    await until(() => stored().length > from + 100, 'some are stored')
    await sawlog.kill()
    sawlog = await startSawlog(config, { directory: sawlog.directory })
  }
  await until(async () => (await sawlog.stats()).outputs[0]?.lag === 0, 'everything is delivered', 30_000)
  expect(countNumbered(stored(), { a: 2000 })).toEqual(exactlyOnce(2000))
  expect(bulk.refused).toEqual([])
  expect([...bulk.indices.keys()]).toEqual([`logs-${new Date().getUTCFullYear()}`])

  function stored(): StoredRecord[] {
    return [...bulk.indices.values()].flatMap((documents) => [...documents.values()]) as unknown as StoredRecord[]
  }
}, 60_000)
