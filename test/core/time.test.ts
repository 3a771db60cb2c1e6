import { describe, expect, test } from 'vitest'
import { findTime, formatTime, parseTime } from '../../core/time.ts'
import { zoneOf } from '../../core/time-zone.ts'

/** The time as stored, with ` ?` where the zone was guessed. */
function shown(time: ReturnType<typeof parseTime>): string | null {
  return time === null ? null : formatTime(time.ms, time.text) + (time.zoneGuessed ? ' ?' : '')
}

describe('parseTime', () => {
  function check(input: string | number, want: string | null, zone?: string): void {
    expect(shown(parseTime(input, zone)), String(input)).toBe(want)
  }

  test('reads ISO 8601, RFC 3339 and their variants', () => {
    check('2026-11-01T00:00:00.013Z', '2026-11-01T00:00:00.013Z')
    check('2024-06-18T23:37:20Z', '2024-06-18T23:37:20.000Z')
    check('2024-06-18t23:37:20z', '2024-06-18T23:37:20.000Z')
    check('2024-06-18 23:37:20 UTC', '2024-06-18T23:37:20.000Z')
    check('2022-11-27 18:58:02.096 UTC', '2022-11-27T18:58:02.096Z')
    check('2024-06-18 23:37:20 GMT', '2024-06-18T23:37:20.000Z')
    check('2024-06-18T23:37:20+08:00', '2024-06-18T15:37:20.000Z')
    check('2024-06-18T23:37:20+0800', '2024-06-18T15:37:20.000Z')
    check('2024-06-18T23:37:20+08', '2024-06-18T15:37:20.000Z')
    check('2024-06-18 23:37:20 +0530', '2024-06-18T18:07:20.000Z')
    check('2024-06-18 23:37:20 -05:30', '2024-06-19T05:07:20.000Z')
    check('2024-06-18T23:37:20-00:00', '2024-06-18T23:37:20.000Z')
    check('2024-01-01T12:00:00+01:00[Europe/Paris]', '2024-01-01T11:00:00.000Z')
    check('2024-06-18 23:37:20,123', '2024-06-18T23:37:20.123Z ?')
    check('2024/06/18 23:37:20', '2024-06-18T23:37:20.000Z ?')
    check('2024-06-18T23:37', '2024-06-18T23:37:00.000Z ?')
    check('2024-06-18T23:37Z', '2024-06-18T23:37:00.000Z')
    check('2024-06-18', '2024-06-18T00:00:00.000Z ?')
    check('20240618T233720Z', '2024-06-18T23:37:20.000Z')
    check('20240618T233720.5+0200', '2024-06-18T21:37:20.500Z')
    check('0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z')
    check('1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z')
    check('9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z')
  })

  test('keeps one to nine fraction digits as they were given', () => {
    check('2024-06-18T23:37:20.1Z', '2024-06-18T23:37:20.100Z')
    check('2024-06-18T23:37:20.12Z', '2024-06-18T23:37:20.120Z')
    check('2024-06-18T23:37:20.1234Z', '2024-06-18T23:37:20.1234Z')
    check('2024-06-18T23:37:20.123456789-05:30', '2024-06-19T05:07:20.123456789Z')
    check('2024-06-18T23:37:20.1234567891234Z', '2024-06-18T23:37:20.123456789Z')
    check('2024-06-18T23:37:20.123000000Z', '2024-06-18T23:37:20.123Z')
    check('2024-06-18T23:37:20.000000001Z', '2024-06-18T23:37:20.000000001Z')
    check('1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z')
  })

  test('tells epoch units apart by the number of digits', () => {
    check(1718773640, '2024-06-19T05:07:20.000Z')
    check(1718773640123, '2024-06-19T05:07:20.123Z')
    check(1718773640123456, '2024-06-19T05:07:20.123456Z')
    check('1718773640', '2024-06-19T05:07:20.000Z')
    check('1718773640123', '2024-06-19T05:07:20.123Z')
    check('1718773640123456', '2024-06-19T05:07:20.123456Z')
    check('1718773640123456789', '2024-06-19T05:07:20.123456789Z')
    check('1698412345.123456', '2023-10-27T13:12:25.123456Z')
    check('1698412345123.5', '2023-10-27T13:12:25.1235Z')
    check(1698412345.123456, '2023-10-27T13:12:25.123456Z')
    check(1698412345.5, '2023-10-27T13:12:25.500Z')
    check(1698412345123.25, '2023-10-27T13:12:25.123250Z')
    check(1669575482.0968924, '2022-11-27T18:58:02.096892Z')
    check(1698412345.999_999_8, '2023-10-27T13:12:26.000Z')
  })

  test('keeps six digits of nanoseconds in a JSON number, which holds no more', () => {
    check(Number('1718773640123456789'), '2024-06-19T05:07:20.123457Z')
  })

  test('takes the given zone where the text has none', () => {
    check('2024-06-18 23:37:20', '2024-06-18T21:37:20.000Z ?', '+02:00')
    check('2019-12-31 12:00:00', '2019-12-31T11:00:00.000Z ?', 'Europe/Paris')
    check('2019-07-31 12:00:00.123456', '2019-07-31T10:00:00.123456Z ?', 'Europe/Paris')
    check('2019-07-31 12:00:00Z', '2019-07-31T12:00:00.000Z', 'Europe/Paris')
    check('2024-06-18', '2024-06-17T18:30:00.000Z ?', 'Asia/Kolkata')
  })

  test('takes the first of the two in the hour a change of clocks repeats, and shifts the hour it skips', () => {
    check('2024-10-27 02:30:00', '2024-10-27T00:30:00.000Z ?', 'Europe/Paris')
    check('2024-10-27 03:00:00', '2024-10-27T02:00:00.000Z ?', 'Europe/Paris')
    check('2024-03-31 02:30:00', '2024-03-31T01:30:00.000Z ?', 'Europe/Paris')
    check('2024-11-03 01:59:59', '2024-11-03T05:59:59.000Z ?', 'America/New_York')
  })

  test('clamps a leap second to the last millisecond of its minute', () => {
    check('2016-12-31T23:59:60Z', '2016-12-31T23:59:59.999Z')
    check('2016-12-31T23:59:60.123456Z', '2016-12-31T23:59:59.999Z')
  })

  test('refuses what is out of range or no time', () => {
    check('2024-13-01T00:00:00Z', null)
    check('2024-00-01T00:00:00Z', null)
    check('2024-02-30T00:00:00Z', null)
    check('2023-02-29T00:00:00Z', null)
    check('1900-02-29T00:00:00Z', null)
    check('2024-01-01T25:00:00Z', null)
    check('2024-01-01T24:00:00Z', null)
    check('2024-01-01T00:60:00Z', null)
    check('2024-01-01T00:00:61Z', null)
    check('2024-01-01T00:00:00+24:00', null)
    check('2024-01-01T00:00:00Zulu', null)
    check('2024-01-01T00:00:00 and more', null)
    check('2024-01/01T00:00:00Z', null)
    check('0000-01-01T00:00:00+01:00', null)
    check('9999-12-31T23:59:59-01:00', null)
    check('24-01-01T00:00:00Z', null)
    check('', null)
    check('-', null)
    check('yesterday', null)
    check('0', null)
    check(0, null)
    check(-1718773640, null)
    check(12.5, null)
    check(1e20, null)
    check(Number.NaN, null)
    check(Number.POSITIVE_INFINITY, null)
    check('171877364012345678901', null)
    check('1718773640x', null)
    check('00001718773640', null)
  })

  test('reads valid days again after a refused one of the same month', () => {
    check('2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z')
    check('2024-02-30T00:00:00Z', null)
    check('2024-02-29T00:00:01Z', '2024-02-29T00:00:01.000Z')
  })

  test('agrees with Date over four centuries', () => {
    for (let ms = Date.UTC(1801, 0, 1); ms < Date.UTC(2201, 0, 1); ms += 36_123_456_789) expect(parseTime(new Date(ms).toISOString())?.ms).toBe(ms)
  })
})

