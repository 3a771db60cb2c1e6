import { describe, expect, test } from 'vitest'
import { Retry } from '../../core/delivery-errors.ts'
import { type Deliver, eventually, range, scene } from './delivery-scene.ts'

describe('an output', () => {
  test('gets every line once, in order, over segments, as they come', async () => {
    const { add, start, problems } = await scene({ segmentBytes: 2000 })
    await add(0, 50)
    const { delivery, got } = start({ common: { batch: { records: 7, wait: '0ms' } } })
    for (let from = 50; from < 200; from += 30) await add(from, from + 30)
    await eventually(() => got.length, 200)
    expect([got, problems]).toEqual([range(0, 200), []])
    await eventually(() => delivery.status(), { name: 'out', type: 'output', lag: 0, lagBytes: 0, lagSeconds: 0, delivered: 200, errors: 0, rejected: 0, deadLetters: 0, lastError: null, state: 'running' })
  })

  test('begins with the next record, unless it is told to start at the beginning; both are remembered', async () => {
    const { add, start, journal } = await scene()
    await add(0, 3)
    const now = start({ name: 'now', common: { start: 'now' } })
    expect(journal.store.cursor('now')).toMatchObject({ segment: 1, record: 3 })
    const all = start({ name: 'all' })
    await add(3, 5)
    await eventually(() => [now.got, all.got], [[3, 4], range(0, 5)])
  })

  test('gets at most as many records as a batch may hold', async () => {
    const { add, start } = await scene()
    await add(0, 25)
    const sizes: number[] = []
    const { got } = start({ common: { batch: { records: 10, wait: '0ms' } }, deliver: (bodies) => void sizes.push(bodies.length) })
    await eventually(() => got.length, 25)
    expect(sizes).toEqual([10, 10, 5])
  })

  test('gathers a trickle for as long as `wait` says', async () => {
    const { add, start } = await scene()
    const sizes: number[] = []
    const { got } = start({ common: { batch: { wait: '300ms' } }, deliver: (bodies) => void sizes.push(bodies.length) })
    await new Promise((resolve) => setTimeout(resolve, 20))
    for (let n = 0; n < 5; n++) await add(n, n + 1)
    await eventually(() => got.length, 5)
    expect(sizes).toEqual([5])
  })

  test('goes on where it was after a stop, with its state', async () => {
    const { add, start, journal } = await scene()
    await add(0, 10)
    const counting: Deliver = (bodies, { state }, _signal, lines) => {
      const last = lines.at(-1)
      return { cursor: { segment: last?.segment as number, record: (last?.record as number) + 1, state: { seen: ((state as { seen?: number } | null)?.seen ?? 0) + bodies.length } } }
    }
    const first = start({ deliver: counting })
    await eventually(() => first.got.length, 10)
    await first.delivery.stop(false)
    expect(journal.store.cursor('out')).toEqual({ segment: 1, record: 10, state: { seen: 10 } })
    await add(10, 15)
    const second = start({ deliver: counting })
    await eventually(() => second.got, range(10, 15))
    await second.delivery.stop(true)
    expect(journal.store.cursor('out')?.state).toEqual({ seen: 15 })
  })

  test('takes over the cursor of the name it had', async () => {
    const { add, start, journal } = await scene()
    await add(0, 4)
    const old = start({ name: 'old' })
    await eventually(() => old.got.length, 4)
    await old.delivery.stop(true)
    await add(4, 6)
    const renamed = start({ name: 'new', common: { was: 'old' } })
    await eventually(() => renamed.got, [4, 5])
    expect(journal.store.cursor('old')).toBeNull()
  })

  test('gets only what matches `when`; what does not is passed over for good', async () => {
    const { add, start, journal } = await scene()
    await add(0, 20)
    const { delivery, got } = start({ when: 'n:>17' })
    await eventually(() => got, [18, 19])
    await add(0, 10)
    await eventually(() => [delivery.status().lag, journal.store.cursor('out')?.record], [0, 30])
    expect(delivery.status().delivered).toBe(2)
  })

  test('may take a part, and gets the rest again', async () => {
    const { add, start } = await scene()
    await add(0, 10)
    const calls: number[][] = []
    const { delivery, got } = start({ deliver: (bodies, _cursor, _signal, lines) => {
      calls.push([...bodies])
      const third = lines[2]
      return third === undefined ? undefined : { cursor: { segment: third.segment, record: third.record + 1, state: null } }
    } })
    await eventually(() => got, range(0, 10))
    expect(calls).toEqual([range(0, 10), range(3, 10), range(6, 10), [9]])
    expect(delivery.status().delivered).toBe(10)
  })
})

