// The whole server with an http output against targets that refuse, delay, hang and break off.
import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { reply, scriptedServer } from '../core/http-target/scripted-server.ts'
import { type Receiver, startReceiver } from '../plugins/outputs/http-receiver.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { journalRecords, startSawlog, type Started, until } from './sawlog.ts'

/** Records go out as the lines that came in. */
function config(url: string, options = ''): string {
  return `sources: [{ type: http }]
outputs:
  - { type: http, name: out, url: '${url}', format: text, template: raw, headers: { Content-Type: application/x-ndjson }, retry: { min: 20ms, max: 100ms }, ${options} }
`
}

interface OutputFigures {
  name: string
  lag: number
  errors: number
  rejected: number
  dead_letters: number
  last_error: string | null
}

async function figures(sawlog: Started): Promise<OutputFigures> {
  return ((await sawlog.stats()).outputs as unknown as OutputFigures[])[0] as OutputFigures
}

async function drained(sawlog: Started): Promise<OutputFigures> {
  return until(async () => {
    const now = await figures(sawlog)
    return now.lag === 0 ? now : null
  }, 'everything is delivered', 30_000)
}

async function receiver(answer: Receiver['answer']): Promise<Receiver> {
  const made = await startReceiver(answer)
  onTestFinished(() => made.close())
  return made
}

test('scenario 36: 503, then 429 with Retry-After, then 400 for one record: the rest arrives once and in order, the one is a dead letter that can be replayed', async () => {
  const taken: number[] = []
  const at: number[] = []
  let picky = true
  const target = await receiver(({ body }, index) => {
    at.push(performance.now())
    if (index === 0) return { status: 503, body: 'starting' }
    if (index === 1) return { status: 429, headers: { 'Retry-After': '1' } }
    const { n } = JSON.parse(body) as { n: number }
    if (n === 5 && picky) return { status: 400, body: '{"error":"5 is not a number"}' }
    taken.push(n)
    return { status: 200 }
  })
  const sawlog = await startSawlog(config(target.url, 'batch: { records: 1 }'))
  await sawlog.post(numbered('a', 0, 10))
  const after = await drained(sawlog)
  expect(taken).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9])
  expect((at[2] as number) - (at[1] as number)).toBeGreaterThan(990)
  expect([after.rejected, after.dead_letters]).toEqual([1, 1])
  await sawlog.problem(/answered 503: "starting"/)
  const { dead_letters: letters } = (await (await fetch(`${sawlog.url}/api/dead-letters`)).json()) as { dead_letters: Array<{ output: string; reason: string }> }
  expect(letters.map(({ output, reason }) => [output, reason])).toEqual([['out', `${target.url} answered 400: "{"error":"5 is not a number"}"`]])

  picky = false
  const replay = await fetch(`${sawlog.url}/api/dead-letters/replay`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"output":"out"}' })
  expect(await replay.json()).toMatchObject({ delivered: 1, refused: 0 })
  expect([taken.at(-1), (await figures(sawlog)).dead_letters]).toEqual([5, 0])
})

test('scenario 36: 413 halves the batch until it fits; the record that is too large alone is a dead letter', async () => {
  const taken: string[] = []
  const target = await receiver(({ body }) => {
    if (body.length > 2000) return { status: 413, body: 'at most 2000' }
    taken.push(body)
    return { status: 204 }
  })
  const sawlog = await startSawlog(config(target.url))
  await sawlog.post(numbered('a', 0, 200) + numbered('big', 0, 1, 3000) + numbered('b', 0, 100))
  const after = await drained(sawlog)
  const bodies = taken.join('').split('\n').slice(0, -1).map((line) => JSON.parse(line) as { via: string; n: number })
  expect(bodies.map(({ via, n }) => `${via}${n}`)).toEqual([...Array.from({ length: 200 }, (_, n) => `a${n}`), ...Array.from({ length: 100 }, (_, n) => `b${n}`)])
  expect([after.rejected, after.dead_letters]).toEqual([1, 1])
})

test('scenario 37: hung, half and cut replies: a Sawlog behind them stores every record exactly once', async () => {
  const behind = await startSawlog('sources: [{ type: http }]\n')
  const keys: string[] = []
  const breakages: ReadonlyArray<(socket: Socket) => void> = [
    () => undefined,
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Le'),
    (socket) => void socket.end(),
    (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"accep'),
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"acc', () => socket.resetAndDestroy()),
    (socket) => void socket.resetAndDestroy(),
  ]
  // The target has stored every request before its reply breaks.
  const proxy = await scriptedServer((socket, { head, body }, index) => {
    const key = /\r\nidempotency-key: (.*)/i.exec(head)?.[1] ?? ''
    keys.push(key)
    void behind.post(body, { 'Idempotency-Key': key }, '/ingest?source=proxied').then(async (answer) => {
      const broken = breakages[index]
      if (broken === undefined) socket.write(reply(answer.status, await answer.text()))
      else broken(socket)
    })
  })
  const sawlog = await startSawlog(config(proxy.url, 'timeout: 700ms'))
  for (let from = 0; from < 3000; from += 1000) {
    await sawlog.post(numbered('a', from, from + 1000))
    if (from === 0) await until(() => keys.length > breakages.length, 'the replies have all broken once', 30_000)
  }
  const after = await drained(sawlog)
  expect(new Set(keys.slice(0, breakages.length + 1)).size).toBe(1)
  expect(after.errors).toBeGreaterThanOrEqual(breakages.length)
  expect(after.rejected).toBe(0)
  await sawlog.problem(/none was complete within 700ms/)
  await sawlog.problem(/cut before the answer was complete/)
  expect(countNumbered(journalRecords(behind.directory), { a: 3000 })).toEqual(exactlyOnce(3000))
})

test('scenario 37: a target that hangs keeps nobody else waiting, and not Sawlog from ending', async () => {
  const target = await receiver(() => null)
  const sawlog = await startSawlog(`${config(target.url)}  - { type: jsonl, path: out.jsonl }\n`)
  await sawlog.post(numbered('a', 0, 10))
  await until(() => target.requests.length === 1, 'the request hangs')
  await until(async () => (await sawlog.stats()).outputs.find(({ name }) => name === 'jsonl')?.lag === 0, 'the other output has everything')
  const began = performance.now()
  expect(await sawlog.stop()).toBe(0)
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('one record per request is stored exactly once by a Sawlog, also when the sender is killed', async () => {
  const behind = await startSawlog('sources: [{ type: http }]\n')
  const text = config(`${behind.url}/ingest?source=sent`, 'one_per_request: true')
  let sawlog = await startSawlog(text)
  await sawlog.post(numbered('a', 0, 300))
  await until(async () => (await behind.stats()).total > 100, 'some have arrived')
  await sawlog.kill()
  sawlog = await startSawlog(text, { directory: sawlog.directory })
  await drained(sawlog)
  expect(countNumbered(journalRecords(behind.directory), { a: 300 })).toEqual(exactlyOnce(300))
}, 60_000)
