// What outputs that are down, slow or reloaded mean for the others, for memory, and for what they still have to deliver.
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { countJsonl, countSqlite } from '../crash/count-stores.ts'
import { hostileProxy } from '../crash/hostile-proxy.ts'
import { freePort } from '../crash/server-process.ts'
import { createTally } from '../crash/tally.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { peakMemory } from './peak-memory.ts'
import { freshDirectory, journalRecords, startSawlog, type Started, until } from './sawlog.ts'

const lagOf = async (server: Started): Promise<Record<string, number>> => Object.fromEntries((await server.stats()).outputs.map(({ name, lag }) => [name, lag]))

async function listen(port: number, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(answer).listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return server
}

test.each(['refuses', 'hangs'] as const)('scenario 38: one of three outputs is down (its port %s): the others go on, and it has every line once when it is back', { timeout: 60_000 }, async (how) => {
  const port = await freePort()
  const hung: ServerResponse[] = []
  const down = how === 'hangs' ? await listen(port, (_, response) => void hung.push(response)) : null
  const directory = freshDirectory()
  const server = await startSawlog(`sources: [{ type: file, name: app, paths: [app.log], sweep: 50ms, start: beginning }]
outputs:
  - { type: jsonl, name: lines, path: out.jsonl }
  - { type: http, name: away, url: 'http://127.0.0.1:${port}/', timeout: 1s, retry: { max: 500ms } }
  - { type: sqlite, name: rows, path: out.db }
`, { directory })
  const LINES = 20_000
  for (let n = 0; n < LINES; n += 5000) {
    writeFileSync(join(directory, 'app.log'), numbered('file', n, n + 5000, 100), { flag: 'a' })
    await until(async () => {
      const { total } = await server.stats()
      const { lines, rows } = await lagOf(server)
      return total === n + 5000 && lines === 0 && rows === 0
    }, 'the others have what came in')
  }
  await until(async () => (await server.stats()).outputs.some(({ name, errors, lag }) => name === 'away' && errors > 1 && lag === LINES), 'the third has failed, and all of it waits')
  if (down !== null) {
    expect(hung.length).toBeGreaterThan(0)
    down.closeAllConnections()
    down.close()
    await once(down, 'close')
  }
  const tally = createTally({ file: LINES })
  await listen(port, async (request, response) => {
    let text = ''
    for await (const part of request.setEncoding('utf8')) text += part
    for (const line of text.split('\n')) if (line !== '') tally.add((JSON.parse(line) as { body: unknown }).body)
    response.end()
  })
  await until(async () => (await lagOf(server))['away'] === 0, 'the third has caught up')
  expect(await server.stop()).toBe(0)
  expect(tally.report()).toEqual(exactlyOnce(LINES))
  expect(await countJsonl(join(directory, 'out.jsonl'), { file: LINES })).toEqual(exactlyOnce(LINES))
  expect(countSqlite(join(directory, 'out.db'), { file: LINES })).toEqual(exactlyOnce(LINES))
})

test('scenario 39: a slow output bounds memory: 200 MB wait for it in the journal, not in the process', { timeout: 90_000 }, async () => {
  const directory = freshDirectory()
  const slow = await listen(0, (request, response) => void request.resume().on('end', () => setTimeout(() => response.end(), 1000)))
  const fd = openSync(join(directory, 'app.log'), 'w')
  const LINES = 200_000
  for (let n = 0; n < LINES; n += 10_000) writeSync(fd, numbered('file', n, n + 10_000, 950))
  closeSync(fd)
  const server = await startSawlog(`sources: [{ type: file, name: app, paths: [app.log], start: beginning }]
outputs:
  - { type: http, name: slow, url: 'http://127.0.0.1:${(slow.address() as AddressInfo).port}/', start: beginning }
  - { type: jsonl, name: lines, path: out.jsonl, start: beginning }
`, { directory })
  const { slow: waiting } = await until(async () => {
    const { total } = await server.stats()
    const lag = await lagOf(server)
    return total === LINES && lag['lines'] === 0 && lag
  }, 'the other output has everything', 60_000)
  expect(waiting).toBeGreaterThan(LINES / 2)
  expect(peakMemory(server.process.pid as number)).toBeLessThan(250)
  expect(await server.stop()).toBe(0)
})

test('scenario 41: reloaded with deliveries pending, the outputs themselves changed each time: every line arrives once', { timeout: 60_000 }, async () => {
  const [directory, home] = [freshDirectory(), freshDirectory()]
  const storage = await startSawlog('sources: [{ type: http }]\n', { directory: home })
  // Stored and not answered, answered late, cut: at each reload something is on its way.
  const proxy = await hostileProxy(Number(new URL(storage.url).port), (below) => Math.floor(Math.random() * below))
  onTestFinished(() => proxy.close())
  const config = (round: number): string => `sources: [{ type: file, name: app, paths: [app.log], sweep: 50ms, start: beginning }]
taggers: [{ type: static, name: round-${round}, tags: [a] }]
outputs:
  - { type: forward, url: '${proxy.url}', timeout: ${2 + (round % 3)}s, retry: { max: ${400 + round}ms }, batch: { records: ${200 + round} }, start: beginning }
  - { type: jsonl, name: lines, path: out.jsonl, batch: { records: ${100 + round} }, start: beginning }
`
  const collector = await startSawlog(config(0), { directory })
  const ROUNDS = 12
  for (let round = 1; round <= ROUNDS; round++) {
    writeFileSync(join(directory, 'app.log'), numbered('file', (round - 1) * 1000, round * 1000, 50), { flag: 'a' })
    await until(async () => (await lagOf(collector))['forward'] !== 0, 'a delivery is pending')
    writeFileSync(join(directory, 'config.yaml'), config(round))
    collector.process.kill('SIGHUP')
    await until(async () => (await collector.stats()).plugins.some(({ name }) => name === `round-${round}`), `round ${round} is in effect`)
  }
  proxy.calm()
  const lines = ROUNDS * 1000
  await until(async () => (await collector.stats()).total === lines && Object.values(await lagOf(collector)).every((lag) => lag === 0), 'everything is delivered', 30_000)
  await proxy.close()
  for (const node of [collector, storage]) expect(await node.stop()).toBe(0)
  expect(countNumbered(journalRecords(home), { file: lines })).toEqual(exactlyOnce(lines))
  expect(await countJsonl(join(directory, 'out.jsonl'), { file: lines })).toEqual(exactlyOnce(lines))
})
