import { expect, test } from 'vitest'
import age from '../../plugins/retention/age.ts'
import count from '../../plugins/retention/count.ts'
import erase from '../../plugins/retention/erase.ts'
import freeSpace from '../../plugins/retention/free-space.ts'
import size from '../../plugins/retention/size.ts'
import { createHost } from './create-host.ts'
import { FakeRetentionStore } from './fake-retention-store.ts'
import { testRetention } from './test-retention.ts'

const harness = { test, expect }
const DAY = 24 * 3600_000
const days = (...ages: number[]): Array<{ bytes: number; records: number; ageMs: number }> => ages.map((one) => ({ bytes: 1000, records: 10, ageMs: one * DAY }))

testRetention(harness, age, {
  sweeps: [
    { options: { keep: '7d' }, segments: days(9, 8, 6, 0), left: 2 },
    { options: { keep: '7d', force: true }, segments: days(9, 6, 8, 0), left: 3 },
    { options: { keep: '1d' }, segments: days(3, 2), left: 1 },
  ],
  invalid: [{}, { keep: 7 }, { keep: '7' }, { keep: '1ms' }, { keep: '7d', older: true }],
})
testRetention(harness, size, {
  sweeps: [
    { options: { keep: '2KB' }, segments: days(4, 3, 2, 1), left: 2 },
    { options: { keep: 2999 }, segments: days(4, 3, 2, 1), left: 2 },
    { options: { keep: 1 }, segments: days(4, 3), left: 1 },
  ],
  invalid: [{}, { keep: '5 apples' }, { keep: 0 }],
})
testRetention(harness, count, {
  sweeps: [{ options: { keep: 25 }, segments: days(4, 3, 2, 1), left: 2 }, { options: { keep: 40 }, segments: days(4, 3, 2, 1), left: 4 }],
  invalid: [{}, { keep: 0 }, { keep: 1.5 }, { keep: '10' }],
})
testRetention(harness, freeSpace, {
  sweeps: [
    { options: { keep: 5000 }, segments: days(4, 3, 2, 1), freeDisk: 3500, left: 2 },
    { options: { keep: '10GB' }, segments: days(4, 3, 2, 1), freeDisk: 11e9, left: 4 },
    // The disk of the fake store has 1 TB.
    { options: { keep: '10%' }, segments: days(4, 3, 2, 1), freeDisk: 1e11 - 1, left: 3 },
    { options: { keep: '0.5 %' }, segments: days(4, 3, 2, 1), freeDisk: 5e9, left: 4 },
  ],
  invalid: [{}, { keep: '100%' }, { keep: '-1%' }, { keep: 'all' }, { keep: true }],
})
testRetention(harness, erase, { sweeps: [{ options: { when: 'source:debug', keep: '1d' }, segments: days(3, 2, 0), left: 3 }], invalid: [{ keep: '1d' }, { when: 'source:debug' }, { when: 'level:', keep: '1d' }] })

test('erase asks for its query and age', async () => {
  const host = await createHost(erase, { when: 'source:debug', keep: '1d' }).setup()
  const store = new FakeRetentionStore([])
  await host.sweep(store)
  expect(store.erased).toEqual([{ when: 'source:debug', ageMs: DAY }])
})
