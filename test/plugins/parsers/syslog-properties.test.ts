import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSyslogLine } from '../../../core/syslog/is-syslog-line.ts'
import { SYSLOG_FACILITIES, SYSLOG_SEVERITIES } from '../../../core/syslog/priority.ts'
import type { LogRecord } from '../../../core/record.ts'
import { formatTime } from '../../../core/time.ts'
import syslog from '../../../plugins/parsers/syslog.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { batchOf, host, recordsOf } from '../tap-host.ts'

const hook = host(syslog).parse.get('syslog')

function parse(line: string): LogRecord {
  const records = recordsOf([line])
  hook?.call(batchOf(records))
  return records[0] as LogRecord
}

type Params = ReadonlyArray<readonly [name: string, value: string]>

/** What RFC 5424 can say. */
interface Said {
  readonly priority: number
  readonly version: number
  readonly second: number
  readonly fraction: string
  readonly offset: number
  readonly hostname: string | null
  readonly appname: string | null
  readonly procid: string | null
  readonly msgid: string | null
  readonly elements: ReadonlyArray<readonly [id: string, params: Params]>
  readonly message: string
}

/** Printable ASCII without spaces; a lone hyphen says nothing. */
const word = (maxLength: number, except = ''): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 33, max: 126 }).map((c) => String.fromCharCode(c)).filter((c) => !except.includes(c)), minLength: 1, maxLength }).filter((text) => text !== '-')
const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string | null> => fc.option(text, { freq: 4 })
const anyText = fc.string({ unit: fc.oneof({ weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) }, { weight: 1, arbitrary: fc.constantFrom('"', '\\', ']', '[', '=', ' ', '\n', '\t', '-', '<13>') }), maxLength: 30 })
const name = word(32, '="]')

const said: fc.Arbitrary<Said> = fc.record({
  priority: fc.nat(191),
  version: fc.constantFrom(1, 2, 999),
  second: fc.integer({ min: Date.UTC(1000, 0, 1) / 1000, max: Date.UTC(9998, 0, 1) / 1000 }),
  fraction: fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 9 }),
  offset: fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }),
  hostname: maybe(word(255)),
  appname: maybe(word(48)),
  procid: maybe(fc.oneof(word(128), fc.nat().map(String))),
  msgid: maybe(word(32)),
  elements: fc.uniqueArray(fc.tuple(name, fc.uniqueArray(fc.tuple(name, anyText), { selector: ([param]) => param, maxLength: 4 })), { selector: ([id]) => id, maxLength: 3 }),
  message: anyText.map((text) => text.replace(/^\uFEFF+|[\0\r\n]+$/g, '')),
})

function render({ priority, version, second, fraction, offset, hostname, appname, procid, msgid, elements, message }: Said): string {
  const local = new Date((second + offset * 60) * 1000).toISOString().slice(0, 19)
  const minutes = Math.abs(offset)
  const zone = `${offset < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  const data = elements.map(([id, params]) => `[${[id, ...params.map(([param, value]) => `${param}="${value.replace(/["\\\]]/g, '\\$&')}"`)].join(' ')}]`).join('')
  const header = [`<${priority}>${version}`, `${local}${fraction === '' ? '' : `.${fraction}`}${zone}`, hostname ?? '-', appname ?? '-', procid ?? '-', msgid ?? '-', data === '' ? '-' : data]
  return header.join(' ') + (message === '' ? '' : ` ${message}`)
}

/** By name: an object puts names that are numbers first. */
function inOrder<T>(entries: ReadonlyArray<readonly [name: string, value: T]>): ReadonlyArray<readonly [name: string, value: T]> {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function fieldsOf({ priority, version, hostname, appname, procid, msgid, elements, message }: Said): Record<string, unknown> {
  const number = procid !== null && /^(?:0|[1-9]\d{0,14})$/.test(procid)
  const all = {
    facility: SYSLOG_FACILITIES[Math.floor(priority / 8)], severity: SYSLOG_SEVERITIES[priority % 8], hostname, appname, procid: number ? Number(procid) : procid, msgid, version,
    structured_data: elements.length === 0 ? null : inOrder(elements.map(([id, params]) => [id, inOrder(params)])), message: message === '' ? null : message,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}

/** Objects as entries, so that `__proto__` is compared as well. */
function comparable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const data = fields['structured_data']
  return { ...fields, ...(data === undefined ? {} : { structured_data: inOrder(Object.entries(data as object).map(([id, params]) => [id, inOrder(Object.entries(params as object))])) }) }
}

test('a rendered RFC 5424 message gives back what it says', { timeout: propertyMs }, () => {
  fc.assert(fc.property(said, (want) => {
    const record = parse(render(want))
    expect(record.error).toBeNull()
    expect(comparable(record.fields)).toEqual(fieldsOf(want))
    const { second, fraction } = want
    const millis = Number(fraction.slice(0, 3).padEnd(3, '0'))
    const fine = /[1-9]/.test(fraction.slice(3))
    expect(record.time).toBe(second * 1000 + millis)
    expect(formatTime(record.time, record.timeText)).toBe(fine ? `${new Date(second * 1000).toISOString().slice(0, 20)}${fraction}Z` : formatTime(second * 1000 + millis))
    expect(record.guessed).toEqual([])
  }), propertyRuns)
})

/** What scanners stumble over. */
const PIECES = ['<13>', '<', '>', '1 ', '- ', '[', ']', '[a', ' x="', '"', '\\', '=', ':', '::', ': ', ' ', '\t', '\n', '\0', '-- ', '1.2:', 'tag', 'h', 'Oct 11 22:14:15', '2026-11-01T00:00:00Z', '*', '%', '29: ', '\uFEFF', 'é', '😀', '__proto__']

test('no bytes make it throw, lose the line or invent a time', { timeout: propertyMs }, () => {
  const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array).toString('latin1'))
  const likely = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(''))
  fc.assert(fc.property(fc.oneof(bytes, likely, fc.tuple(said, fc.nat(400)).map(([whole, end]) => render(whole).slice(0, end))), (line) => {
    const record = parse(line)
    const text = Buffer.from(line).toString()
    expect(record.body).toBe(text)
    expect(Number.isFinite(record.time)).toBe(true)
    expect(typeof isSyslogLine(text)).toBe('boolean')
    // What it calls the message stands in the line as it is.
    if (typeof record.fields['message'] === 'string') expect(text.includes(record.fields['message'])).toBe(true)
  }), propertyRuns)
})

test('its time grows with the length of a line, not faster', () => {
  for (const piece of [...PIECES, '[a x="1"]', 'x="1" ', '\\"', 'Oct ', 'ab:']) {
    for (const before of ['', '<13>', '<13>1 - - - - - ', '<13>1 - - - - - [a ', '<13>1 - - - - - [a x="', 'Oct 11 22:14:15 ', 'Oct 11 22:14:15 h ', 'Oct 11 22:14:15 h t: [a ']) {
      const line = before + piece.repeat(Math.ceil(400_000 / piece.length))
      const began = performance.now()
      parse(line)
      isSyslogLine(line)
      expect(performance.now() - began, `${JSON.stringify(before)} and many ${JSON.stringify(piece)}`).toBeLessThan(1000)
    }
  }
})
