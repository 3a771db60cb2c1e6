import { expect, test } from 'vitest'
import { retentionStatus } from '../../core/retention-status.ts'
import type { Ask } from '../../core/sweeper.ts'
import { append, freshDirectory, openAt } from './journal/journal-at.ts'

const HOUR = 3600_000
const DAY = 24 * HOUR

/** Ten segments in five days; what `asks` make of it. */
async function status(limits: ReadonlyArray<Ask['limit']>, maxBytes = 1e15): Promise<ReturnType<typeof retentionStatus> & { now: number }> {
  const clock = { wall: Date.UTC(2026, 7, 1), monotonic: 0 }
  const { journal } = await openAt(freshDirectory(), { segmentBytes: 1024, maxBytes, now: () => clock.wall, monotonic: () => clock.monotonic })
  for (let n = 0; n < 10; n++) {
    await append(journal, 'a/x', n, [{ n, pad: 'x'.repeat(1000) }])
    clock.wall += 12 * HOUR
    clock.monotonic += 12 * HOUR
  }
  const result = retentionStatus(journal, limits.map((limit, i) => ({ component: `rule-${i}`, type: 'test', limit, force: false })))
  await journal.close()
  return { ...result, now: clock.wall }
}

test('growth and the days until each limit is reached', async () => {
  const { growth, rules, bytes, records, oldest } = await status([{ bytes: 40_000 }, { records: 20 }, { age: 20 * DAY }, { age: 3 * DAY }, { records: 5 }])
  expect([records, oldest]).toEqual([10, Date.UTC(2026, 7, 1)])
  expect(growth?.records).toBeCloseTo(2)
  expect(growth?.bytes).toBeCloseTo(bytes / 5)
  expect(rules.map(({ days }) => Math.round((days as number) * 10) / 10)).toEqual([Math.round(((40_000 - bytes) / (bytes / 5)) * 10) / 10, 5, 15, 0, 0])
  expect(rules.map(({ goes }) => goes.segments)).toEqual([0, 0, 0, 4, 5])
})

test('full is the limit of size that is reached first', async () => {
  const { full, bytes } = await status([{ bytes: 100_000 }, { records: 12 }])
  expect(full).toEqual({ by: 'rule-1', rule: true, days: expect.closeTo(1) })
  expect((await status([], bytes * 2)).full).toEqual({ by: 'journal.max_size', rule: false, days: expect.closeTo(5) })
})

test('nothing is full where records go by age before', async () => {
  const { bytes } = await status([])
  expect((await status([{ age: 6 * DAY }], bytes * 2)).full).toBeNull()
  expect((await status([{ age: 12 * DAY }], bytes * 2)).full).toMatchObject({ by: 'journal.max_size' })
})
