import { expect, test } from 'vitest'
import throttle from '../../../plugins/filters/throttle.ts'
import type { LogRecord } from '../../../core/record.ts'
import { createHost } from '../../contract/create-host.ts'
import { batchOf, objectRecord } from '../tap-host.ts'

interface Given {
  readonly at: number
  readonly key?: string
}

async function passing(options: object, given: readonly Given[]): Promise<Array<number | [number, number]>> {
  const host = await createHost(throttle, options).setup()
  return given.flatMap(({ at, key }, i) => {
    const record: LogRecord = objectRecord(key === undefined ? {} : { user: key })
    record.time = at
    if (host.filter(batchOf([record])).records.length === 0) return []
    const dropped = record.readFields['throttled'] as number | undefined
    return [dropped === undefined ? i : [i, dropped] as [number, number]]
  })
}

const at = (...times: readonly number[]): Given[] => times.map((time) => ({ at: time }))

test('lets the rate pass, drops what is over it, and says so on the next', async () => {
  expect(await passing({ rate: 2 }, at(0, 0, 0, 100, 500, 600, 1000, 1100, 5000, 5000, 5000))).toEqual([0, 1, [4, 2], [6, 1], [8, 1], 9])
})

test('a burst may be larger or smaller than the rate', async () => {
  expect(await passing({ rate: 1, burst: 4 }, at(0, 0, 0, 0, 0, 1000, 1000))).toEqual([0, 1, 2, 3, [5, 1]])
  expect(await passing({ rate: 1000, burst: 1 }, at(0, 0, 1, 1, 2))).toEqual([0, [2, 1], [4, 1]])
  expect(await passing({ rate: 0.5, per: '1m' }, at(0, 60_000, 120_000))).toEqual([0, [2, 1]])
})

test('each key has its own limit, records without it share one', async () => {
  expect(await passing({ rate: 1, key: 'user' }, [{ at: 0, key: 'a' }, { at: 0, key: 'b' }, { at: 0, key: 'a' }, { at: 0 }, { at: 0 }, { at: 0, key: 'c' }])).toEqual([0, 1, 3, 5])
})

test('over a minute of random arrivals no more passes than burst and rate allow, and hardly less', async () => {
  let seed = 7
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
  const times = Array.from({ length: 20_000 }, () => Math.floor(random() * 60_000)).sort((a, b) => a - b)
  const passed = (await passing({ rate: 50, burst: 100 }, at(...times))).length
  expect(passed).toBeLessThanOrEqual(100 + 50 * 60)
  expect(passed).toBeGreaterThan(50 * 60)
})

test('records slightly out of order get no tokens twice; a clock set back does not stop everything', async () => {
  expect(await passing({ rate: 1 }, at(1000, 500, 900, 1000, 2000))).toEqual([0, [4, 3]])
  expect(await passing({ rate: 1 }, at(1e12, 0, 1000, 2000))).toEqual([0, [2, 1], 3])
})

test('memory is bounded, and what was dropped is counted', async () => {
  const host = await createHost(throttle, { rate: 1, key: 'user', max_keys: 2 }).setup()
  const feed = (user: string): number => host.filter(batchOf([Object.assign(objectRecord({ user }), { time: 0 })])).records.length
  expect([feed('a'), feed('b'), feed('a'), feed('c'), feed('b'), feed('a')]).toEqual([1, 1, 0, 1, 1, 1])
  expect(Object.fromEntries(host.counts)).toEqual({ throttled: 1 })
})
