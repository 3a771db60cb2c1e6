import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../../../core/record.ts'
import { formatTime } from '../../../core/time.ts'
import embeddedJson from '../../../plugins/parsers/embedded-json.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

const { parse: hooks, detect } = host(embeddedJson, {}, 'mine')

function one(line: string, options?: object): LogRecord {
  const [record] = recordsOf([line]) as [LogRecord]
  const parse = options === undefined ? hooks.get('mine') : host(embeddedJson, options).parse.get('embedded_json')
  parse?.call(batchOf([record]))
  return record
}

describe('the object', () => {
  function check(line: string, body: object, fields: object = {}): void {
    const record = one(line)
    expect(record.error, line).toBeNull()
    expect(record.body, line).toEqual(body)
    expect({ ...record.readFields }, line).toEqual(fields)
    expect(record._verbatim, line).toBe(true)
  }

  test('becomes the body, what is around it fields', () => {
    check('INFO app: {"a":1}', { a: 1 }, { prefix: 'INFO app:' })
    check('INFO {"a":{"b":"}"}} trailing', { a: { b: '}' } }, { prefix: 'INFO', suffix: 'trailing' })
    check('x {"a":"\\"}{"} (took {3} ms)', { a: '"}{' }, { prefix: 'x', suffix: '(took {3} ms)' })
    check('x { "a" : 1 }  ', { a: 1 }, { prefix: 'x' })
    check('empty {}', {}, { prefix: 'empty' })
    check('{"a":1}', { a: 1 })
    check('Größe 😀: {"ä":"ö"} – Ende', { ä: 'ö' }, { prefix: 'Größe 😀:', suffix: '– Ende' })
  })

  test('is the first that is complete', () => {
    check('{main} ${id} {"a":1}', { a: 1 }, { prefix: '{main} ${id}' })
    check('{"half {"a":1}', { a: 1 }, { prefix: '{"half' })
    check('{"a":1} {"b":2}', { a: 1 }, { suffix: '{"b":2}' })
  })

  test('is stored as the bytes it came as', () => {
    const record = one('é {"n":1.0}é')
    expect(record.line).toBe('{"n":1.0}')
  })

  test('keeps __proto__ as a key', () => {
    expect(JSON.stringify(one('x {"__proto__":{"a":1}}').body)).toBe('{"__proto__":{"a":1}}')
  })
})

describe('time and level', () => {
  function check(line: string, want: string, options?: object): void {
    const record = one(line, options)
    expect(`${formatTime(record.time, record.timeText)} ${record.level} [${record.guessed.join()}]`, line).toBe(want)
  }
  test('are the prefix\'s, else the object\'s', () => {
    check('2026-11-01T00:00:00Z ERROR x {"time":"2001-01-01T00:00:00Z","level":"debug"}', '2026-11-01T00:00:00.000Z error []')
    check('app: {"time":"2026-11-01T00:00:00Z","level":"warn"}', '2026-11-01T00:00:00.000Z warn []')
    check('2026-11-01T00:00:00Z app: {"level":30}', '2026-11-01T00:00:00.000Z info []')
    check('app: {"msg":"[error] x"}', '2000-01-01T00:00:00.000Z error [time]')
  })
  test('a time with a zone in the object beats one without in the prefix', () => {
    check('2026-11-01 00:00:00 x {"ts":"2026-11-01T00:00:00+01:00"}', '2026-10-31T23:00:00.000Z info [level]')
    check('2026-11-01 00:00:00 x {"ts":"2026-11-01T00:00:00Z"}', '2026-10-31T23:00:00.000Z info [level]', { timezone: 'Europe/Paris' })
  })
})

test('a line without an object is kept with the reason', () => {
  for (const line of ['plain text', 'x {"a":1', 'x {a:1}', 'x [1,2]', `x ${'{"a":'.repeat(300)}1${'}'.repeat(300)}`]) {
    const record = one(line)
    expect([record.error, record.body, record.object], line).toEqual(['no JSON object in the line', line, null])
  }
  expect(one('  ').error).toBeNull()
  const said = one('2026-11-01T00:00:00Z ERROR x')
  expect([said.level, said.guessed]).toEqual(['error', []])
})

test('an object that came as such is left alone', () => {
  const record = objectRecord({ a: 'x {"b":1}' })
  hooks.get('mine')?.call(batchOf([record]))
  expect([record.error, record.body]).toEqual([null, { a: 'x {"b":1}' }])
})

test('a line of braces takes time in proportion', () => {
  for (const line of ['{"'.repeat(200_000), `${'{"a":1'.repeat(100_000)}}`, `${'{'.repeat(500_000)}"`, `x {"${'\\'.repeat(500_000)}`]) {
    const before = process.cpuUsage()
    expect(one(line).error).toBe('no JSON object in the line')
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000)
  }
})

test('detect chooses it when most lines have a prefix and end in an object', () => {
  const check = (lines: string[], want: string | undefined): void => expect(detect.call({ stream: 's', source: 's', lines })).toBe(want)
  check(['INFO {"a":1}', 'INFO {"b":2}'], 'mine')
  check(['INFO {"a":1}', 'text'], undefined)
  check(['{"a":1}', '{"b":2}'], undefined)
  check(['INFO {"a":1} and more', 'INFO {"a":1} and more'], undefined)
})
