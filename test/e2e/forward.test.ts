// From one Sawlog to another: each record once, as it was collected, whatever dies in between.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { freshDirectory, journalLines, journalRecords, startSawlog, type Started, until } from './sawlog.ts'

const TOKEN = 'a-token-for-tests'
/** Servers are started again and again, on a machine that is busy with other tests. */
const LIMIT_MS = 90_000

function storage(directory: string, port = 0): Promise<Started> {
  return startSawlog(`server: { auth: { tokens: { collector: ${TOKEN} }, password: a-password-for-tests } }\nsources: [{ type: http }]\n`, { directory, args: port === 0 ? [] : ['--port', String(port)] })
}

function collector(directory: string, to: string, batch = 700, more = ''): Promise<Started> {
  return startSawlog(`sources: [{ type: http, name: web }]\noutputs: [{ type: forward, compression: gzip, url: '${to}', token: ${TOKEN}, start: beginning, batch: { records: ${batch} }, retry: { max: 300ms }${more} }]\n`, { directory })
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

test('each record arrives once through a proxy that cuts connections, holds back answers and answers 503 itself', async () => {
  const [from, to] = [freshDirectory(), freshDirectory()]
  const store = await storage(to)
  const proxy = await badProxy(portOf(store))
  const collect = await collector(from, `http://127.0.0.1:${proxy.port}`, 100, ', timeout: 1s')
  for (let round = 0; round < 10; round++) expect((await collect.post(numbered('a', round * 300, round * 300 + 300, 300), {}, '/ingest?source=a')).status).toBe(200)
  await until(() => journalRecords(to).length >= 3000, 'all of them arrive', 60_000)
  proxy.mend()
  await until(async () => (await collect.stats()).outputs[0]?.lag === 0, 'everything is acknowledged')
  expect(countNumbered(journalRecords(to), { a: 3000 })).toEqual(exactlyOnce(3000))
  expect((await collect.stats()).outputs[0]?.errors).toBeGreaterThan(0)
}, LIMIT_MS)

test('through a chain of three each record arrives as it was collected, over TLS, and filters run on the way', async () => {
  const [first, second, third] = [freshDirectory(), freshDirectory(), freshDirectory()]
  const pem = (name: string): string => join(third, name)
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', pem('key.pem'), '-out', pem('cert.pem')], { stdio: 'ignore' })
  const last = await startSawlog(`server: { tls: { cert: cert.pem, key: key.pem } }\nsources: [{ type: http }]\n`, { directory: third })
  expect(last.url).toMatch(/^https:/)
  const middle = await startSawlog(`sources: [{ type: http }]\nfilters: [{ type: drop, when: 'tag:auth' }]\noutputs: [{ type: forward, compression: gzip, start: beginning, url: '${last.url}', tls: { ca: ${pem('cert.pem')} } }]\n`, { directory: second })
  const collect = await startSawlog(`sources: [{ type: http, name: web }]\noutputs: [{ type: forward, start: beginning, url: '${middle.url}' }]\n`, { directory: first })
  await collect.post('{"message":"card declined","n":12345678901234567890}\n{"message":"login of u1"}\n{"message":"third"}\n')
  await until(() => journalRecords(third).length >= 2, 'two records arrive')
  expect(journalLines(third)).toEqual(journalLines(first).filter((line) => !line.includes('login')))
}, LIMIT_MS)

test('a wrong token costs no record: mended in the configuration, they all arrive', async () => {
  const [from, to] = [freshDirectory(), freshDirectory()]
  const store = await storage(to)
  const collect = await startSawlog(`sources: [{ type: http }]\noutputs: [{ type: forward, url: '${store.url}', token: wrong-one, start: beginning }]\n`, { directory: from })
  await collect.post(numbered('a', 0, 10))
  await collect.problem('does not know the token')
  writeFileSync(join(from, 'config.yaml'), `sources: [{ type: http }]\noutputs: [{ type: forward, url: '${store.url}', token: ${TOKEN}, start: beginning }]\n`)
  collect.process.kill('SIGHUP')
  await until(() => journalRecords(to).length >= 10, 'all of them arrive')
  expect(countNumbered(journalRecords(to), { a: 10 })).toEqual(exactlyOnce(10))
}, LIMIT_MS)

/** Every other connection is cut somewhere, in either direction, or its answer held back; some are answered 503. */
async function badProxy(to: number): Promise<{ port: number; mend(): void }> {
  let count = 1
  let bad = true
  const server = createServer((client) => {
    const turn = count++
    client.on('error', () => undefined)
    if (bad && turn % 7 === 3) {
      client.once('data', () => client.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'))
      return
    }
    const target = connect(to, '127.0.0.1')
    target.on('error', () => undefined)
    const cut = (): void => {
      client.destroy()
      target.destroy()
    }
    client.on('close', () => target.destroy())
    target.on('close', () => client.destroy())
    let up = 0
    client.on('data', (chunk: Buffer) => {
      up += chunk.length
      if (bad && turn % 4 === 1 && up > 500 * (turn % 5)) cut()
      else target.write(chunk)
    })
    target.on('data', (chunk: Buffer) => {
      if (bad && turn % 4 === 2) setTimeout(cut, 20 * (turn % 3)).unref()
      else if (bad && turn % 8 === 7) client.write(chunk.subarray(0, chunk.length >> 1), () => setTimeout(cut, 5).unref())
      else if (bad && turn % 8 === 5) setTimeout(() => client.write(chunk), 1500).unref()
      else client.write(chunk)
      // A new connection for each request, so that the trouble goes on.
      if (bad) setTimeout(cut, 100).unref()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return {
    port: (server.address() as AddressInfo).port,
    mend: () => {
      bad = false
    },
  }
}
