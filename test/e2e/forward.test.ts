// From one Sawlog to another: each record once, as it was collected, whatever dies in between.
import { expect, test } from 'vitest'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { freshDirectory, journalLines, journalRecords, startSawlog, type Started, until } from './sawlog.ts'

const TOKEN = 'a-token-for-tests'
/** Servers are started again and again, on a machine that is busy with other tests. */
const LIMIT_MS = 90_000

function storage(directory: string, port = 0): Promise<Started> {
  return startSawlog(`server: { auth: { tokens: { collector: ${TOKEN} }, password: a-password-for-tests } }\nsources: [{ type: http }]\n`, { directory, args: port === 0 ? [] : ['--port', String(port)] })
}

function collector(directory: string, to: string): Promise<Started> {
  return startSawlog(`sources: [{ type: http, name: web }]\noutputs: [{ type: forward, url: '${to}', token: ${TOKEN}, start: beginning, batch: { records: 700 } }]\n`, { directory })
}

const portOf = ({ url }: Started): number => Number(new URL(url).port)

test('records arrive byte for byte, neither parsed nor tagged again', async () => {
  const [from, to] = [freshDirectory(), freshDirectory()]
  const store = await storage(to)
  const collect = await collector(from, store.url)
  await collect.post('{"time":"2026-11-01T00:00:00.123456789Z","level":"warn","message":"card declined","n":12345678901234567890}\n{"message":"no time, \\u001b[31m, \\"quoted\\""}\n')
  await collect.post('time without level\nERROR a "quoted" \\ line\t\u{1f600}\n', { 'Content-Type': 'text/plain' }, '/ingest?source=app')
  await until(() => journalRecords(to).length >= 4, 'four records arrive')
  expect(journalLines(to).toSorted()).toEqual(journalLines(from).toSorted())
})

test.each([['the sender', 'from'], ['the receiver', 'to']] as const)('each record arrives once though %s is killed again and again', async (_who, victim) => {
  const [from, to] = [freshDirectory(), freshDirectory()]
  let store = await storage(to)
  const port = portOf(store)
  let collect = await collector(from, store.url)
  for (let round = 0; round < 3; round++) {
    for (const via of ['a', 'b', 'c']) expect((await collect.post(numbered(via, round * 500, round * 500 + 500, 200), {}, `/ingest?source=${via}`)).status).toBe(200)
    await until(() => journalRecords(to).length > round * 1500, 'some of them arrive')
    if (victim === 'from') {
      await collect.kill()
      collect = await collector(from, store.url)
    } else {
      await store.kill()
      store = await storage(to, port)
    }
  }
  await until(() => journalRecords(to).length >= 4500, 'all of them arrive', 30_000)
  await until(async () => (await collect.stats()).outputs[0]?.lag === 0, 'everything is acknowledged')
  expect(countNumbered(journalRecords(to), { a: 1500, b: 1500, c: 1500 })).toEqual(exactlyOnce(4500))
  for (const via of ['a', 'b', 'c']) {
    const order = journalRecords(to).filter(({ source }) => source === via).map(({ body }) => (body as { n: number }).n)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  }
}, LIMIT_MS)
