import { describe, expect, test } from 'vitest'
import { compileTimeFormat } from '../../core/time-format.ts'
import { timeFormat } from '../../core/time-format-option.ts'
import { shownTime } from './shown-time.ts'

const NOW = Date.UTC(2026, 10, 15, 12)

function check(format: string, text: string, want: string | null, zone = 'UTC'): void {
  expect(shownTime(compileTimeFormat(format)(text, zone, NOW)), `${format} of ${text}`).toBe(want)
}

describe('a strptime format', () => {
  test('reads dates and times', () => {
    check('%Y-%m-%dT%H:%M:%S%z', '2026-11-01T10:20:30+0100', '2026-11-01T09:20:30.000Z')
    check('%d/%m/%Y:%H:%M:%S %z', '16/10/2019:12:00:00 +0000', '2019-10-16T12:00:00.000Z')
    check('%a %b %d %H:%M:%S %Y', 'Sun Dec  4 04:47:44 2005', '2005-12-04T04:47:44.000Z ?')
    check('%A, %d %B %Y %I:%M:%S %p', 'Sunday, 04 December 2005 04:47:44 pm', '2005-12-04T16:47:44.000Z ?')
    check('%a, %d %b %Y %T %Z', 'Tue, 15 Nov 1994 08:12:31 GMT', '1994-11-15T08:12:31.000Z')
    check('%D %R', '06/09/17 20:10', '2017-06-09T20:10:00.000Z ?')
    check('%y/%m/%d %r', '99/06/09 12:10:11 AM', '1999-06-09T00:10:11.000Z ?')
    check('%F %k:%M:%S', '2026-11-01  1:02:03', '2026-11-01T01:02:03.000Z ?')
    check('%b %e %l:%M %p %Y', 'may  1  9:05 PM 2024', '2024-05-01T21:05:00.000Z ?')
    check('%Y%j', '2024366', '2024-12-31T00:00:00.000Z ?')
    check('%Y%m%d%H%M%S', '20261101102030', '2026-11-01T10:20:30.000Z ?')
    check('%-d.%-m.%Y %n%H:%M', '1.2.2026   3:04', '2026-02-01T03:04:00.000Z ?')
    check('100%% %Y', '100% 2026', '2026-01-01T00:00:00.000Z ?')
    check('%H:%M:%S %d.%m.%Y', '23:59:60 31.12.2016', '2016-12-31T23:59:59.999Z ?')
    check('at %Y', 'at 2026  ', '2026-01-01T00:00:00.000Z ?')
  })

  test('keeps up to nine fraction digits', () => {
    check('%T.%L %F', '01:02:03.1 2026-11-01', '2026-11-01T01:02:03.100Z ?')
    check('%F %T,%f', '2026-11-01 01:02:03,123456', '2026-11-01T01:02:03.123456Z ?')
    check('%F %T.%N', '2026-11-01 01:02:03.1234567891', '2026-11-01T01:02:03.123456789Z ?')
    check('%F %T.%3N %z', '2026-11-01 01:02:03.123 Z', '2026-11-01T01:02:03.123Z')
    check('%F %T%.f%z', '2026-11-01 01:02:03.5Z', '2026-11-01T01:02:03.500Z')
    check('%F %T%.f%z', '2026-11-01 01:02:03Z', '2026-11-01T01:02:03.000Z')
    check('%F %T.%6f', '2026-11-01 01:02:03.1234567', null)
    check('%F %T.%L', '2016-12-31 23:59:60.5', '2016-12-31T23:59:59.999Z ?')
    check('%s.%L', '1718753840.123456', '2024-06-18T23:37:20.123456Z')
    check('%s', '0', '1970-01-01T00:00:00.000Z')
  })

  test('reads zones, and takes the given one where there is none', () => {
    check('%F %T %z', '2026-11-01 01:02:03 +02:00', '2026-10-31T23:02:03.000Z', 'Asia/Tokyo')
    check('%F %T %:z', '2026-11-01 01:02:03 -0230', '2026-11-01T03:32:03.000Z', 'Asia/Tokyo')
    check('%F %T %Z', '2026-07-01 01:02:03 CEST', '2026-06-30T23:02:03.000Z', 'Asia/Tokyo')
    check('%F %T %Z', '2026-07-01 01:02:03 Europe/Paris', '2026-06-30T23:02:03.000Z', 'Asia/Tokyo')
    check('%F %T %Z', '2026-07-01 01:02:03 CST', '2026-06-30T17:02:03.000Z ?', 'Asia/Shanghai')
    check('%F %T %Z', '2026-07-01 01:02:03 XYZ', '2026-07-01T01:02:03.000Z ?')
    check('%F %T', '2026-07-01 01:02:03', '2026-06-30T23:02:03.000Z ?', 'Europe/Paris')
    // A Z behind the seconds is meant as the zone, whatever strptime makes of it.
    check('%FT%TZ', '2026-07-01T01:02:03Z', '2026-07-01T01:02:03.000Z', 'Europe/Paris')
    check('%FT%H:%M:%S.%LZ', '2026-07-01T01:02:03.004Z', '2026-07-01T01:02:03.004Z', 'Europe/Paris')
    check('%F %T', '2026-10-25 02:30:00', '2026-10-25T00:30:00.000Z ? ??', 'Europe/Paris')
  })

  test('guesses a missing year, and a missing day', () => {
    check('%b %d %H:%M:%S', 'Oct 11 22:14:15', '2026-10-11T22:14:15.000Z ? ??')
    check('%b %d %H:%M:%S', 'Dec 11 22:14:15', '2025-12-11T22:14:15.000Z ? ??')
    check('%m%d %H:%M:%S %z', '0229 22:14:15 Z', '2024-02-29T22:14:15.000Z ??')
    check('%H:%M:%S', '11:59:00', '2026-11-15T11:59:00.000Z ? ??')
    check('%H:%M:%S', '23:59:00', '2026-11-15T23:59:00.000Z ? ??')
    expect(shownTime(compileTimeFormat('%H:%M')('23:59', 'UTC', Date.UTC(2026, 10, 15, 0, 1)))).toBe('2026-11-14T23:59:00.000Z ? ??')
    expect(shownTime(compileTimeFormat('%H:%M')('00:01', 'UTC', Date.UTC(2026, 10, 15, 23, 59)))).toBe('2026-11-16T00:01:00.000Z ? ??')
  })

  test('gives null for a text that does not fit', () => {
    for (const text of ['', ' ', '2026-11-01', '2026-13-01 00:00:00', '2026-02-30 00:00:00', '2026-11-01 24:00:00', '2026-11-01 00:60:00', '2026-11-01 00:00:61', '2026-11-01 00:00:00x', 'x2026-11-01 00:00:00', '26-11-01 00:00:00']) check('%F %T', text, null)
    check('%Y%j', '2023366', null)
    check('%d %b %Y', '1 Fob 2024', null)
    check('%I %p %F', '13 PM 2024-01-01', null)
    check('%I %p %F', '12 XM 2024-01-01', null)
    check('%F %T%z', '2026-11-01 00:00:00', null)
    check('%FT%TZ', '2026-11-01T00:00:00', null)
  })

  test('leaves nothing behind for the next text', () => {
    const read = compileTimeFormat('%F %T%.f %Z')
    const texts = ['2026-11-01 01:02:03.123456 CET', '2026-11-01 01:02:03.123456 x', '2026-11-01 01:02:03 XYZ', '2026-11-01 nonsense']
    const once = texts.map((text) => shownTime(compileTimeFormat('%F %T%.f %Z')(text, 'UTC', NOW)))
    expect([...texts, ...texts].map((text) => shownTime(read(text, 'UTC', NOW)))).toEqual([...once, ...once])
  })
})

describe('the option', () => {
  test('gives the reader', () => {
    expect(shownTime(timeFormat().parse('%F')('2026-11-01', 'UTC'))).toBe('2026-11-01T00:00:00.000Z ?')
  })

  test('says which directive is wrong and where, and which format no time can have', () => {
    const problem = (format: string): string | undefined => timeFormat().safeParse(format).error?.issues[0]?.message
    expect(problem('%Y-%Q')).toBe('the time format has %Q at character 4, which is no directive')
    expect(problem('%Y %3d')).toBe('the time format has %3d at character 4, which is no directive')
    expect(problem('%Y %')).toBe('the time format ends in a lone % (at character 4); a percent sign is written %%')
    expect(problem('no directive')).toBe('the time format names neither a date nor a time of day')
    expect(problem('%M:%S')).toBe('the time format names neither a date nor a time of day')
    expect(problem('%d %H:%M')).toBe('the time format names a day (%d) but no month (%m or %b)')
    expect(problem('%j')).toBe('the time format names the day of the year (%j) but no year (%Y)')
  })
})
