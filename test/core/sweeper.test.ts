import { afterEach, expect, test } from 'vitest'
import { Component } from '../../core/component.ts'
import type { RetentionPlan, RetentionStore } from '../../core/journal/retention-store.ts'
import { Sweeper } from '../../core/sweeper.ts'
import { tapRecorder } from '../../core/tap-recorder.ts'
import { componentOf } from './component-of.ts'

const NONE = { segments: 0, bytes: 0, records: 0 }
const plan = (change: Partial<RetentionPlan> = {}): RetentionPlan => ({ ...NONE, heldBy: [], held: NONE, suspended: null, ...change })

const sweepers: Sweeper[] = []
afterEach(async () => {
  for (const sweeper of sweepers.splice(0)) await sweeper.stop()
})

/** Components that do `work` at each sweep, over a store whose answers are `answers`. */
function scene(work: Record<string, (store: RetentionStore) => Promise<void>>) {
  const said: string[] = []
  const state = { answer: plan(), now: 1000 }
  const components = Object.entries(work).map(([name, tap]) => {
    const component = componentOf('retention', { name }) as Component
    ;(tapRecorder(component, null) as { sweep: { tapPromise(name: string, fn: unknown): void } }).sweep.tapPromise(name, tap)
    return component
  })
  const store = { get now() {
    return state.now
  }, plan: () => state.answer, deleteBefore: () => Promise.resolve(state.answer), erase: () => Promise.resolve({ records: 3, segments: 1, bytes: 10, complete: false }) } as unknown as RetentionStore
  const log = (name: string) => ({ debug: () => undefined, info: (text: string) => void said.push(`${name}: ${text}`), warn: () => undefined, error: () => undefined })
  const sweeper = new Sweeper({ components: () => components, store: () => store, report: (component, level, message) => void said.push(`${level} ${component}: ${message}`), loggerFor: log })
  sweepers.push(sweeper)
  return { sweeper, said, state, components }
}

test('says what was deleted, and what outputs hold back once while the same ones do', async () => {
  const { sweeper, said, state } = scene({ age: async (store) => void (await store.deleteBefore({ time: store.now - 500 })) })
  state.answer = plan({ segments: 2, bytes: 20, records: 5, heldBy: ['slow'], held: { segments: 1, bytes: 7, records: 3 } })
  await sweeper.sweep()
  await sweeper.sweep()
  expect(said).toEqual([
    'age: Deleted 2 segments with 5 records (20 bytes).', 'warn age: cannot delete 1 segment with 3 records (7 bytes) that slow still has to deliver',
    'age: Deleted 2 segments with 5 records (20 bytes).',
  ])
  said.length = 0
  state.answer = plan()
  await sweeper.sweep()
  state.answer = plan({ heldBy: ['slow', 'slower'], held: { segments: 2, bytes: 9, records: 4 } })
  await sweeper.sweep()
  expect(said).toEqual(['warn age: cannot delete 2 segments with 4 records (9 bytes) that slow, slower still have to deliver'])
})

test('says once that ages cannot be relied on, and once that they can again', async () => {
  const { sweeper, said, state } = scene({ age: async (store) => void (await store.deleteBefore({ time: 5 })), size: async (store) => void (await store.deleteBefore({ bytes: 5 })) })
  state.answer = plan({ suspended: 'the clock jumped forward by 3 h' })
  await sweeper.sweep()
  await sweeper.sweep()
  state.answer = plan()
  await sweeper.sweep()
  await sweeper.sweep()
  expect(said).toEqual(['warn retention: nothing is deleted by age: the clock jumped forward by 3 h', 'info retention: the clock can be trusted again: records are deleted by age'])
})

test('remembers what each rule asked for, with ages that move on, until the rule is gone', async () => {
  const { sweeper, components } = scene({
    old: async (store) => void (await store.deleteBefore({ time: store.now - 500 })),
    big: async (store) => void (await store.deleteBefore({ bytes: 9 }, { force: true })),
    debug: async (store) => void (await store.erase('source:debug', store.now - 70)),
  })
  await sweeper.sweep()
  await sweeper.sweep()
  expect(sweeper.asks()).toEqual([
    { component: 'old', type: 'retention', limit: { age: 500 }, force: false },
    { component: 'big', type: 'retention', limit: { bytes: 9 }, force: true },
    { component: 'debug', type: 'retention', when: 'source:debug', age: 70, erased: 6, complete: false },
  ])
  components.shift()
  expect(sweeper.asks().map(({ component }) => component)).toEqual(['big', 'debug'])
})

test('sweeps never overlap, and one asked for during another is one more, for all who asked', async () => {
  let running = 0
  let runs = 0
  let most = 0
  const { sweeper } = scene({ slow: async () => {
    most = Math.max(most, ++running)
    runs++
    await new Promise((resolve) => setTimeout(resolve, 20))
    running--
  } })
  const first = sweeper.sweep()
  await new Promise((resolve) => setTimeout(resolve, 5))
  await Promise.all([first, sweeper.sweep(), sweeper.sweep(), sweeper.sweep()])
  expect([most, runs]).toEqual([1, 2])
})

test('after a segment was closed it sweeps within moments, once for many', async () => {
  let runs = 0
  const { sweeper } = scene({ counting: () => Promise.resolve(void runs++) })
  for (let i = 0; i < 10; i++) sweeper.closed()
  await expect.poll(() => runs, { timeout: 5000 }).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(runs).toBe(1)
})

