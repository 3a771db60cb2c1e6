import { describe, expect, test } from 'vitest'
import { grokDefinitions } from '../../../core/grok/grok-definitions.ts'
import type { LogRecord } from '../../../core/record.ts'
import { formatTime } from '../../../core/time.ts'
import grok from '../../../plugins/parsers/grok.ts'
import { batchOf, host, recordsOf } from '../tap-host.ts'

function one(line: string, options: object): LogRecord {
  const [record] = recordsOf([line]) as [LogRecord]
  host(grok, options).parse.get('grok')?.call(batchOf([record]))
  return record
}

const ACCESS = '203.0.113.9 - ann [01/Nov/2026:00:00:00 +0100] "GET /cart?id=7 HTTP/1.1" 404 2326 "https://shop.example/" "curl/8.5"'

test('an access log has the field names of the Elastic Common Schema', () => {
  const record = one(ACCESS, { pattern: '%{COMBINEDAPACHELOG}' })
  expect(record.error).toBeNull()
  expect(JSON.parse(JSON.stringify(record.readFields))).toEqual({
    source: { address: '203.0.113.9' },
    user: { name: 'ann' },
    timestamp: '01/Nov/2026:00:00:00 +0100',
    http: { request: { method: 'GET', referrer: 'https://shop.example/' }, version: '1.1', response: { status_code: 404, body: { bytes: 2326 } } },
    url: { original: '/cart?id=7' },
    user_agent: { original: 'curl/8.5' },
  })
  expect(formatTime(record.time)).toBe('2026-10-31T23:00:00.000Z')
  expect(record.body).toBe(ACCESS)
})

test('or the flat ones from before', () => {
  const { readFields } = one(ACCESS, { pattern: '%{COMBINEDAPACHELOG}', names: 'legacy' })
  expect(readFields).toMatchObject({ clientip: '203.0.113.9', verb: 'GET', request: '/cart?id=7', response: '404', bytes: '2326' })
})

test('every standard definition can be used', { timeout: 60_000 }, () => {
  for (const names of ['ecs', 'legacy'] as const) {
    const definitions = [...grokDefinitions(names).keys()]
    expect(definitions.length).toBeGreaterThan(200)
    const refused = definitions.filter((name) => !grok.options.safeParse({ pattern: `%{${name}}`, names }).success)
    expect(refused).toEqual([])
  }
})

describe('fields', () => {
  function check(pattern: string | string[], line: string, want: object, options: object = {}): void {
    const record = one(line, { pattern, ...options })
    expect(record.error).toBeNull()
    expect(JSON.parse(JSON.stringify(record.readFields))).toEqual(want)
  }

  test('stand in the pattern, nested by brackets, with their type', () => {
    check('%{INT:a} %{INT:b:int} %{NUMBER:[c][d]:float} %{WORD:[c][e]:bool} %{WORD}', '1 2 3.5 true x', { a: '1', b: 2, c: { d: 3.5, e: true } })
    check('%{NOTSPACE:a:int} (?<b>x+)(?<[c][d]>y)', 'z xxy', { a: 'z', b: 'xx', c: { d: 'y' } })
    check('%{WORD:a.b}', 'x', { 'a.b': 'x' })
  })

  test('captured more than once gather, empty ones are left out', () => {
    check('%{WORD:a} %{INT:a:int}( %{WORD:a})?', 'x 1 y', { a: ['x', 1, 'y'] })
    check('%{WORD:a} %{INT:a:int}( %{WORD:a})?', 'x 1', { a: ['x', 1] })
    check('(%{INT:n}|%{WORD:n})-%{DATA:d}-', 'x--', { n: 'x' })
  })

  test('of definitions of its own, which may use others and replace the standard ones', () => {
    check('%{ORDER:order}', 'no O-17', { order: 'O-17' }, { definitions: { ORDER: 'O-%{INT}' } })
    check('%{WORD:a}', 'ab', { a: 'b' }, { definitions: { WORD: 'b' } })
  })

  test('of the first pattern that matches', () => {
    check(['%{INT:a}$', '%{GREEDYDATA:b}'], 'x', { b: 'x' })
  })

  test('over line breaks', () => {
    check('^%{WORD:a} %{GREEDYDATA:b}', 'x one\ntwo', { a: 'x', b: 'one\ntwo' })
  })

  test('named like what objects have of their own', () => {
    const { readFields } = one('a b', { pattern: '%{WORD:__proto__} %{WORD:[constructor][__proto__]}' })
    expect(JSON.stringify(readFields)).toBe('{"__proto__":"a","constructor":{"__proto__":"b"}}')
  })

  test('leave alone what the source shares among its records', () => {
    const records = recordsOf(['a', 'b'])
    const shared = { log: { file: 'x' } }
    for (const record of records) record._shared = shared
    host(grok, { pattern: '%{WORD:[log][word]}' }).parse.get('grok')?.call(batchOf(records))
    expect(shared).toEqual({ log: { file: 'x' } })
  })
})

describe('time, level and host', () => {
  function check(pattern: string, line: string, want: string, options: object = {}): void {
    const record = one(line, { pattern, ...options })
    expect(`${formatTime(record.time, record.timeText)} ${record.level} ${record.host} [${record.guessed.join()}]`).toBe(want)
  }
  test('come from fields under the names loggers use', () => {
    check('%{TIMESTAMP_ISO8601:ts} %{LOGLEVEL:[log][level]} %{WORD:[host][hostname]}', '2026-11-01T00:00:00,5Z ERROR db7', '2026-11-01T00:00:00.500Z error db7 []')
    check('%{DATE_EU:time}', '01.11.2026', '2026-11-01T00:00:00.000Z info web1 [level]', { time_format: '%d.%m.%Y', timezone: 'UTC' })
    check('%{HTTPDATE:timestamp}', '01/Nov/2026:00:00:00 +0000', '2026-11-01T00:00:00.000Z info web1 [level]')
  })
})

test('a line that does not match says so, and its own time and level', () => {
  const record = one('2026-11-01T00:00:00Z ERROR other', { pattern: '^%{INT:a}$' })
  expect([record.error, record.level, record.guessed]).toEqual(['does not match the grok pattern', 'error', []])
  expect(one('-', { pattern: ['%{INT}', '%{WORD}'] }).error).toBe('matches none of the 2 grok patterns')
})

describe('patterns that cannot be used', () => {
  function check(options: object, want: RegExp): void {
    expect(() => host(grok, options)).toThrow(want)
  }
  test('are refused with the place and the definition', () => {
    check({ pattern: 'a %{WROD:x}' }, /no definition \\"WROD\\" at position 2. Did you mean \\"WORD\\"/)
    check({ pattern: '%{A}', definitions: { A: 'x%{B}', B: 'y(' } }, /in the definition of A: in the definition of B: the group is not closed at position 1/)
    check({ pattern: '%{A}', definitions: { A: '%{B}', B: '%{A}' } }, /contains itself.*A, B, A/)
    check({ pattern: '%{WORD:a:number}' }, /no type/)
    check({ pattern: '%{WORD a}' }, /no reference/)
    check({ pattern: '(?<a>x)\\k<a>' }, /backreferences/)
    check({ pattern: '%{WORD:a} %{WORD:[a][b]}' }, /has a value of its own/)
    check({ pattern: '%{WORD:[a][b]} %{WORD:a}' }, /has fields inside/)
  })
})