describe('findTime', () => {
  function check(input: string, want: string | null, rest = ''): void {
    const found = findTime(input)
    expect(shown(found), input).toBe(want)
    if (found !== null) expect(input.slice(found.end)).toBe(rest)
  }

  test('finds a time at the head of a line, in brackets or not', () => {
    check('2024-06-18T23:37:20Z started', '2024-06-18T23:37:20.000Z', ' started')
    check('  2024-06-18 23:37:20,123 INFO x', '2024-06-18T23:37:20.123Z ?', ' INFO x')
    check('[2024-06-18 23:37:20] x', '2024-06-18T23:37:20.000Z ?', ' x')
    check('[2024-06-18T23:37:20+0200] x', '2024-06-18T21:37:20.000Z', ' x')
    check('[2024-06-18 23:37:20 +0200] [1] x', '2024-06-18T21:37:20.000Z', ' [1] x')
    check('[2024-06-18 23:37:20,5 INFO] x', '2024-06-18T23:37:20.500Z ?', ' INFO] x')
    check('2024/06/18 23:37:20 [error] 7#7: x', '2024-06-18T23:37:20.000Z ?', ' [error] 7#7: x')
    check('2024-06-18T23:37:20.123456789Z stdout F x', '2024-06-18T23:37:20.123456789Z', ' stdout F x')
    check('2024-06-18 23:37:20 UTC [600] LOG:  x', '2024-06-18T23:37:20.000Z', ' [600] LOG:  x')
    check('2024-06-18 23:37:20: x', '2024-06-18T23:37:20.000Z ?', ': x')
    check('2024-06-18 23:37:20-worker x', '2024-06-18T23:37:20.000Z ?', '-worker x')
    check('2024-06-18 23:37:20 +12 points', '2024-06-18T23:37:20.000Z ?', ' +12 points')
    check('2024-06-18 23:37:20 -12345 units', '2024-06-18T23:37:20.000Z ?', ' -12345 units')
    check('1698412345.123 squid', '2023-10-27T13:12:25.123Z', ' squid')
    check('[1698412345] nagios', '2023-10-27T13:12:25.000Z', ' nagios')
    check('2024-06-18T23:37:20Z', '2024-06-18T23:37:20.000Z', '')
  })

  test('leaves alone what only looks like one', () => {
    check('', null)
    check('started at 2024-06-18T23:37:20Z', null)
    check('2024-06-18 released', null)
    check('1698412345 is a number', null)
    check('1698412345678.5 too', null)
    check('2024-06-18T23:37:20Zebra', null)
    check('2024-06-18T23:37:20x', null)
    check('[]', null)
    check('[', null)
  })
})

