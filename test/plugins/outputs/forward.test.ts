// The forward output against receivers over real sockets: the contract, and what it does when a receiver stands elsewhere, refuses or fails.
import { createServer, type Server } from 'node:http'
import { basename } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { History } from '../../../core/journal/history.ts'
import type { Cursor, StoredLine } from '../../../core/journal/stored-line.ts'
import forward from '../../../plugins/outputs/forward.ts'
import { createHost, type Host } from '../../contract/create-host.ts'
import { deliverFrom } from '../../contract/delivery-run.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { testOutput } from '../../contract/test-output.ts'
import { PeerScene } from '../../core/peers/peer-scene.ts'

let scene: PeerScene
beforeAll(async () => {
  scene = await PeerScene.open()
})
afterAll(() => scene.close())

async function bodies(name: string): Promise<unknown[]> {
  return (await (await scene.node(name)).records()).map(({ value }) => value.body)
}

testOutput({ test, expect }, forward, {
  guarantee: 'exactly-once',
  valid: [
    { url: 'http://127.0.0.1:5000' }, { url: 'https://storage:5000/ingest', token: 'secret', streams: 1, tls: { verify: false }, timeout: '5s', compression: 'none' },
    { targets: ['http://a:5000', 'http://b:5000'], mode: 'balance', switch_after: '0s', return_after: '1h' },
  ],
  invalid: [{}, { url: 'storage:5000' }, { url: 'http://a', targets: ['http://a', 'http://b'] }, { targets: ['http://a'] }, { url: 'http://a', streams: 0 }, { url: 'http://a', token: 'two words' }],
  options: (directory) => ({ url: scene.url(basename(directory)), streams: 1 }),
  read: (directory) => bodies(basename(directory)),
})

const START: Cursor = { segment: 1, record: 0, state: null }
const LINES: readonly StoredLine[] = Array.from({ length: 60 }, (_, n) => makeStoredLine(1, n, { body: `line ${n}`, source: `app-${n % 5}` }))
const ALL = LINES.map(({ value }) => value.body)
const OWN: History = { run: 'aaaaaaaaaaaaaaaa', endOf: (run) => (run === OWN.run ? { segment: 9, record: 0 } : null) }

const hosts: Array<Host<typeof forward>> = []
const servers: Server[] = []
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.component.close?.()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function output(options: object, history: History = OWN): Promise<Host<typeof forward>> {
  const host = createHost(forward, { streams: 3, compression: 'none', ...options })
  Object.assign(host.context, { history })
  hosts.push(await host.setup())
  return host
}

function send(host: Host<typeof forward>, lines: readonly StoredLine[], cursor: Cursor, crashAfter = -1): Promise<Cursor> {
  return deliverFrom(host.component, lines, cursor, { batch: () => 17, crashAfter })
}

const sorted = (list: readonly unknown[]): unknown[] => list.toSorted()
const problemsOf = (host: Host<typeof forward>): string[] => host.problems.map(({ message }) => message)

describe('streams', () => {
  test('keep the order of each source', async () => {
    await send(await output({ url: scene.url('sources') }), LINES, START)
    const records = await (await scene.node('sources')).records()
    for (let source = 0; source < 5; source++) {
      expect(records.filter(({ value }) => value.source === `app-${source}`).map(({ value }) => value.body)).toEqual(ALL.filter((_, n) => n % 5 === source))
    }
  })

  test('go on under a new run of the same journal where the receiver stands', async () => {
    const cursor = await send(await output({ url: scene.url('runs') }), LINES.slice(0, 40), START, 1)
    const next: History = { run: 'bbbbbbbbbbbbbbbb', endOf: (run) => (run === OWN.run ? { segment: 1, record: 40 } : run === next.run ? { segment: 9, record: 0 } : null) }
    const host = await output({ url: scene.url('runs') }, next)
    await send(host, LINES, cursor)
    expect([sorted(await bodies('runs')), problemsOf(host)]).toEqual([sorted(ALL), []])
  })

  test.each([
    ['a run that is not known', () => null],
    ['what came after the copy was made', (run: string) => (run === OWN.run ? { segment: 1, record: 5 } : { segment: 9, record: 0 })],
  ])('are opened anew where the receiver holds %s', async (_what, endOf) => {
    const name = `copies-${_what.length}`
    const cursor = await send(await output({ url: scene.url(name) }), LINES.slice(0, 40), START, 1)
    const others = LINES.map(({ segment, record }, n) => makeStoredLine(segment, record, { body: `other ${n}`, source: `app-${n % 5}` }))
    const host = await output({ url: scene.url(name) }, { run: 'cccccccccccccccc', endOf: (run) => (run === 'cccccccccccccccc' ? { segment: 9, record: 0 } : endOf(run)) })
    await send(host, others, cursor)
    const got = await bodies(name)
    for (const { value } of others) expect(got.filter((body) => body === value.body).length).toBe(1)
    expect(problemsOf(host)[0]).toContain('another history of this journal')
  })

  test('are opened anew, and the loss is reported, where the receiver is empty again', async () => {
    const cursor = await send(await output({ url: scene.url('full') }), LINES.slice(0, 40), START)
    const host = await output({ url: scene.url('empty') })
    await send(host, LINES, cursor)
    expect([sorted(await bodies('empty')), problemsOf(host)[0]]).toEqual([sorted(ALL.slice(40)), expect.stringContaining('knows nothing of a stream')])
  })

  test('that are sent once more know nothing of the ones before', async () => {
    const host = await output({ url: scene.url('replay') })
    const cursor = await send(host, LINES, START)
    const replayed = { ...START, state: host.component.replayed?.(cursor.state) ?? null }
    await send(host, LINES, replayed)
    // Dead letters: out of order, at once, with a state of their own.
    await host.component.deliver(LINES.slice(3, 5), { ...cursor, state: host.component.replayed?.(cursor.state) ?? null }, new AbortController().signal)
    const got = await bodies('replay')
    expect(ALL.map((body) => got.filter((other) => other === body).length)).toEqual(ALL.map((_, n) => (n === 3 || n === 4 ? 3 : 2)))
  })
})

