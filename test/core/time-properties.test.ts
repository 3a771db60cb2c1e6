import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { findClfTime } from '../../core/clf-time.ts'
import { findSyslogTime } from '../../core/syslog-time.ts'
import { compileTimeFormat, TimeFormatError } from '../../core/time-format.ts'
import { findTime, formatTime, parseTime, type FoundTime, type ParsedTime } from '../../core/time.ts'
import { propertyMs, propertyRuns } from '../property-runs.ts'

const FIRST = Date.UTC(0, 0, 1) - 1900 * 365.2425 * 86_400_000
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
const anyMs = fc.integer({ min: Math.ceil(FIRST) + 86_400_000, max: LAST })
/** Years that formats with two digits or a `19` or `20` in front can say. */
const recentMs = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2068, 11, 31) })
const zones = fc.constantFrom('UTC', 'Europe/Paris', '+05:30', 'Mars/Olympus', '')
/** Pieces that times are made of, so that a random text comes near to one. */
const pieces = fc.array(fc.oneof(fc.constantFrom('2026', '11', '01', '99', '-', '/', ':', ' ', '.', ',', 'T', 'Z', '+', '[', ']', '<34>', 'Oct', 'Sun', ', ', 'PM', 'UTC', 'CST', 'E', '*', '2026-11-01T00:00:00', '10:20:30', '17/May/2015:'), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 12 }).map((parts) => parts.join(''))
const heads = fc.constantFrom('2026-11-01 00:00:00', '[2026-11-01T00:00:00', 'Oct 11 22:14:15', '<34>Feb 29 22:14:15', '[Sun Dec 04 04:47:44 2005', '- - [17/May/2015:10:05:03', 'Tue, 15 Nov 1994 08:12:31', '1698412345', '17/06/09 20:10:40', '081109 203615', 'E0505 17:59:40')
const texts = fc.oneof(pieces, fc.tuple(heads, pieces).map((parts) => parts.join('')), fc.string({ unit: 'binary' }))
/** Directives with a text that each reads. */
const readable = fc.array(fc.constantFrom(['%Y', '2026'], ['%y', '69'], ['%m', '2'], ['%b', 'feb'], ['%d', '29'], ['%e', ' 1'], ['%j', '366'], ['%H', '0'], ['%I', '12'], ['%p', 'PM'], ['%M', '59'], ['%S', '60'], ['.%L', '.123456789'], ['%.f', ''],
  ['%z', '+23:59'], ['%Z', 'CST'], ['%Z', 'Europe/Paris'], ['%s', '99999999999'], ['%T', '23:59:60'], ['%F', '2024-02-29'], ['%D', '02/29/24'], ['%r', '12:00:00 AM'], ['%A', 'Sun'], [' ', ''], ['Z', 'Z']), { maxLength: 8 })

const two = (value: number): string => String(value).padStart(2, '0')
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** What a time must be, wherever it was found. */
function isSound(time: ParsedTime | FoundTime | null, text: string): void {
  if (time === null) return
  expect(Number.isInteger(time.ms)).toBe(true)
  expect(Date.parse(`${formatTime(time.ms, time.text).slice(0, 23)}Z`)).toBe(time.ms)
  if (time.text !== null) expect(time.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{4,9}Z$/)
  if ('end' in time) expect(time.end).toBeLessThanOrEqual(text.length)
}

describe('times', { timeout: propertyMs }, () => {
  test('what is formatted is parsed back, to the millisecond and to nine digits', () => {
    fc.assert(fc.property(anyMs, (ms) => {
      expect(parseTime(formatTime(ms))).toMatchObject({ ms, text: null, zoneGuessed: false })
    }), propertyRuns)
    fc.assert(fc.property(anyMs, fc.integer({ min: 1, max: 999_999 }), (ms, nanos) => {
      const text = formatTime(ms).replace('Z', `${String(nanos).padStart(6, '0')}Z`)
      expect(parseTime(text)).toMatchObject({ ms, text })
      expect(formatTime(ms, parseTime(text)?.text)).toBe(text)
    }), propertyRuns)
  })

  test('what other formats say of a moment is that moment', () => {
    fc.assert(fc.property(recentMs.map((ms) => ms - (ms % 1000)), (ms) => {
      const date = new Date(ms)
      const [year, month, day] = [date.getUTCFullYear(), MONTHS[date.getUTCMonth()] as string, two(date.getUTCDate())]
      const clock = date.toISOString().slice(11, 19)
      expect(findTime(`[${date.toUTCString().slice(0, 3)} ${month} ${day} ${clock} ${year}] x`)?.ms).toBe(ms)
      expect(findTime(`${date.toUTCString()} x`)).toMatchObject({ ms, zoneGuessed: false })
      expect(findTime(`- - [${day}/${month}/${year}:${clock} +0000] x`)).toMatchObject({ ms, zoneGuessed: false })
      expect(findTime(`${String(year).slice(2)}/${two(date.getUTCMonth() + 1)}/${day} ${clock} x`)?.ms).toBe(ms)
      expect(findSyslogTime(`${month} ${day} ${clock} x`, 0, 'UTC', ms)).toMatchObject({ ms, yearGuessed: true })
      expect(compileTimeFormat('%A, %d %B %y, %r')(`${['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'][date.getUTCDay()]}, ${day} ${month} ${String(year).slice(2)}, ${two(date.getUTCHours() % 12 || 12)}${clock.slice(2)} ${date.getUTCHours() < 12 ? 'AM' : 'PM'}`, 'UTC')?.ms).toBe(ms)
    }), propertyRuns)
  })

  test('no text makes a reader throw, hang or find what cannot be', () => {
    fc.assert(fc.property(texts, zones, fc.nat({ max: 20 }), (text, zone, at) => {
      isSound(parseTime(text, zone), text)
      isSound(findTime(text, zone), text)
      isSound(findSyslogTime(text, at, zone), text)
      isSound(findClfTime(text, at, zone), text)
    }), propertyRuns)
  })

  test('no format and no text make a strptime format throw anything but what is wrong with it', () => {
    const directives = fc.array(fc.oneof(fc.constantFrom(...'YmdHMSybBejpIzZsLfNTDFRaAntkl'.split('').map((letter) => `%${letter}`), '%%', '%.f', '%3N', '%:z', ' ', '-', ':', 'T', 'Z'), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 10 }).map((parts) => parts.join(''))
    fc.assert(fc.property(directives, fc.array(texts, { maxLength: 5 }), zones, (format, several, zone) => {
      let read
      try {
        read = compileTimeFormat(format)
      } catch (error) {
        expect(error).toBeInstanceOf(TimeFormatError)
        return
      }
      for (const text of several) isSound(read(text, zone), text)
    }), propertyRuns)
    fc.assert(fc.property(readable, zones, anyMs, (pairs, zone, now) => {
      let read
      try {
        read = compileTimeFormat(pairs.map(([directive]) => directive).join(' '))
      } catch (error) {
        expect(error).toBeInstanceOf(TimeFormatError)
        return
      }
      const text = pairs.map(([, sample]) => sample).join(' ')
      isSound(read(text, zone, now), text)
    }), propertyRuns)
  })
})
