// Records from one built server to another as syslog, and a syslog source that is flooded, killed or has a full disk.
import { createSocket } from 'node:dgram'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { strictServer } from '../plugins/strict-syslog-server.ts'
import { freshDirectory, journalRecords, startSawlog, type Started, until } from './sawlog.ts'
import { peakMemory } from './peak-memory.ts'
import { mountTmpfs, tmpfsMissing } from './tmpfs.ts'

const portOf = (sawlog: Started, name: 'TCP connections' | 'UDP datagrams'): Promise<string> => until(() => new RegExp(`Listening for ${name} on 127\\.0\\.0\\.1:(\\d+)`).exec(sawlog.log())?.[1], 'the source listens')
const sender = (port: string | number, options = ''): string => `sources: [{ type: http }]\noutputs: [{ type: syslog, address: '127.0.0.1:${port}'${options} }]\n`
const delivered = (sawlog: Started): Promise<unknown> => until(async () => (await sawlog.stats()).outputs[0]?.lag === 0, 'all is delivered', 30_000)
const numbersOf = (directory: string): number[] => journalRecords(directory).map(({ body, fields }) => Number(/n=(\d+)/.exec(String(fields?.['message'] ?? body))?.[1]))

async function speaker(port: string): Promise<Socket> {
  const socket = connect({ port: Number(port), host: '127.0.0.1' })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}

test('text, level, host, time, tags and source come out of another server as they went in', async () => {
  const receiver = await startSawlog("sources: [{ type: syslog, address: '127.0.0.1:0' }]\ntaggers: []\n")
  const from = await startSawlog(sender(await portOf(receiver, 'TCP connections')))
  const texts = ['card declined: zażółć "two"', 'two\nlines \\ ] "', '<13>looks like syslog', 'plain']
  const levels = ['fatal', 'error', 'warn', 'info']
  const posted = texts.map((message, i) => JSON.stringify({ time: `2026-11-01T00:00:0${i}.123456Z`, level: levels[i], message, pid: i }))
  expect((await from.post(posted.join('\n'), {}, '/ingest?source=shop')).status).toBe(200)
  await until(async () => (await receiver.stats()).total === 4, 'all have arrived')
  await from.stop()
  await receiver.stop()
  const before = journalRecords(from.directory) as Array<ReturnType<typeof journalRecords>[number] & { host: string }>
  const after = journalRecords(receiver.directory) as typeof before
  expect(after.map(({ time, level, host }) => [time, level, host])).toEqual(before.map(({ time, level, host }) => [time, level, host]))
  expect(after.map(({ fields }) => JSON.parse(String(fields?.['message'])) as unknown)).toEqual(before.map(({ body }) => body))
  expect(after.map(({ fields }) => [fields?.['appname'], fields?.['procid'], fields?.['structured_data']])).toEqual(before.map(({ tags }, i) => ['shop', i, { 'sawlog@32473': { source: 'shop', tags: tags.join(',') } }]))
  expect(before[0]?.tags).toContain('payment')
})

test('the receiver killed with -9 again and again: what is lost was in its hands, what is sent afterwards is all there', { timeout: 90_000 }, async () => {
  const directory = freshDirectory()
  const config = (port: string) => `sources: [{ type: syslog, address: '127.0.0.1:${port}' }]\n`
  let receiver = await startSawlog(config('0'), { directory })
  const port = await portOf(receiver, 'TCP connections')
  const from = await startSawlog(sender(port, ', batch: { records: 100, wait: 10ms }'))
  let n = 0
  const post = async (count: number): Promise<void> => {
    const lines = Array.from({ length: count }, () => JSON.stringify({ message: `n=${n++}`, pad: 'x'.repeat(500) }))
    expect((await from.post(lines.join('\n'))).status).toBe(200)
  }
  for (let kill = 0; kill < 3; kill++) {
    for (let i = 0; i < 20; i++) await post(100)
    await receiver.kill()
    await post(100)
    receiver = await startSawlog(config(port), { directory })
  }
  await delivered(from)
  const first = n
  await post(1000)
  await delivered(from)
  expect(await receiver.stop()).toBe(0)
  const seen = new Map<number, number>()
  for (const number of numbersOf(directory)) seen.set(number, (seen.get(number) ?? 0) + 1)
  const lost = Array.from({ length: n }, (_, i) => i).filter((i) => !seen.has(i))
  const doubled = [...seen].filter(([, times]) => times > 1)
  // After the last reconnection nothing is lost or doubled; each kill loses at most one stretch and doubles at most the batch in flight.
  expect([lost.filter((i) => i >= first), doubled.filter(([i]) => i >= first)]).toEqual([[], []])
  expect(lost.filter((i) => !lost.includes(i - 1)).length).toBeLessThanOrEqual(3)
  expect(doubled.length).toBeLessThanOrEqual(300)
  expect(doubled.every(([, times]) => times <= 2)).toBe(true)
})

