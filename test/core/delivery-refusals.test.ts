import { describe, expect, test } from 'vitest'
import { Reject, Retry, TooLarge } from '../../core/delivery-errors.ts'
import { OutputControl } from '../../core/output-control.ts'
import { type Deliver, eventually, range, scene } from './delivery-scene.ts'

const ONE_BATCH = { batch: { records: 1000, wait: '0ms' } }

/** What is listed: record numbers with their reasons. */
function listed({ journal }: Awaited<ReturnType<typeof scene>>, output = 'out'): Array<[number, string]> {
  return journal.store.deadLetters.list(output, { limit: 1000 }).map(({ record, reason }) => [record, reason])
}

describe('what a target refuses', () => {
  test('is listed as dead letters, line by line where the output knows which; the rest counts as delivered', async () => {
    const one = await scene()
    await one.add(0, 10)
    const { delivery } = one.start({ common: ONE_BATCH, deliver: (_bodies, _cursor, _signal, lines) => ({ rejected: lines.filter((line) => (line.value.body as { n: number }).n % 4 === 0).map((line) => ({ line, reason: 'a mapping' })) }) })
    await eventually(() => delivery.status(), { name: 'out', type: 'output', lag: 0, lagBytes: 0, lagSeconds: 0, delivered: 7, errors: 1, rejected: 3, deadLetters: 3, lastError: 'the target refused 3 records: a mapping', state: 'running' })
    expect(listed(one)).toEqual([[0, 'a mapping'], [4, 'a mapping'], [8, 'a mapping']])
  })

  test('as a whole is listed with one reason', async () => {
    const one = await scene()
    await one.add(0, 3)
    const { delivery } = one.start({ deliver: () => Promise.reject(new Reject('400 Bad Request')) })
    await eventually(() => delivery.status().lag, 0)
    expect(listed(one)).toEqual(range(0, 3).map((n) => [n, '400 Bad Request']))
  })

  test('as too large comes in halves, and a record that is too large alone is listed', async () => {
    const one = await scene()
    await one.add(0, 16)
    const sizes: number[] = []
    const { delivery, got } = one.start({ common: ONE_BATCH, deliver: (bodies) => {
      sizes.push(bodies.length)
      if (bodies.length > 3 || bodies.includes(5)) throw new TooLarge('413')
    } })
    await eventually(() => delivery.status().lag, 0)
    expect([got, listed(one), sizes.slice(0, 4)]).toEqual([range(0, 16).filter((n) => n !== 5), [[5, '413']], [16, 8, 4, 2]])
    // The next batch is not begun as large as the one that was refused.
    sizes.length = 0
    await one.add(16, 32)
    await eventually(() => delivery.status().lag, 0)
    expect([got.slice(15), (sizes[0] as number) < 16]).toEqual([range(16, 32), true])
  })

  test('for longer than the attempts allowed is listed', async () => {
    const one = await scene()
    await one.add(0, 2)
    const { delivery } = one.start({ common: { retry: { min: '1ms', max: '2ms', attempts: 3 } }, deliver: () => Promise.reject(new Retry('503')) })
    await eventually(() => delivery.status().lag, 0)
    expect([listed(one), delivery.status().errors]).toEqual([[[0, 'gave up after 3 attempts: 503'], [1, 'gave up after 3 attempts: 503']], 3])
  })

  test('is listed before the cursor moves: after a crash it is refused again and listed once', async () => {
    const one = await scene()
    await one.add(0, 2)
    const deliver: Deliver = () => Promise.reject(new Reject('no'))
    const first = one.start({ deliver })
    await eventually(() => first.delivery.status().lag, 0)
    await first.delivery.stop(false)
    one.journal.store.saveCursor('out', { segment: 1, record: 0, state: null }, 0)
    const second = one.start({ deliver })
    await eventually(() => second.delivery.status().lag, 0)
    expect(listed(one)).toEqual([[0, 'no'], [1, 'no']])
  })

  test('can be delivered again, discarded, and is dropped once its record is gone', async () => {
    const one = await scene()
    await one.add(0, 6)
    let refuse = (n: number): boolean => n % 2 === 0
    const { delivery, got } = one.start({ common: ONE_BATCH, deliver: (_bodies, _cursor, _signal, lines) => ({ rejected: lines.filter((line) => refuse((line.value.body as { n: number }).n)).map((line) => ({ line, reason: 'even' })) }) })
    await eventually(() => delivery.status().deadLetters, 3)
    const control = new OutputControl(one.journal, () => new Map([['out', delivery]]))
    refuse = (n) => n === 2
    got.length = 0
    one.journal.store.deadLetters.add('out', [{ segment: 77, record: 1, reason: 'of a segment that was deleted' }], 1)
    expect(await control.redeliver('out', null)).toEqual({ delivered: 2, refused: 1, gone: 1, failed: null })
    expect([got, listed(one)]).toEqual([[0, 2, 4], [[2, 'even']]])
    const [{ id = 0 } = {}] = control.deadLetters('out', { after: 0, limit: 10 })
    expect(control.discard('out', [id + 1000])).toBe(0)
    expect([control.discard('out', [id]), delivery.status().deadLetters]).toEqual([1, 0])
    // Records of every day go on meanwhile.
    await one.add(6, 8)
    await eventually(() => got.slice(3), [6, 7])
    await expect(control.redeliver('other', null)).rejects.toThrow('there is no output "other". Outputs: out')
  })

  test('stays listed when the target is down during a replay, which also interrupts a wait', async () => {
    const one = await scene()
    await one.add(0, 2)
    let say: Error = new Reject('no')
    const { delivery } = one.start({ deliver: () => Promise.reject(say) })
    await eventually(() => delivery.status().deadLetters, 2)
    say = new Retry('down for an hour', 3_600_000)
    await one.add(2, 4)
    await eventually(() => delivery.status().state, 'retrying')
    const control = new OutputControl(one.journal, () => new Map([['out', delivery]]))
    expect(await control.redeliver('out', null)).toEqual({ delivered: 0, refused: 0, gone: 0, failed: 'down for an hour' })
    expect(delivery.status()).toMatchObject({ deadLetters: 2, lag: 2 })
  })

  test('goes along when the output is renamed', async () => {
    const one = await scene()
    await one.add(0, 1)
    const old = one.start({ name: 'old', deliver: () => Promise.reject(new Reject('no')) })
    await eventually(() => old.delivery.status().deadLetters, 1)
    await old.delivery.stop(true)
    const renamed = one.start({ name: 'new', common: { was: 'old' } })
    expect(renamed.delivery.status().deadLetters).toBe(1)
  })
})

