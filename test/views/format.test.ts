import { expect, it } from 'vitest'
import { ago, bytes, clock, count, duration, exact, plural, rate } from '../../views/format.ts'

function check<T>(format: (value: T) => string, cases: ReadonlyArray<readonly [T, string]>): void {
  for (const [input, want] of cases) expect(format(input), String(input)).toBe(want)
}

it('shortens counts to three figures and never shows 1000k', () => {
  check(count, [[0, '0'], [7, '7'], [999, '999'], [1000, '1k'], [12_431, '12.4k'], [99_949, '99.9k'], [99_960, '100k'], [123_456, '123k'], [999_400, '999k'],
    [999_600, '1M'], [3_140_000, '3.1M'], [2e9, '2G'], [5e18, '5000P'], [Number.NaN, '0'], [-3, '0']])
})

it('keeps a decimal for slow rates', () => {
  check(rate, [[0, '0/s'], [0.01, '<0.1/s'], [0.2, '0.2/s'], [3, '3/s'], [9.94, '9.9/s'], [9.96, '10/s'], [12.4, '12/s'], [12_400, '12.4k/s']])
})

it('counts bytes in powers of 1024', () => {
  check(bytes, [[0, '0 B'], [512, '512 B'], [1024, '1 KiB'], [64 * 2 ** 20, '64 MiB'], [1.5 * 2 ** 30, '1.5 GiB'], [1_048_500, '1 MiB']])
})

it('names durations from microseconds to days', () => {
  check(duration, [[0, '0 s'], [0.0001, '1 µs'], [0.0123, '12 µs'], [3.42, '3.4 ms'], [250, '250 ms'], [999.6, '1 s'], [5500, '5.5 s'], [42_000, '42 s'], [240_000, '4 min'],
    [7_200_000, '2 h'], [6 * 86_400_000, '6 d']])
})

it('tells ages and moments', () => {
  const now = Date.UTC(2026, 10, 1, 12, 0, 3)
  check((time: number) => ago(time, now), [[now, 'just now'], [now + 5000, 'just now'], [now - 12_400, '12 s ago'], [now - 3 * 86_400_000, '3 d ago']])
  expect(clock(now)).toBe('2026-11-01 12:00:03Z')
  expect(clock(Number.NaN)).toBe('unknown')
  expect(clock(1e300)).toBe('unknown')
})

it('gives exact figures and plurals', () => {
  expect(exact(12_431_007)).toBe('12,431,007')
  expect([plural(1, 'record'), plural(0, 'record'), plural(2500, 'record')]).toEqual(['1 record', '0 records', '2.5k records'])
})
