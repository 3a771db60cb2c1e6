import { describe, expect, test } from 'vitest'
import { findSyslogTime } from '../../core/syslog-time.ts'
import { shownTime } from './shown-time.ts'

const NOW = Date.UTC(2026, 10, 15, 12)

function check(text: string, want: string | null, rest = '', now = NOW, zone = 'UTC'): void {
  const found = findSyslogTime(text, 0, zone, now)
  expect(shownTime(found), text).toBe(want)
  if (found !== null) expect(text.slice(found.end), text).toBe(rest)
}

test('reads RFC 3164 times, padded or not, in any case, with a fraction', () => {
  check('Oct 11 22:14:15 mymachine su: x', '2026-10-11T22:14:15.000Z ? ??', ' mymachine su: x')
  check('Aug  7 06:30:00 xxx', '2026-08-07T06:30:00.000Z ? ??', ' xxx')
  check('Jan 5 10:01:00 x', '2026-01-05T10:01:00.000Z ? ??', ' x')
  check('AUG 10 22:18:24 x', '2026-08-10T22:18:24.000Z ? ??', ' x')
  check('aug 10 22:18:24', '2026-08-10T22:18:24.000Z ? ??')
  check('Oct 11 22:14:15.123456 x', '2026-10-11T22:14:15.123456Z ? ??', ' x')
  check('Oct 11 22:14:15,5 x', '2026-10-11T22:14:15.500Z ? ??', ' x')
  check('Oct 11 2:14:15 x', '2026-10-11T02:14:15.000Z ? ??', ' x')
})

test('reads a year where there is one', () => {
  check('Mar 7 2008 19:06:53: example', '2008-03-07T19:06:53.000Z ?', ' example')
  check('Jan  6 2009 15:22:26 localhost', '2009-01-06T15:22:26.000Z ?', ' localhost')
  check('2013 Oct 22 10:52:01 UTC: %DAEMON', '2013-10-22T10:52:01.000Z', ' %DAEMON')
  check('Dec 04 04:47:44 2005 x', '2005-12-04T04:47:44.000Z ?', ' x')
  check('Sun Dec 04 04:47:44 2005] x', '2005-12-04T04:47:44.000Z ?', '] x')
  check('Fri Sep 09 10:42:29.902022 2011] x', '2011-09-09T10:42:29.902022Z ?', '] x')
  check('Sun Dec  4 04:47:44 CET 2005', '2005-12-04T03:47:44.000Z')
  check('Sun Dec  4 04:47:44 2005 +0100 x', '2005-12-04T03:47:44.000Z', ' x')
  check('Jul 09, 2015 3:23:29 PM com.example.Main run', '2015-07-09T15:23:29.000Z ?', ' com.example.Main run')
  check('Jul 09, 2015 12:00:00 AM x', '2015-07-09T00:00:00.000Z ?', ' x')
  check('Oct 11 22:14:15 3000 x', '2026-10-11T22:14:15.000Z ? ??', ' 3000 x')
})

test('reads zones and the colon that Cisco ends its times with', () => {
  check('Feb 16 04:06:58 -0600 x', '2026-02-16T10:06:58.000Z ??', ' x')
  check('Feb 16 04:06:58 UTC x', '2026-02-16T04:06:58.000Z ??', ' x')
  check('Mar  1 18:46:11.123 UTC: %SYS-5', '2026-03-01T18:46:11.123Z ??', ' %SYS-5')
  check('.Mar  1 18:46:11 EST: %SYS-5', '2026-03-01T23:46:11.000Z ??', ' %SYS-5')
  check('Mar  1 18:46:11: %ASA-6', '2026-03-01T18:46:11.000Z ? ??', ' %ASA-6')
  check('Mar  1 18:46:11 10.321.1.123 x', '2026-03-01T18:46:11.000Z ? ??', ' 10.321.1.123 x')
  check('*Mar  1 2026 18:46:11 UTC: %SYS-5', '2026-03-01T18:46:11.000Z ??', ' %SYS-5')
})

test('guesses a missing year: the latest in which the day is not yet to come', () => {
  const at = (text: string, now: string, want: string): void => check(text, `${want} ? ??`, '', Date.parse(now))
  at('Dec 31 23:59:59', '2027-01-01T00:00:10Z', '2026-12-31T23:59:59.000Z')
  at('Jan  1 00:00:01', '2027-01-01T00:00:10Z', '2027-01-01T00:00:01.000Z')
  at('Dec  1 10:00:00', '2027-01-20T00:00:00Z', '2026-12-01T10:00:00.000Z')
  at('Feb  1 10:00:00', '2027-01-20T00:00:00Z', '2026-02-01T10:00:00.000Z')
  // Clocks and zones that are ahead: a day, no more.
  at('Jan  1 02:00:00', '2026-12-31T20:00:00Z', '2027-01-01T02:00:00.000Z')
  at('Jan 21 00:00:00', '2027-01-20T00:00:00Z', '2027-01-21T00:00:00.000Z')
  at('Jan 22 00:00:00', '2027-01-20T23:00:00Z', '2026-01-22T00:00:00.000Z')
  at('Feb 29 10:00:00', '2027-03-01T00:00:00Z', '2024-02-29T10:00:00.000Z')
  at('Feb 29 10:00:00', '2028-02-28T12:00:00Z', '2028-02-29T10:00:00.000Z')
  at('Feb 29 10:00:00', '1903-03-01T00:00:00Z', '1896-02-29T10:00:00.000Z')
})

test('takes the configured zone', () => {
  check('Jul 11 22:14:15 x', '2026-07-11T20:14:15.000Z ? ??', ' x', NOW, 'Europe/Paris')
  check('Jul 11 22:14:15 UTC x', '2026-07-11T22:14:15.000Z ??', ' x', NOW, 'Europe/Paris')
})

describe('is no time', () => {
  test.each(['', 'Oct', 'Oct ', 'Oct 11', 'Oct 11 22:14', 'Foo  3 12:08:33', 'Jun  3 12:08:33bar', 'Oct 32 22:14:15', 'Feb 30 10:00:00', 'Oct 11 24:14:15', 'Oct 11 22:60:15', 'Oct 11 22:14:61',
    'October 11 22:14:15', 'Oct11 22:14:15', 'Jul 09, 2015 13:23:29 PM', 'Feb 29 2023 10:00:00', 'Mon', 'May be later', 'Oct 11 22:14:155', 'Sat Oct', '\u010Fct 11 22:14:15'])('%j', (text) => {
    check(text, null)
    check(text, null, '', NOW, 'Europe/Paris')
  })
})

test('is read from where it begins', () => {
  expect(shownTime(findSyslogTime('<34>Oct 11 22:14:15 m', 4, 'UTC', NOW))).toBe('2026-10-11T22:14:15.000Z ? ??')
})

test('without a clock of its own takes the present', () => {
  const now = new Date()
  const found = findSyslogTime('Jan  1 00:00:00 x', 0, 'UTC')
  expect(new Date(found?.ms ?? 0).getUTCFullYear()).toBe(new Date(now.getTime() + 86_400_000).getUTCFullYear())
})