test('a target that reads nothing makes the lag grow, not the memory; all arrives in order when it reads again', { timeout: 90_000 }, async () => {
  const target = await strictServer({ paused: true })
  const from = await startSawlog(sender(target.port))
  const total = 30_000
  for (let n = 0; n < total; n += 5000) {
    const lines = Array.from({ length: 5000 }, (_, i) => JSON.stringify({ message: `n=${n + i}`, pad: 'x'.repeat(1000) }))
    expect((await from.post(lines.join('\n'))).status).toBe(200)
  }
  const [output] = (await from.stats()).outputs
  expect(output?.lag).toBeGreaterThan(total / 2)
  expect(peakMemory(from.process.pid as number)).toBeLessThan(300)
  target.resume()
  await delivered(from)
  await until(() => target.messages().length === total, 'all have arrived', 30_000)
  expect(target.messages().every(({ message }, i) => message.startsWith(`{"message":"n=${i}"`))).toBe(true)
})

test('of a flood of datagrams each is stored or counted as dropped', { timeout: 60_000 }, async () => {
  const receiver = await startSawlog("sources: [{ type: syslog, mode: udp, address: '127.0.0.1:0', receive_buffer: 64KiB, max_queue: 64KiB }]\n")
  const port = Number(await portOf(receiver, 'UDP datagrams'))
  const socket = createSocket('udp4')
  const total = 20_000
  for (let n = 0; n < total; n += 200) await Promise.all(Array.from({ length: 200 }, (_, i) => new Promise((resolve) => socket.send(`<13>n=${n + i} ${'x'.repeat(500)}`, port, '127.0.0.1', resolve))))
  socket.close()
  const counted = await until(async () => {
    const { total: stored, counters } = await receiver.stats()
    const of = (what: string): number => counters.find((one) => one.component === 'syslog' && one.what === what)?.value ?? 0
    const dropped = of('dropped_datagrams') + of('dropped_by_system')
    return stored + dropped === total && { stored, dropped }
  }, 'stored and dropped are all that were sent')
  expect([counted.stored > 0, counted.dropped > 0]).toEqual([true, true])
  await receiver.problem(/cannot (store|read) datagrams as fast as they come/)
  await receiver.stop()
  expect(new Set(numbersOf(receiver.directory)).size).toBe(counted.stored)
})

describe.skipIf(tmpfsMissing !== '')(`a full disk${tmpfsMissing}`, () => {
  test('makes a TCP sender wait; freed, everything it sent is stored once and in order', { timeout: 90_000 }, async () => {
    const mounted = mountTmpfs('size=24M')
    const receiver = await startSawlog("journal: { reserve: 1MiB, segment_size: 1MiB, max_pending: 256KiB }\nsources: [{ type: syslog, address: '127.0.0.1:0' }]\n", { args: ['--data', join(mounted, 'data')] })
    const { bavail, bsize } = statfsSync(mounted)
    const ballast = join(mounted, 'ballast')
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 3_000_000), 1))
    const socket = await speaker(await portOf(receiver, 'TCP connections'))
    const total = 40_000
    socket.write(Array.from({ length: total }, (_, n) => `<13>n=${n} ${'x'.repeat(600)}\n`).join(''))
    await receiver.problem(/the disk that holds .* is full/)
    let before = -1
    await until(async () => {
      const same = before === socket.writableLength
      before = socket.writableLength
      await new Promise((resolve) => setTimeout(resolve, 300))
      return same
    }, 'the sender stands still')
    expect(socket.writableLength).toBeGreaterThan(5_000_000)
    rmSync(ballast)
    socket.end()
    await until(async () => (await receiver.stats()).total === total, 'all have arrived', 60_000)
    expect(await receiver.stop()).toBe(0)
    expect(numbersOf(mounted)).toEqual(Array.from({ length: total }, (_, n) => n))
  })
})
