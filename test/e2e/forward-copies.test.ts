// What is promised where exactly once cannot be: data directories that were copied or restored, replays, and other targets.
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../crash/server-process.ts'
import { numbered } from './numbered.ts'
import { freshDirectory, journalRecords, startSawlog, type Started, until } from './sawlog.ts'

const LIMIT_MS = 90_000
const storage = (directory = freshDirectory(), port = 0): Promise<Started> => startSawlog('sources: [{ type: http }]\n', { directory, args: ['--port', String(port)] })
const collector = (output: string, directory = freshDirectory()): Promise<Started> => startSawlog(`sources: [{ type: http }]\noutputs: [{ type: forward, start: beginning, retry: { max: 300ms }, ${output} }]\n`, { directory })
const send = async (to: Started, via: string, from: number, count: number): Promise<void> => void expect((await to.post(numbered(via, from, from + count))).status).toBe(200)

/** How often each line of a way in is there. */
function counts(directory: string, via: string, lines: number): number[] {
  const found = Array.from({ length: lines }, () => 0)
  for (const { body } of journalRecords(directory)) {
    const { via: other, n } = body as { via: string; n: number }
    if (other === via) found[n] = (found[n] ?? 0) + 1
  }
  return found
}

const once = (lines: number): number[] => Array.from({ length: lines }, () => 1)
const all = (to: Started, records: number): Promise<unknown> => until(async () => (await to.stats()).total >= records, `${records} records arrive`)

test('of a data directory that was copied both copies get through, and it is reported', async () => {
  const store = await storage()
  const one = await collector(`url: '${store.url}'`)
  await send(one, 'before', 0, 20)
  await all(store, 20)
  await one.stop()
  const copy = freshDirectory()
  cpSync(one.directory, copy, { recursive: true })
  const [first, second] = await Promise.all([collector(`url: '${store.url}'`, one.directory), collector(`url: '${store.url}'`, copy)])
  for (let round = 0; round < 3; round++) await Promise.all([send(first, 'one', round * 20, 20), send(second, 'two', round * 20, 20)])
  await until(() => [...counts(store.directory, 'one', 60), ...counts(store.directory, 'two', 60)].every((count) => count > 0), 'all lines of both arrive')
  expect(counts(store.directory, 'before', 20)).toEqual(once(20))
  expect([...(await first.stats()).problems, ...(await second.stats()).problems].some(({ message }) => message.includes('another history of this journal'))).toBe(true)
}, LIMIT_MS)

test('after a data directory was restored from a backup what is new arrives, and it is reported', async () => {
  const store = await storage()
  let node = await collector(`url: '${store.url}'`)
  const { directory } = node
  await send(node, 'before', 0, 20)
  await all(store, 20)
  await node.stop()
  const backup = freshDirectory()
  cpSync(join(directory, 'data'), join(backup, 'data'), { recursive: true })
  node = await collector(`url: '${store.url}'`, directory)
  await send(node, 'lost', 0, 20)
  await all(store, 40)
  await node.kill()
  rmSync(join(directory, 'data'), { recursive: true })
  cpSync(join(backup, 'data'), join(directory, 'data'), { recursive: true })
  node = await collector(`url: '${store.url}'`, directory)
  await send(node, 'after', 0, 50)
  await until(() => counts(store.directory, 'after', 50).every((count) => count > 0), 'all new lines arrive')
  expect([counts(store.directory, 'after', 50), counts(store.directory, 'lost', 20)]).toEqual([once(50), once(20)])
  expect(counts(store.directory, 'before', 20).every((count) => count > 0)).toBe(true)
  await node.problem('another history of this journal')
}, LIMIT_MS)

test('a receiver that was restored from a backup goes on, and what it has lost is reported and can be replayed', async () => {
  const port = await freePort()
  let store = await storage(freshDirectory(), port)
  const { directory } = store
  const node = await collector(`url: 'http://127.0.0.1:${port}'`)
  await send(node, 'a', 0, 20)
  await all(store, 20)
  await store.stop()
  const backup = freshDirectory()
  cpSync(join(directory, 'data'), join(backup, 'data'), { recursive: true })
  store = await storage(directory, port)
  await send(node, 'a', 20, 20)
  await all(store, 40)
  await store.kill()
  rmSync(join(directory, 'data'), { recursive: true })
  cpSync(join(backup, 'data'), join(directory, 'data'), { recursive: true })
  store = await storage(directory, port)
  await send(node, 'a', 40, 20)
  await node.problem('has lost records it had acknowledged')
  expect((await fetch(`${node.url}/api/outputs/forward/replay?from=7d`, { method: 'POST' })).status).toBe(200)
  await until(() => counts(directory, 'a', 60).every((count) => count > 0), 'the lost lines arrive as well')
}, LIMIT_MS)

test('failover goes to the next target while the first is down, and back when it has been well for a while', async () => {
  const port = await freePort()
  let first = await storage(freshDirectory(), port)
  const second = await storage()
  const node = await collector(`targets: ['${first.url}', '${second.url}'], switch_after: 300ms, return_after: 300ms`)
  await send(node, 'a', 0, 20)
  await all(first, 20)
  await first.kill()
  await send(node, 'a', 20, 20)
  await all(second, 20)
  await node.problem(`instead of http://127.0.0.1:${port}`)
  first = await storage(first.directory, port)
  let sent = 40
  // It is asked every 5 s while there is something to send.
  await until(async () => {
    await send(node, 'a', sent++, 1)
    return (await first.stats()).total > 20
  }, 'records go to the first one again', 30_000)
  await until(() => [...counts(first.directory, 'a', sent)].every((count, n) => count + (counts(second.directory, 'a', sent)[n] as number) > 0), 'no line is missing')
}, LIMIT_MS)

test('two Sawlogs that forward to each other do not send anything round', async () => {
  const [one, two] = [await freePort(), await freePort()]
  const config = (to: number): string => `sources: [{ type: http }]\noutputs: [{ type: forward, start: beginning, url: 'http://127.0.0.1:${to}', retry: { max: 300ms } }]\n`
  const left = await startSawlog(config(two), { args: ['--port', String(one)] })
  const right = await startSawlog(config(one), { args: ['--port', String(two)] })
  await send(left, 'left', 0, 10)
  await right.problem('round for ever')
  await send(right, 'right', 0, 10)
  await send(left, 'left', 10, 10)
  await until(() => counts(right.directory, 'left', 20).every((count) => count > 0), 'the first direction works')
  expect([counts(left.directory, 'left', 20), counts(right.directory, 'left', 20), journalRecords(left.directory).length]).toEqual([once(20), once(20), 20])
  // The loop is taken out of the configuration: what waits in the other direction is let go.
  writeFileSync(join(right.directory, 'config.yaml'), 'sources: [{ type: http }]\n')
  right.process.kill('SIGHUP')
  await send(left, 'left', 20, 10)
  await until(() => counts(right.directory, 'left', 30).every((count) => count === 1), 'it goes on')
}, LIMIT_MS)
