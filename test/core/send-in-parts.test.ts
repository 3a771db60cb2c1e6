// Finding what a target refuses by sending ever smaller parts.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sendInParts } from '../../core/send-in-parts.ts'
import { propertyMs, propertyRuns } from '../property-runs.ts'

async function run(count: number, isBad: (n: number) => boolean): Promise<{ refused: number[]; undecided: number; requests: number; taken: number[] }> {
  const taken: number[] = []
  let requests = 0
  const refused = await sendInParts([...Array(count).keys()], async (part) => {
    requests++
    if (part.some(isBad)) return 'bad'
    taken.push(...part)
    return null
  }, 'perhaps')
  return { refused: refused.map(({ item }) => item), undecided: refused.filter(({ reason }) => reason === 'bad perhaps').length, requests, taken: taken.sort((a, b) => a - b) }
}

test('finds what is refused with few requests', async () => {
  const check = async (count: number, bad: number[], requests: number): Promise<void> => {
    expect(await run(count, (n) => bad.includes(n))).toEqual({ refused: bad, undecided: 0, requests, taken: [...Array(count).keys()].filter((n) => !bad.includes(n)) })
  }
  await check(1, [], 1)
  await check(5000, [], 1)
  await check(1, [0], 1)
  await check(2, [1], 3)
  await check(5000, [4999], 27)
  await check(1000, [3, 500, 999], 53)
})

test('never takes one for refused that was taken, nor the other way round, within 100 requests', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 3000 }), fc.array(fc.nat({ max: 2999 }), { maxLength: 300 }), async (count, bad) => {
    const all = new Set(bad)
    const { refused, requests, taken, undecided } = await run(count, (n) => all.has(n))
    expect(requests).toBeLessThanOrEqual(100)
    expect([...refused, ...taken].sort((a, b) => a - b)).toEqual([...Array(count).keys()])
    expect(taken.some((n) => all.has(n))).toBe(false)
    if (undecided === 0) expect(refused.every((n) => all.has(n))).toBe(true)
  }), { numRuns: Math.min(propertyRuns.numRuns, 300) })
}, propertyMs)
