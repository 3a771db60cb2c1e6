// When sealing waits for the main thread, and what ends that.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SealYield } from '../../../../core/journal/sealed/seal-yield.ts'

let busy: number
let waiting: number
let told: boolean[]
let sealing: SealYield

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  busy = 0
  waiting = 0
  told = []
  sealing = new SealYield({ pause: (on) => void told.push(on), waiting: () => waiting, maxWaiting: () => 100, busy: () => busy })
})
afterEach(() => void vi.useRealTimers())

test('nothing waits while there is time', () => {
  busy = 0.3
  sealing.begin(64 * 1024 * 1024)
  vi.advanceTimersByTime(5000)
  sealing.end()
  expect(told).toEqual([])
})

test('it waits from the beginning while the main thread is busy, and goes on soon after', () => {
  busy = 1
  sealing.begin(64 * 1024 * 1024)
  expect(told).toEqual([true])
  busy = 0
  // One quiet moment is none.
  vi.advanceTimersByTime(100)
  expect(told).toEqual([true])
  vi.advanceTimersByTime(400)
  expect(told).toEqual([true, false])
  busy = 1
  vi.advanceTimersByTime(500)
  expect(told).toEqual([true, false, true])
  sealing.end()
  vi.advanceTimersByTime(5000)
  expect(told).toEqual([true, false, true, false])
})

test.each([[64, 10_000], [6.4, 1000], [0.0625, 0], [0, 0]])('a segment of %d MiB waits %d ms at most, the next one again', (mebibytes, most) => {
  const first = most === 0 ? [] : [true]
  busy = 1
  sealing.begin(mebibytes * 1024 * 1024)
  vi.advanceTimersByTime(Math.max(0, most - 100))
  expect(told).toEqual(first)
  vi.advanceTimersByTime(200)
  expect(told).toEqual(most === 0 ? [] : [true, false])
  sealing.end()
  sealing.begin(mebibytes * 1024 * 1024)
  expect(told).toEqual(most === 0 ? [] : [true, false, true])
})

test('it does not wait where too much would pile up, or where somebody waits for it', () => {
  busy = 1
  sealing.begin(64 * 1024 * 1024)
  waiting = 101
  vi.advanceTimersByTime(100)
  expect(told).toEqual([true, false])
  waiting = 100
  vi.advanceTimersByTime(100)
  expect(told).toEqual([true, false, true])
  const unhurry = sealing.hurry()
  expect(told).toEqual([true, false, true, false])
  vi.advanceTimersByTime(1000)
  expect(told).toHaveLength(4)
  unhurry()
  vi.advanceTimersByTime(100)
  expect(told).toEqual([true, false, true, false, true])
})

test('by itself it sees how busy the thread is', async () => {
  vi.useRealTimers()
  const own = new SealYield({ pause: (on) => void told.push(on), waiting: () => 0, maxWaiting: () => 0 })
  const burn = (ms: number): void => {
    const end = performance.now() + ms
    while (performance.now() < end);
  }
  const waits = setInterval(() => burn(40), 0)
  await new Promise((resolve) => setTimeout(resolve, 300))
  own.begin(64 * 1024 * 1024)
  expect(told).toEqual([true])
  clearInterval(waits)
  await vi.waitFor(() => expect(told).toEqual([true, false]), 5000)
  own.end()
})
