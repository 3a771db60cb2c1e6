// Clocks that jump and outputs that answer strangely: neither may make the delivery run hot, stand still or forget where it is.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Retry } from '../../core/delivery-errors.ts'
import { eventually, range, scene } from './delivery-scene.ts'

afterEach(() => {
  vi.useRealTimers()
})

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('the cursor is saved while an output is busy, also after the clock was put back', async () => {
  const { add, start, journal } = await scene()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  await add(0, 200)
  start({ common: { batch: { records: 1, bytes: 1e6, wait: '0ms' } }, deliver: () => pause(5) })
  await eventually(() => (journal.store.cursor('out')?.record ?? 0) > 0, true)
  vi.setSystemTime(Date.now() - 3600_000)
  const before = journal.store.cursor('out')?.record ?? 0
  const end = performance.now() + 600
  while (performance.now() < end) await pause(10)
  const after = journal.store.cursor('out')?.record ?? 0
  expect(after).toBeGreaterThan(before)
  expect(after).toBeLessThan(200)
})

describe('an output', () => {
  test('that gives back the cursor it was given is asked again with pauses, not in a tight loop', async () => {
    const { add, start, problems } = await scene()
    await add(0, 5)
    let calls = 0
    start({ deliver: (_bodies, cursor) => (calls++, { cursor }) })
    await eventually(() => calls > 0, true)
    await pause(500)
    expect(calls).toBeLessThan(20)
    expect(problems.join()).toContain('cursor')
  })

  test('that gives back a cursor before the one it was given, or beyond its lines, is not believed', async () => {
    for (const step of [-1, 100]) {
      const { add, start, problems, journal } = await scene()
      await add(0, 5)
      let wrong = 1
      const { got } = start({ deliver: (_bodies, cursor) => (wrong-- > 0 ? { cursor: { ...cursor, record: cursor.record + step } } : undefined) })
      await eventually(() => journal.store.cursor('out')?.record, 5)
      expect(got.slice(-5)).toEqual(range(0, 5))
      expect(problems.join()).toContain('cursor')
    }
  })

  test('that asks for a pause longer than a timer can be gets one', async () => {
    const { add, start } = await scene()
    await add(0, 5)
    let calls = 0
    start({ deliver: () => {
      calls++
      throw new Retry('later', 1e12)
    } })
    await eventually(() => calls > 0, true)
    await pause(300)
    expect(calls).toBe(1)
  })
})