describe('a stop', () => {
  test('with drain delivers what is durable, saves the cursor and closes the output once', async () => {
    const { add, start, journal } = await scene()
    let closed = 0
    const { delivery, got } = start({ common: { batch: { records: 10, wait: '0ms' } }, deliver: () => new Promise((resolve) => setTimeout(resolve, 20)), more: { close: () => void closed++ } })
    await add(0, 50)
    await delivery.stop(true)
    expect([got, closed, journal.store.cursor('out')?.record, delivery.status().state]).toEqual([range(0, 50), 1, 50, 'stopped'])
  })

  test('without drain tells the running deliver, whose lines come again', async () => {
    const { add, start, journal } = await scene()
    await add(0, 5)
    let running = false
    const { delivery, got } = start({ deliver: (_bodies, _cursor, signal) => {
      running = true
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('told'))))
    } })
    await eventually(() => running, true)
    await delivery.stop(false)
    expect([got, journal.store.cursor('out')?.record]).toEqual([[], 0])
    const again = start()
    await eventually(() => again.got, range(0, 5))
  })

  test('with drain does not wait for a target that refuses, and its lines come again', async () => {
    const { add, start, problems } = await scene()
    await add(0, 5)
    const { delivery } = start({ deliver: () => Promise.reject(new Retry('down for an hour', 3_600_000)) })
    await eventually(() => problems.length, 1)
    await delivery.stop(true)
    const again = start()
    await eventually(() => again.got, range(0, 5))
  })

  test('says when the output cannot be closed', async () => {
    const { start, problems } = await scene()
    const { delivery } = start({ more: { close: () => Promise.reject(new Error('no luck')) } })
    await delivery.stop(true)
    expect(problems).toEqual(['warn out: cannot close the output: no luck'])
  })

  test('that was given up while it hung cannot put the cursor of its successor back', async () => {
    const { add, start, journal } = await scene()
    await add(0, 5)
    let free: () => void = () => undefined
    let running = false
    const hung = start({ deliver: () => new Promise<void>((resolve) => {
      running = true
      free = resolve
    }) })
    await eventually(() => running, true)
    const given = hung.delivery.stop(false)
    hung.delivery.disown()
    const successor = start()
    await add(5, 10)
    await eventually(() => [successor.got, journal.store.cursor('out')?.record], [range(0, 10), 10])
    free()
    await given
    expect(journal.store.cursor('out')?.record).toBe(10)
  })
})

test('the lag is what is durable and not yet delivered, in records, bytes and seconds', async () => {
  const { add, start } = await scene({ segmentBytes: 1000 })
  await add(0, 10)
  let free: () => void = () => undefined
  const { delivery, got } = start({ common: { batch: { records: 4, wait: '0ms' } }, deliver: () => new Promise<void>((resolve) => (free = resolve)) })
  await add(10, 12)
  await new Promise((resolve) => setTimeout(resolve, 100))
  const { lag, lagBytes, lagSeconds } = delivery.status()
  expect([lag, lagBytes > 12 * 50, lagSeconds >= 0.09 && lagSeconds < 20]).toEqual([12, true, true])
  const timer = setInterval(() => free(), 1)
  await eventually(() => got.length, 12)
  await eventually(() => delivery.status().lag, 0)
  clearInterval(timer)
})
