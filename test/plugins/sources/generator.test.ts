import { expect, test } from 'vitest'
import type { Position } from '../../../core/plugin.ts'
import generator from '../../../plugins/sources/generator.ts'
import { type FakeHost, fakeHost } from './fake-source-host.ts'

async function make(options: Record<string, unknown>, positions = new Map<string, Position>()) {
  const host = fakeHost('generator', {}, positions)
  const source = await generator.setup(generator.options.parse(options), host.context)
  return { host, source, begin: () => source.start(new AbortController().signal) }
}

function numbers(host: FakeHost): number[] {
  return host.lines().map((line) => (JSON.parse(line) as { seq: number }).seq)
}

async function until(what: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!what()) {
    if (performance.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('numbers its lines from 1 and stops at the limit', async () => {
  const { host, source, begin } = await make({ rate: 100_000, limit: 5_000 })
  await begin()
  await until(() => host.lines().length >= 5_000)
  await source.stop()
  expect(numbers(host)).toEqual(Array.from({ length: 5_000 }, (_, i) => i + 1))
})

test('goes on after a restart where it left off, and says so in its positions', async () => {
  const positions = new Map<string, Position>()
  const first = await make({ rate: 2_000, limit: null }, positions)
  await first.begin()
  await until(() => first.host.lines().length > 50)
  await first.source.stop()
  const second = await make({ rate: 2_000, limit: null }, positions)
  await second.begin()
  await until(() => second.host.lines().length > 50)
  await second.source.stop()
  const all = [...numbers(first.host), ...numbers(second.host)]
  expect(all).toEqual(all.map((_, i) => i + 1))
  for (const { options, lines } of second.host.emitted) expect(options.to?.offset).toBe((options.from ?? 0) + lines.length)
})

test('makes nothing once its limit was reached before', async () => {
  const { host, source, begin } = await make({ rate: 1_000, limit: 10 }, new Map([['numbers', { offset: 10 }]]))
  await begin()
  await source.stop()
  expect(host.emitted).toEqual([])
})

test('keeps its rate, on average exactly', async () => {
  const { host, source, begin } = await make({ rate: 200, limit: null })
  const before = performance.now()
  await begin()
  await until(() => host.lines().length >= 100)
  const ms = performance.now() - before
  await source.stop()
  // 100 lines are due after 500 ms; never before, and later only by a tick and a busy machine.
  expect(ms).toBeGreaterThan(495)
  expect(host.lines().length).toBeLessThanOrEqual(Math.floor((performance.now() - before) / 5) + 1)
})

test('does not make up for a long stall', async () => {
  const { host, source, begin } = await make({ rate: 100, limit: null })
  let release: () => void = () => undefined
  let calls = 0
  host.admit = () => {
    calls++
    return calls > 1 ? Promise.resolve() : new Promise((resolve) => {
      release = resolve
    })
  }
  await begin()
  await until(() => calls === 1)
  await new Promise((resolve) => setTimeout(resolve, 2_500))
  release()
  await until(() => host.emitted.length >= 2)
  await source.stop()
  // 2.5 s were 250 lines; a second of them is made up for.
  expect(host.emitted[1]?.lines.length).toBeLessThanOrEqual(101)
})

test('stops only when its last line is durable', async () => {
  const { host, source, begin } = await make({ rate: 1_000, limit: null })
  let finish: () => void = () => undefined
  host.durable = () => new Promise((resolve) => {
    finish = resolve
  })
  await begin()
  await until(() => host.emitted.length > 0)
  let stopped = false
  const stop = Promise.resolve(source.stop()).then(() => {
    stopped = true
  })
  const made = host.emitted.length
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect([stopped, host.emitted.length]).toEqual([false, made])
  finish()
  await stop
})

test('tells when it cannot go on', async () => {
  const { host, source, begin } = await make({ rate: 1_000, limit: null })
  host.admit = async () => Promise.reject(new Error('no more'))
  await begin()
  await until(() => host.problems.length > 0)
  await source.stop()
  expect(host.problems).toEqual(['cannot go on making lines: no more'])
})

test('makes lines of all levels that the default tags find', async () => {
  const { host, source, begin } = await make({ rate: 100_000, limit: 3_000, seed: 1 })
  await begin()
  await until(() => host.lines().length >= 3_000)
  await source.stop()
  const records = host.lines().map((line) => JSON.parse(line) as { level: string; timestamp: string })
  expect(new Set(records.map(({ level }) => level))).toEqual(new Set(['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']))
  for (const word of [/login|token/, /payment|card/, /GET|POST/, /"job finished/]) expect(host.lines().filter((line) => word.test(line)).length).toBeGreaterThan(20)
  expect(Math.abs(Date.parse(records[0]?.timestamp ?? '') - Date.now())).toBeLessThan(60_000)
})

test('makes more lines in bursts, and errors of one service in an incident', async () => {
  const { host, source, begin } = await make({ rate: 400, burst: { every: '1s', for: '500ms', factor: 10 }, incidents: [{ service: 'payment', after: '0ms', every: '1h', for: '30m', errors: 1 }] })
  await begin()
  await new Promise((resolve) => setTimeout(resolve, 1_700))
  await source.stop()
  // 680 lines without the burst, 1,800 more in it.
  expect(host.lines().length).toBeGreaterThan(2_000)
  const levels = (service: string): Set<string> => new Set(host.lines().map((line) => JSON.parse(line) as { service: string; level: string }).filter((one) => one.service === service).map(({ level }) => level))
  expect([levels('payment'), levels('auth').has('INFO')]).toEqual([new Set(['ERROR']), true])
})
