import { describe, expect, test } from 'vitest'
import { nearest } from '../../../core/config/nearest.ts'
import { bytes, duration, formatBytes, formatDuration } from '../../../core/config/units.ts'

describe('sizes', () => {
  test.each([
    [5, 5], ['5', 5], ['5B', 5], ['1KB', 1000], ['1KiB', 1024], ['64MiB', 67_108_864], ['5GB', 5e9], ['1.5 GiB', 1_610_612_736], ['2gb', 2e9], ['0', 0],
    [-1, null], [1.4, 1], ['', null], ['MB', null], ['5 XB', null], ['5m', null], ['1e3', null], ['99999999GB', null], [Number.NaN, null], [true, null], ['__proto__', null], ['5constructor', null],
  ])('%j', (written, want) => {
    const parsed = bytes().safeParse(written)
    expect(parsed.success ? parsed.data : null).toBe(want)
  })
  test('limits are told in the units people write', () => {
    expect(bytes({ min: 1024 }).safeParse('1KB').error?.issues[0]?.message).toBe('expected at least 1KiB, got 1KB')
    expect(bytes({ max: 1024 }).safeParse('1MiB').error?.issues[0]?.message).toBe('expected at most 1KiB, got 1MiB')
  })
  test.each([[67_108_864, '64MiB'], [5e9, '5GB'], [1, '1B'], [1536, '1536B']])('%d is written %s', (value, want) => {
    expect(formatBytes(value)).toBe(want)
  })
})

describe('durations', () => {
  test.each([
    ['100ms', 100], ['30s', 30_000], ['5m', 300_000], ['1h', 3_600_000], ['7d', 604_800_000], ['1.5h', 5_400_000], ['0', 0],
    ['5', null], [5, null], ['5M', 300_000], ['5w', null], ['-5s', null], ['s', null], ['5 minutes', null],
  ])('%j', (written, want) => {
    const parsed = duration().safeParse(written)
    expect(parsed.success ? parsed.data : null).toBe(want)
  })
  test.each([[3_600_000, '1h'], [90_000, '90s'], [5, '5ms']])('%d is written %s', (value, want) => {
    expect(formatDuration(value)).toBe(want)
  })
})

describe('the nearest name', () => {
  const names = ['max_body', 'max_bodies', 'port', 'host', 'paths', 'keywords', 'none', 'json', 'jsonl']
  test.each([
    ['portt', 'port'], ['prot', 'port'], ['maxBody', 'max_body'], ['MAX-BODIES', 'max_bodies'], ['path', 'paths'], ['noen', 'none'], ['keyword', 'keywords'], ['jsnol', 'jsonl'],
    ['zebra', null], ['', null], ['x'.repeat(100_000), null],
  ])('%j is %j', (word, want) => {
    expect(nearest(word, names)).toBe(want)
  })
})