describe('formatTime', () => {
  test('writes canonical UTC text and prefers the finer one', () => {
    const check = (ms: number, want: string): void => expect(formatTime(ms, null)).toBe(want)
    check(Date.UTC(2026, 10, 1, 0, 0, 0, 13), '2026-11-01T00:00:00.013Z')
    check(Date.UTC(2026, 10, 1, 0, 0, 0, 14), '2026-11-01T00:00:00.014Z')
    check(Date.UTC(2026, 10, 1, 0, 0, 1, 999), '2026-11-01T00:00:01.999Z')
    check(0.9, '1970-01-01T00:00:00.000Z')
    check(-1, '1969-12-31T23:59:59.999Z')
    expect(formatTime(13, '1970-01-01T00:00:00.013000001Z')).toBe('1970-01-01T00:00:00.013000001Z')
  })

  test('never throws, whatever a plugin put in', () => {
    expect(formatTime(Number.NaN, null)).toBe('1970-01-01T00:00:00.000Z')
    expect(formatTime(Number.POSITIVE_INFINITY, null)).toBe('9999-12-31T23:59:59.999Z')
    expect(formatTime(-1e300, null)).toBe('0000-01-01T00:00:00.000Z')
  })
})

test('zoneOf knows IANA names and offsets and says so when it does not', () => {
  expect(zoneOf('Europe/Paris')?.(Date.UTC(2024, 0, 1)).ms).toBe(3_600_000)
  expect(zoneOf('Australia/Lord_Howe')?.(Date.UTC(2024, 0, 1)).ms).toBe(39_600_000)
  expect(zoneOf('-0330')?.(0).ms).toBe(-12_600_000)
  expect(zoneOf('Mars/Olympus')).toBeNull()
  expect(zoneOf('+25:00')).toBeNull()
})
