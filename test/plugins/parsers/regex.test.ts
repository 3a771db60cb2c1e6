import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../../../core/record.ts'
import { formatTime } from '../../../core/time.ts'
import regex from '../../../plugins/parsers/regex.ts'
import { ARRIVAL, batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

function one(line: string, options: object): LogRecord {
  const [record] = recordsOf([line]) as [LogRecord]
  host(regex, options).parse.get('regex')?.call(batchOf([record]))
  return record
}

describe('fields', () => {
  function check(pattern: string | string[], line: string, want: object, options: object = {}): void {
    const record = one(line, { pattern, ...options })
    expect(record.error).toBeNull()
    expect({ ...record.readFields }).toEqual(want)
    expect(record.body).toBe(line)
    expect(record._verbatim).toBe(true)
  }

  test('are the named groups, in either notation, with the type they plainly have', () => {
    check('(?<a>\\d+) (?P<b>\\S+) (?<c>\\S+) (?<d>\\S+) (x)', '200 -0.5 true 007 x', { a: 200, b: -0.5, c: true, d: '007' })
  })

  test('have the type that is asked for, where the text is of it', () => {
    const pattern = '(?<a>\\S+) (?<b>\\S+) (?<c>\\S+) (?<d>\\S+) (?<e>\\S+)'
    const types = { a: 'int', b: 'float', c: 'bool', d: 'string', e: 'int' }
    check(pattern, '007 1e3 yes 200 12x', { a: 7, b: 1000, c: true, d: '200', e: '12x' }, { types })
    check(pattern, '12.9 .5 0 true 99999999999999999999', { a: 12, b: 0.5, c: false, d: 'true', e: '99999999999999999999' }, { types })
    check(pattern, '0x1f Infinity maybe 1 -0', { a: '0x1f', b: 'Infinity', c: 'maybe', d: '1', e: 0 }, { types })
  })

  test('are left out where a group took no part or is empty', () => {
    check('a(?<x>b)?c(?<y>d*)', 'ac', {})
  })

  test('may have names that objects have of their own', () => {
    const { readFields } = one('a b', { pattern: '(?<__proto__>a) (?<constructor>b)' })
    expect(Object.entries(readFields)).toEqual([['__proto__', 'a'], ['constructor', 'b']])
    expect(({} as Record<string, unknown>)['a']).toBeUndefined()
  })

  test('of the first pattern that matches', () => {
    check(['^a (?<x>.*)', '^(?<y>\\w) (?<z>.*)'], 'a 1', { x: 1 })
    check(['^a (?<x>.*)', '^(?<y>\\w) (?<z>.*)'], 'b 1', { y: 'b', z: 1 })
  })

  test('of a line too long for the fast engine as well', () => {
    const long = 'x '.repeat(100_000)
    check('(?<head>\\w).*?(?<a>\\d+)[^=]*=(?<b>.*)$', `${long}17 =z`, { head: 'x', a: 17, b: 'z' })
  })
})

describe('time, level and host', () => {
  function check(pattern: string, line: string, want: string, options: object = {}): void {
    const record = one(line, { pattern, ...options })
    expect(`${formatTime(record.time, record.timeText)} ${record.level} ${record.host} [${record.guessed.join()}]`).toBe(want)
  }

  test('come from groups under the names loggers use', () => {
    check('(?<ts>\\S+) (?<lvl>\\S+) (?<host>\\S+)', '2026-11-01T00:00:00.123456Z WARN db7', '2026-11-01T00:00:00.123456Z warn db7 []')
    check('(?<t>\\S+) (?<message>.*)', '1793491200.5 [error] it broke', '2026-11-01T00:00:00.500Z error web1 []')
    check('(?<x>\\S+) (?<y>.*)', '2026-11-01T00:00:00Z error', '2000-01-01T00:00:00.000Z info web1 [time,level]')
  })

  test('a time in a format of its own', () => {
    const format = { time_format: '%d.%m.%Y %H:%M' }
    check('(?<time>\\S+ \\S+)', '01.11.2026 12:30', '2026-11-01T12:30:00.000Z info web1 [time,level]', format)
    check('(?<time>\\S+ \\S+)', '01.11.2026 12:30', '2026-11-01T11:30:00.000Z info web1 [level]', { ...format, timezone: 'Europe/Paris' })
    check('(?<ts>.+)', '2026-11-01T00:00:00Z', '2026-11-01T00:00:00.000Z info web1 [level]', format)
    check('(?<date>\\d+) (?<time>.+)', '20261101 01.11.2026 12:30', '2026-11-01T12:30:00.000Z info web1 [time,level]', format)
  })

  test('a time in another format of its own is no reason to refuse the line', () => {
    check('(?<time>.*)', 'noon', '2000-01-01T00:00:00.000Z info web1 [time,level]', { time_format: '%H:%M' })
  })
})

test('a line that does not match says so, and its own time and level', () => {
  const record = one('2026-11-01T00:00:00Z ERROR other', { pattern: '^(?<a>\\d)$' })
  expect([record.error, record.level, record.guessed, record.body]).toEqual(['does not match the pattern', 'error', [], '2026-11-01T00:00:00Z ERROR other'])
  expect(one('x', { pattern: ['(?<a>a)', '(?<b>b)'] }).error).toBe('matches none of the 2 patterns')
  expect(one('  ', { pattern: '(?<a>a)' }).error).toBeNull()
})

test('what the source gave stays', () => {
  const [record] = recordsOf(['2026-11-01T00:00:00Z ERROR']) as [LogRecord]
  record.timeFound(ARRIVAL)
  record.levelFound('debug')
  const { parse } = host(regex, { pattern: '(?<time>\\S+) (?<level>\\S+)' })
  parse.get('regex')?.call(batchOf([record]))
  expect([record.time, record.level]).toEqual([ARRIVAL, 'debug'])
  const given = objectRecord({ message: 'x' })
  parse.get('regex')?.call(batchOf([given]))
  expect([given.error, given.body]).toEqual([null, { message: 'x' }])
})

describe('options', () => {
  function check(options: object, want: RegExp): void {
    expect(() => host(regex, options)).toThrow(want)
  }
  test('that make no sense are refused with the reason', () => {
    check({ pattern: 'a(b' }, /cannot use this pattern/)
    check({ pattern: ['(?<a>x)', '(?<b>x)(?=y)'] }, /lookahead and lookbehind are not supported/)
    check({ pattern: '(a) (b)' }, /expected a named group/)
    check({ pattern: '(?<a>b)', types: { c: 'int' } }, /no group \\"c\\"/)
    check({ pattern: '(?<a>b)', time_format: '%Q' }, /time format/)
  })
})