describe('an answer', () => {
  async function answering(status: number, headers: Record<string, string> = {}, body = ''): Promise<string> {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status, headers).end(body))
    }).listen(0, '127.0.0.1')
    servers.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`
  }

  test.each([
    [401, {}, '', 'does not know the token', null], [403, {}, '', 'does not let this request in', null], [404, {}, '', 'Check the url', null], [415, {}, '', 'Upgrade the receiver', null],
    [508, {}, '', 'round for ever', null], [400, {}, '{"detail":"no"}', 'answered 400', null], [422, {}, '', 'answered 422', null], [302, { location: '/x' }, '', 'Redirects are not followed', null],
    [503, { 'retry-after': '7' }, '', 'answered 503', 7000], [200, {}, '<html>welcome</html>', 'is not Sawlog', null], [200, {}, '{"accepted":17,"rejected":0}', 'is not Sawlog', null], [409, {}, '{}', 'answered 409', null],
  ] as const)('of %i %o %s costs no record', async (status, headers, body, message, afterMs) => {
    const host = await output({ url: await answering(status, headers, body) })
    const opened = await send(host, LINES, START, 1).catch((error: unknown) => error)
    expect(opened).toMatchObject({ name: 'Retry', message: expect.stringContaining(message) as string, afterMs })
  })

  test('that never comes ends by the timeout', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1')
    servers.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    const host = await output({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, timeout: '200ms' })
    expect(await send(host, LINES, START).catch((error: unknown) => error)).toMatchObject({ name: 'Retry', message: expect.stringContaining('within 200') as string })
  })

  test('of 413 makes requests smaller, and a line that is too long alone is named so', async () => {
    const sizes: number[] = []
    const server = createServer((request, response) => {
      let length = 0
      request.on('data', (chunk: Buffer) => (length += chunk.length)).on('end', () => {
        sizes.push(length)
        const last = String(request.headers['sawlog-range']).split('-')[1]
        response.writeHead(length > 500 ? 413 : 200).end(JSON.stringify({ accepted: 1, last }))
      })
    }).listen(0, '127.0.0.1')
    servers.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    const host = await output({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}` })
    await send(host, LINES, START)
    expect(Math.min(...sizes)).toBeLessThan(501)
    const long = makeStoredLine(2, 0, { body: 'x'.repeat(600) })
    expect(await send(host, [long], { ...START, segment: 2 }).catch((error: unknown) => error)).toMatchObject({ name: 'TooLarge' })
  })
})

describe('several targets', () => {
  const dead = 'http://127.0.0.1:1'

  test('failover goes to the next one while the first fails, and back when it is well', async () => {
    const host = await output({ targets: [dead, scene.url('second')], switch_after: '1ms' })
    const failed = await send(host, LINES.slice(0, 10), START, 1).catch((error: unknown) => error)
    expect(failed).toMatchObject({ name: 'Retry' })
    await send(host, LINES, START)
    expect([sorted(await bodies('second')), problemsOf(host)[0]]).toEqual([sorted(ALL), expect.stringContaining('instead of http://127.0.0.1:1')])
  })

  test('balance gives each a part, and a dead one\'s part to another', async () => {
    const both = await output({ targets: [scene.url('left'), scene.url('right')], mode: 'balance' })
    await send(both, LINES, START)
    const [left, right] = [await bodies('left'), await bodies('right')]
    expect([left.length > 0, right.length > 0, sorted([...left, ...right])]).toEqual([true, true, sorted(ALL)])
    const one = await output({ targets: [scene.url('alive'), dead], mode: 'balance', switch_after: '1ms' })
    await send(one, LINES, START).catch(() => undefined)
    await send(one, LINES, START)
    expect(new Set(await bodies('alive'))).toEqual(new Set(ALL))
  })
})
