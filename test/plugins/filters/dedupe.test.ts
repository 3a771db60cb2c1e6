import { expect, test } from 'vitest'
import dedupe from '../../../plugins/filters/dedupe.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { LogRecord } from '../../../core/record.ts'
import { createHost } from '../../contract/create-host.ts'
import { batchOf, objectRecord, recordsOf } from '../tap-host.ts'

/** `[seconds, body]`, and the numbers of those that pass, with what they carry. */
async function passing(options: object, ...given: ReadonlyArray<readonly [number, string | JsonObject, Partial<LogRecord>?]>): Promise<Array<[number, number?]>> {
  const host = await createHost(dedupe, options).setup()
  return given.flatMap(([seconds, body, parts], i) => {
    const record = typeof body === 'string' ? (recordsOf([body])[0] as LogRecord) : objectRecord(body)
    Object.assign(record, { time: seconds * 1000 }, parts)
    const passed = host.filter(batchOf([record])).records.length === 1
    const repeated = record.readFields['repeated'] as number | undefined
    return passed ? [repeated === undefined ? [i] : [i, repeated]] : []
  })
}

test('the first passes, its repeats within the window do not, and the next says how many they were', async () => {
  expect(await passing({ window: '10s' }, [0, 'a'], [1, 'a'], [2, 'b'], [9.9, 'a'], [10, 'a'], [11, 'a'], [30, 'a'], [31, 'b'], [60, 'a'])).toEqual([[0], [2], [4, 2], [6, 1], [7], [8]])
})

test('sources and levels are kept apart', async () => {
  expect(await passing({}, [0, 'a'], [0, 'a', { source: 'other' }], [0, 'a', { level: 'error' }], [0, 'a', { source: 'other' }])).toEqual([[0], [1], [2]])
})

test('a JSON body is its message, or all of it; fields tell apart what says the same', async () => {
  expect(await passing({}, [0, { msg: 'x', id: 1 }], [0, { msg: 'x', id: 2 }], [0, { id: 1 }], [0, { id: 2 }], [0, { id: 1 }])).toEqual([[0], [2], [3]])
  expect(await passing({ fields: ['message', 'id'] }, [0, { msg: 'x', id: 1 }], [0, { msg: 'x', id: 2 }], [0, { msg: 'x' }], [0, { msg: 'x', id: 1 }])).toEqual([[0], [1], [2]])
  expect(await passing({ fields: ['a', 'b'] }, [0, { a: '1', b: '12' }], [0, { a: '11', b: '2' }])).toEqual([[0], [1]])
})

test('a line of text is compared without the time at its head, where that was read', async () => {
  const found = { guessed: [] }
  expect(await passing({}, [0, '2026-11-01T00:00:00Z queue full', found], [1, '2026-11-01T00:00:01Z queue full', found], [2, '2026-11-01T00:00:02Z queue empty', found])).toEqual([[0], [2]])
  expect(await passing({}, [0, 'same'], [1, 'same'])).toEqual([[0]])
})

test('records from before the window pass, so that going back in time hides nothing', async () => {
  expect(await passing({ window: '10s' }, [100, 'a'], [95, 'a'], [50, 'a'], [51, 'a'])).toEqual([[0], [2, 1]])
})

test('memory is bounded: what is forgotten passes again, and what it could not say is counted', async () => {
  const host = await createHost(dedupe, { window: '1h', max_keys: 100 }).setup()
  const long = 'x'.repeat(10_000)
  const feed = (line: string): number => host.filter(batchOf(recordsOf([line]))).records.length
  expect([feed(`${long}0`), feed(`${long}0`), feed(`${long}1`)]).toEqual([1, 0, 1])
  for (let i = 0; i < 100; i++) feed(`other ${i}`)
  expect(feed(`${long}0`)).toBe(1)
  expect(Object.fromEntries(host.counts)).toEqual({ duplicates: 1, repeats_unmarked: 1 })
})

test('at the stop it says how many no record can say', async () => {
  const host = await createHost(dedupe).setup()
  host.filter(batchOf(recordsOf(['a', 'a', 'b', 'a'])))
  await host.stop()
  expect(host.logs).toEqual(['info Dropped 2 duplicates that no later record could say.'])
  expect(host.faults).toEqual([])
})
