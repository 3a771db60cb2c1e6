import { expect, test } from 'vitest'
import { RatePlan } from '../../../core/generate/rate-plan.ts'
import { SequenceTally } from '../../../core/generate/sequence-tally.ts'

const MIDNIGHT = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000

test('a burst every N seconds, for M seconds, at K times the rate', () => {
  const plan = new RatePlan({ rate: 100, burst: { every: 10_000, for: 2000, factor: 5 }, daily: false, start: MIDNIGHT })
  const check = (from: number, to: number, want: number): void => expect([from, to, Math.round(plan.due(to) - plan.due(from))]).toEqual([from, to, want])
  check(0, 10_000, 1000)
  check(10_000, 11_000, 500)
  check(11_000, 12_000, 500)
  check(12_000, 20_000, 800)
  check(20_000, 30_000, 1800)
  check(0, 100_000, 1000 + 9 * 1800)
  expect([plan.factor(9999), plan.factor(10_000), plan.factor(12_000)]).toEqual([1, 5, 1])
})

test('the hours of a day differ, and make the rate on average', () => {
  const plan = new RatePlan({ rate: 10, burst: null, daily: true, start: MIDNIGHT })
  const hour = (n: number): number => Math.round(plan.due((n + 1) * HOUR) - plan.due(n * HOUR))
  expect(Math.round(plan.due(24 * HOUR))).toBe(24 * 3600 * 10)
  expect([hour(4), hour(12), hour(28)]).toEqual([8640, 57_600, 8640])
  const burst = new RatePlan({ rate: 10, burst: { every: HOUR, for: HOUR / 2, factor: 3 }, daily: true, start: MIDNIGHT })
  expect(Math.round(burst.due(13 * HOUR) - burst.due(12 * HOUR))).toBe(57_600 * 2)
})

test('lost, doubled and reordered numbers are counted', () => {
  const check = (numbers: number[], want: [lost: number, doubled: number, reordered: number, missing: number[]], expected: number | null = null): void => {
    const tally = new SequenceTally()
    for (const one of numbers) tally.add(one)
    const { lost, doubled, reordered, missing } = tally.report(expected)
    expect([numbers, [lost, doubled, reordered, missing]]).toEqual([numbers, want])
  }
  check([1, 2, 3], [0, 0, 0, []])
  check([], [0, 0, 0, []])
  check([], [3, 0, 0, [1, 2, 3]], 3)
  check([1, 3, 3, 5], [2, 1, 0, [2, 4]])
  check([2, 1, 3], [0, 0, 1, []])
  check([1, 2], [2, 0, 0, [3, 4]], 4)
  check([3, 2, 1, 1], [0, 1, 2, []])
  check([1, 5_000_000], [4_999_998, 0, 0, [2, 3, 4, 5, 6]])
  expect(() => new SequenceTally().add(2 ** 40)).toThrow('too large')
})
