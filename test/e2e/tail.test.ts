import { connect } from 'node:net'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { type EventStream, openEvents } from './event-stream.ts'
import { startLoad } from './load.ts'
import { peakMemory } from './peak-memory.ts'
import { startSawlog, type Started, until } from './sawlog.ts'

const CONFIG = 'sources: [{ type: http }]\n'

interface Tailed {
  id: string
  time: string
  level: string
  body: { n: number; message?: string }
}

function records({ events }: EventStream): Tailed[] {
  return events.filter(({ type }) => type === 'message').map(({ data }) => JSON.parse(data) as Tailed)
}

function numbers(stream: EventStream): number[] {
  return records(stream).map(({ body }) => body.n)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

async function post(sawlog: Started, from: number, to: number, more: object = {}): Promise<void> {
  expect((await sawlog.post(range(from, to).map((n) => JSON.stringify({ n, ...more })).join('\n'))).status).toBe(200)
}

async function problem(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  const answer = await fetch(url, { headers })
  return [answer.status, answer.headers.get('content-type'), await answer.json()]
}

describe('the live tail', () => {
  test('sends what is stored after it began, each with its id, and only what matches', async () => {
    const sawlog = await startSawlog(CONFIG)
    await post(sawlog, 0, 5)
    const all = await openEvents(`${sawlog.url}/api/tail`)
    const some = await openEvents(`${sawlog.url}/api/tail?q=n:>=7`)
    expect([all.response.status, all.response.headers.get('content-type'), all.response.headers.get('cache-control')]).toEqual([200, 'text/event-stream; charset=utf-8', 'no-store'])
    await post(sawlog, 5, 10)
    await until(() => records(all).length === 5 && records(some).length === 3, 'the records come')
    expect(numbers(all)).toEqual(range(5, 10))
    expect(numbers(some)).toEqual([7, 8, 9])
    expect(all.events.map(({ id }) => id)).toEqual(records(all).map(({ id }) => id))
    expect(records(all)[0]).toMatchObject({ id: '1-5', level: 'info', body: { n: 5 } })
    expect(await sawlog.stop()).toBe(0)
    expect(await all.ended).toBe(true)
  })

  test('comes within 100 ms of the commit', async () => {
    const sawlog = await startSawlog(CONFIG)
    const stream = await openEvents(`${sawlog.url}/api/tail`)
    const waits: number[] = []
    for (let n = 0; n < 20; n++) {
      await post(sawlog, n, n + 1)
      const began = performance.now()
      while (records(stream).length <= n) await new Promise((resolve) => { setTimeout(resolve, 1) })
      waits.push(performance.now() - began)
    }
    expect(waits.toSorted((a, b) => a - b)[10]).toBeLessThan(100)
  })

  test('goes on behind the last event over lost connections: nothing is missing, nothing comes twice', async () => {
    const sawlog = await startSawlog(`${CONFIG}journal: { segment_size: 20KiB }\n`)
    const load = startLoad(sawlog, sawlog.directory)
    const got: number[] = []
    let last: string | undefined
    for (let round = 0; round < 12; round++) {
      const stream = await openEvents(`${sawlog.url}/api/tail?q=via:http`, last)
      const before = got.length
      await until(() => records(stream).length > 150, 'some records come')
      stream.close()
      await stream.ended
      got.push(...numbers(stream))
      last = stream.lastId()
      expect(got.length).toBeGreaterThan(before)
    }
    const { http } = await load.stop()
    const rest = await openEvents(`${sawlog.url}/api/tail?q=via:http&last_event_id=${last}`)
    await until(() => got.length + records(rest).length >= (http as number), 'the rest comes')
    got.push(...numbers(rest))
    expect(got.toSorted((a, b) => a - b)).toEqual(range(0, http as number))
  })

  test('goes on where it was after the server was killed, also when nothing had come yet', async () => {
    const first = await startSawlog(CONFIG)
    await post(first, 0, 3)
    const silent = await openEvents(`${first.url}/api/tail`)
    const busy = await openEvents(`${first.url}/api/tail?from=1h`)
    await until(() => records(busy).length === 3 && silent.lastId() !== '', 'both are there')
    await first.kill()
    expect([await silent.ended, await busy.ended]).toEqual([false, false])
    const second = await startSawlog(CONFIG, { directory: first.directory })
    await post(second, 3, 6)
    for (const stream of [silent, busy]) {
      const again = await openEvents(`${second.url}/api/tail`, stream.lastId())
      await until(() => records(again).length === 3, 'the new ones come')
      expect(numbers(again)).toEqual([3, 4, 5])
      expect(again.events.filter(({ type }) => type === 'gap')).toEqual([])
    }
  })

  test('begins in the past where it is asked to, and then sends everything as it was stored', async () => {
    const sawlog = await startSawlog(CONFIG)
    await post(sawlog, 0, 2, { time: '2026-01-01T00:00:00Z' })
    await post(sawlog, 2, 4, { time: '2026-03-01T00:00:00Z' })
    await post(sawlog, 4, 5, { time: '2026-01-02T00:00:00Z' })
    const stream = await openEvents(`${sawlog.url}/api/tail?from=2026-02-01`)
    await post(sawlog, 5, 6)
    await until(() => records(stream).length === 4, 'they come')
    expect(numbers(stream)).toEqual([2, 3, 4, 5])
  })

  test('tells a client that what it missed was deleted', async () => {
    const sawlog = await startSawlog(`${CONFIG}journal: { segment_size: 4KiB, max_size: 16KiB, on_full: drop_oldest, reserve: 0 }\n`)
    for (let n = 0; n < 300; n += 10) await post(sawlog, n, n + 10)
    const stream = await openEvents(`${sawlog.url}/api/tail`, '1-3')
    await until(() => numbers(stream).at(-1) === 299, 'what is left comes')
    expect(stream.events[0]).toMatchObject({ type: 'gap', data: '{"reason":"deleted","id":"1-3"}' })
    const got = numbers(stream)
    expect(got).toEqual(range(got[0] as number, 300))
    expect(got[0]).toBeGreaterThan(4)
  })

  test('a client that does not read costs little memory and nobody else anything; a live one skips what it missed and says how much', async () => {
    const sawlog = await startSawlog(CONFIG)
    const open = (path: string) => {
      const socket = connect(Number(new URL(sawlog.url).port), '127.0.0.1')
      socket.pause()
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
      return socket
    }
    await post(sawlog, 0, 1)
    const slow = open('/api/tail')
    const live = open('/api/tail?live=1')
    const quick = await openEvents(`${sawlog.url}/api/tail`)
    await until(() => quick.lastId() !== '', 'it is open')
    const before = peakMemory(sawlog.process.pid as number)
    // 60 MB: far more than sockets hold.
    for (let n = 0; n < 60; n++) await post(sawlog, n * 1000, (n + 1) * 1000, { message: 'x'.repeat(900) })
    await until(() => records(quick).length === 60_000, 'the quick one has all', 30_000)
    expect(peakMemory(sawlog.process.pid as number) - before).toBeLessThan(120)
    let text = ''
    live.on('data', (chunk: Buffer) => { text = (text + chunk.toString('latin1')).slice(-8_000_000) }).resume()
    await until(() => /event: skipped\ndata: \{"records":\d{5}\}/.test(text), 'the live one skips')
    await post(sawlog, 60_000, 60_001)
    await until(() => text.includes('"n":60000'), 'and shows the present')
    let last = ''
    slow.on('data', (chunk: Buffer) => { last = (last + chunk.toString('latin1')).slice(-4000) }).resume()
    await until(() => last.includes('"n":60000'), 'the slow one gets everything in the end', 30_000)
    for (const socket of [slow, live]) socket.destroy()
    expect(await sawlog.stop()).toBe(0)
  })

  test('refuses what it cannot use, with the place in the query, and the next one in a hundred', async () => {
    const sawlog = await startSawlog(CONFIG)
    const tail = `${sawlog.url}/api/tail`
    expect(await problem(`${tail}?q=a%20AND`)).toEqual([400, 'application/problem+json', expect.objectContaining({ detail: expect.stringContaining('AND has nothing after it') as string, parameter: 'q', at: 2, length: 3 })])
    expect(await problem(`${tail}?query=a`)).toMatchObject([400, 'application/problem+json', { detail: expect.stringContaining('the route has none of this name') as string }])
    expect(await problem(tail, { 'Last-Event-ID': '../../etc' })).toMatchObject([400, 'application/problem+json', { detail: expect.stringContaining('an id looks like 12-3456') as string }])
    const sockets = range(0, 100).map(() => connect(Number(new URL(sawlog.url).port), '127.0.0.1').on('error', () => undefined))
    for (const socket of sockets) socket.write('GET /api/tail HTTP/1.1\r\nHost: x\r\n\r\n')
    await Promise.all(sockets.map((socket) => once(socket, 'data')))
    expect(await problem(tail)).toMatchObject([503, 'application/problem+json', { detail: expect.stringContaining('100 clients do so already') as string }])
    sockets[0]?.destroy()
    await until(async () => {
      const answer = await fetch(tail, { signal: AbortSignal.timeout(2000) })
      await answer.body?.cancel()
      return answer.status === 200
    }, 'a place is free again')
    for (const socket of sockets) socket.destroy()
    expect(await sawlog.stop()).toBe(0)
  })
})
