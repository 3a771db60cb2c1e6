import { expect, test } from 'vitest'
import { FlowSampler } from '../../core/flow-sampler.ts'

test('gives records a second of the last seconds and of the last minute', () => {
  let now = 0
  const counts = new Map<string, number>([['a', 0]])
  const flow = new FlowSampler(() => new Map(counts), () => now)
  const pass = (records: number): void => {
    now += 2000
    counts.set('a', (counts.get('a') ?? 0) + records)
    flow.take()
  }
  flow.take()
  expect([flow.perSecond('a'), flow.history('a')]).toEqual([null, []])
  pass(20)
  expect([flow.perSecond('a'), flow.history('a')]).toEqual([10, [10]])
  for (const records of [40, 40, 40]) pass(records)
  expect([flow.perSecond('a'), flow.history('a')]).toEqual([20, [10, 20, 20, 20]])
  for (let i = 0; i < 100; i++) pass(2)
  expect([flow.perSecond('a'), flow.history('a').length, flow.perSecond('b')]).toEqual([1, 30, null])
})

test('begins with a plugin when it comes, and never goes below zero', () => {
  let now = 0
  let counts = new Map<string, number>()
  const flow = new FlowSampler(() => counts, () => now)
  flow.take()
  for (const b of [100, 110, 50]) {
    now += 1000
    counts = new Map([['b', b]])
    flow.take()
  }
  expect(flow.history('b')).toEqual([0, 10, 0])
  expect(flow.perSecond('b')).toBe(0)
})