describe('a replay', () => {
  test('begins with the first record of that time, tells the output, and goes on from there', async () => {
    const one = await scene({ segmentBytes: 2000 })
    await one.add(0, 40)
    const states: unknown[] = []
    const { delivery, got } = one.start({
      deliver: (_bodies, cursor, _signal, lines) => {
        const last = lines.at(-1)
        states.push(cursor.state)
        return { cursor: { segment: last?.segment as number, record: (last?.record as number) + 1, state: cursor.state ?? 1 } }
      },
      more: { replayed: (state) => Number(state) + 1 },
    })
    await eventually(() => got.length, 40)
    const control = new OutputControl(one.journal, () => new Map([['out', delivery]]))
    expect(await control.replay('out', 0)).toEqual({ records: 40 })
    await eventually(() => got.length, 80)
    expect([got.slice(40), states.at(-1)]).toEqual([range(0, 40), 2])
    expect(await control.replay('out', Date.now() + 3_600_000)).toEqual({ records: 0 })
    await one.add(40, 42)
    await eventually(() => got.slice(80), [40, 41])
  })

  test('interrupts the wait for a target that is down', async () => {
    const one = await scene()
    await one.add(0, 4)
    let down = false
    const { delivery, got } = one.start({ deliver: () => {
      if (down) throw new Retry('down for an hour', 3_600_000)
    } })
    await eventually(() => got.length, 4)
    down = true
    await one.add(4, 6)
    await eventually(() => delivery.status().state, 'retrying')
    await delivery.replay({ segment: 1, record: 2 })
    down = false
    await delivery.replay({ segment: 1, record: 3 })
    await eventually(() => got.slice(4), [3, 4, 5])
  })
})

describe('with concurrency', () => {
  test('batches are on their way together, and the cursor moves behind the oldest', async () => {
    const one = await scene()
    await one.add(0, 40)
    const free = new Map<number, () => void>()
    const { delivery, got } = one.start({ common: { concurrency: 3, batch: { records: 10, wait: '0ms' } }, deliver: ([first = 0]) => new Promise<void>((resolve) => void free.set(first, resolve)) })
    await eventually(() => [...free.keys()], [0, 10, 20])
    free.get(20)?.()
    free.get(10)?.()
    await eventually(() => got.length, 20)
    expect([delivery.cursor.record, delivery.status().lag]).toEqual([0, 40])
    free.get(0)?.()
    await eventually(() => [...free.keys()], [0, 10, 20, 30])
    await eventually(() => delivery.cursor.record, 30)
    free.get(30)?.()
    await eventually(() => delivery.status().lag, 0)
    expect(got.toSorted((a, b) => a - b)).toEqual(range(0, 40))
  })

  test('one that fails holds up only itself, and nothing is passed over', async () => {
    const one = await scene()
    await one.add(0, 100)
    let fails = 5
    const { delivery, got } = one.start({ common: { concurrency: 4, retry: { min: '5ms' }, batch: { records: 10, wait: '0ms' } }, deliver: ([first]) => {
      if (first === 20 && fails-- > 0) throw new Retry('once more')
    } })
    await eventually(() => delivery.status().lag, 0)
    expect(got.toSorted((a, b) => a - b)).toEqual(range(0, 100))
  })

  test('a stop saves what is whole, and the rest comes again', async () => {
    const one = await scene()
    await one.add(0, 40)
    const { delivery, got } = one.start({ common: { concurrency: 4, batch: { records: 10, wait: '0ms' } }, deliver: ([first], _cursor, signal) => (first === 10 ? new Promise((_resolve, reject) => signal.addEventListener('abort', reject)) : undefined) })
    await eventually(() => got.length, 30)
    await delivery.stop(false)
    expect(one.journal.store.cursor('out')?.record).toBe(10)
    const again = one.start()
    await eventually(() => again.got, range(10, 40))
  })
})
