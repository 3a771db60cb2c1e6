import { expect, test } from 'vitest'
import { findClfTime } from '../../core/clf-time.ts'
import { shownTime } from './shown-time.ts'

function check(text: string, want: string | null, rest = '', zone?: string): void {
  const found = findClfTime(text, 0, zone)
  expect(shownTime(found), text).toBe(want)
  if (found !== null) expect(text.slice(found.end)).toBe(rest)
}

test('reads the time of access logs', () => {
  check('17/May/2015:10:05:03 +0000] "GET', '2015-05-17T10:05:03.000Z', '] "GET')
  check('26/Jan/2019:19:45:25 +0330]', '2019-01-26T16:15:25.000Z', ']')
  check('10/Oct/2000:13:55:36 -0700', '2000-10-10T20:55:36.000Z')
  check('10/oct/2000:13:55:36.123456 -0700', '2000-10-10T20:55:36.123456Z')
  check('10/Oct/2000:13:55:36', '2000-10-10T13:55:36.000Z ?')
  check('10/Oct/2000:13:55:36', '2000-10-10T11:55:36.000Z ?', '', 'Europe/Paris')
})

test('leaves alone what is no such time', () => {
  for (const text of ['', '-', '17/05/2015:10:05:03 +0000', '7/May/2015:10:05:03 +0000', '17/May/2015 10:05:03', '32/May/2015:10:05:03 +0000', '29/Feb/2015:10:05:03 +0000', '17/May/2015:24:05:03 +0000', '17/May/15:10:05:03']) check(text, null)
})
