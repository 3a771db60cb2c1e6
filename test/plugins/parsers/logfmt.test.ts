import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import logfmt from '../../../plugins/parsers/logfmt.ts'
import { formatTime } from '../../../core/time.ts'
import type { Json } from '../../../core/json.ts'
import type { LogRecord } from '../../../core/record.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { sharedData } from '../../shared-data.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

function parse(lines: readonly string[], options: object = {}): LogRecord[] {
  const records = recordsOf(lines)
  host(logfmt, options).parse.get('logfmt')?.call(batchOf(records))
  return records
}
const one = (line: string, options: object = {}): LogRecord => parse([line], options)[0] as LogRecord

describe('pairs', () => {
  function check(line: string, want: Record<string, Json>): void {
    const record = one(line)
    expect(record.error, line).toBe(null)
    expect(Object.entries(record.readFields), line).toEqual(Object.entries(want))
    expect(record.body).toBe(line)
    expect(record._verbatim).toBe(true)
  }

  test('become fields', () => {
    check('a=b', { a: 'b' })
    check('  a=b\tc=d  ', { a: 'b', c: 'd' })
    check('msg="hello world" x=y', { msg: 'hello world', x: 'y' })
    check('msg="hello"x=y', { msg: 'hello', x: 'y' })
    check('http.method=GET k8s/pod:name=p @type=t größe=groß 9x=1', { 'http.method': 'GET', 'k8s/pod:name': 'p', '@type': 't', größe: 'groß', '9x': 1 })
    check('url=/a?b=c&d=e token=YWJj==', { url: '/a?b=c&d=e', token: 'YWJj==' })
  })

  test('without a value have the empty text', () => {
    check('a= b', { a: '', b: '' })
    check('debug a=b', { a: 'b', debug: '' })
    check('a="" b=1', { a: '', b: 1 })
    check('debug', { debug: '' })
    check('cache hit', { cache: '', hit: '' })
  })

  test('have types where nothing is lost', () => {
    check('status=200 took=0.25 ok=true no=false delta=-3', { status: 200, took: 0.25, ok: true, no: false, delta: -3 })
    check('id=007 v=1.10 e=1e5 n=1234567890123456789 d=12ms nil=null', { id: '007', v: '1.10', e: '1e5', n: '1234567890123456789', d: '12ms', nil: 'null' })
    check('quoted="200" b="true"', { quoted: '200', b: 'true' })
  })

  test('in quotes have the escapes of JSON', () => {
    check(String.raw`a="x \"y\" \\ \/ \b\f\n\r\t \u00e9\ud83d\ude00" b=1`, { a: 'x "y" \\ / \b\f\n\r\t é😀', b: 1 })
    check(String.raw`a="\\" b="\"" c="\\\""`, { a: '\\', b: '"', c: '\\"' })
    check('a="tab\there"', { a: 'tab\there' })
    check(String.raw`a=C:\new b="plain"`, { a: 'C:\\new', b: 'plain' })
  })

  test('that are repeated count the first time', () => {
    check('level=info user=bob level=fatal', { level: 'info', user: 'bob' })
    check('a= a=2 b', { a: '', b: '' })
  })

  test('with hostile keys are data', () => {
    const record = one('__proto__=x constructor=y toString=z hasOwnProperty')
    expect(Object.keys(record.readFields)).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
    expect(record.readFields['__proto__']).toBe('x')
    expect('x' in {}).toBe(false)
  })

  test('do not depend on the keys of the line before', () => {
    const lines = ['a=1 b=2 c=3', 'a=1 bb=2 c=3', 'ab=1 b=2', '', 'b=2 a=1 c', 'a="1" b=x c=3 d=4', 'a=1']
    expect(parse(lines).map(({ readFields }) => ({ ...readFields }))).toEqual(lines.map((line) => ({ ...one(line).readFields })))
  })
})

describe('time and level', () => {
  function check(line: string, want: string, options: object = {}): void {
    const record = one(line, options)
    const time = record.guessed.includes('time') ? '-' : formatTime(record.time, record.timeText)
    expect(`${record.guessed.includes('level') ? '-' : record.level} ${time}`, line).toBe(want)
  }

  test('are read under the usual names', () => {
    check('ts=2024-05-02T12:17:25.606619951Z level=debug msg=x', 'debug 2024-05-02T12:17:25.606619951Z')
    check('time="2024-06-18T23:37:20+02:00" lvl=eror msg=log15', 'error 2024-06-18T21:37:20.000Z')
    check('time=1718753840.123 severity=WARNING', 'warn 2024-06-18T23:37:20.123Z')
    check('t=2024-06-18T23:37:20Z loglevel=crit', 'fatal 2024-06-18T23:37:20.000Z')
    check('timestamp=1718753840123 level=30', 'info 2024-06-18T23:37:20.123Z')
    check('a=b msg="[ERROR] it broke"', 'error -')
    check('a=b', '- -')
  })

  test('a time without a zone is guessed unless the zone is configured', () => {
    check('ts="2024-06-18 23:37:20" level=info', 'info -')
    check('ts="2024-06-18 23:37:20" level=info', 'info 2024-06-18T21:37:20.000Z', { timezone: 'Europe/Paris' })
  })

  test('given by the source stay', () => {
    const [record] = recordsOf(['ts=2024-06-18T23:37:20Z level=error']) as [LogRecord]
    record.timeFound(1)
    record.levelFound('debug')
    host(logfmt).parse.get('logfmt')?.call(batchOf([record]))
    expect([record.time, record.level, record.readFields['level']]).toEqual([1, 'debug', 'error'])
  })

  test('an object of the source is left alone', () => {
    const record = objectRecord({ msg: 'a=b' })
    host(logfmt).parse.get('logfmt')?.call(batchOf([record]))
    expect([record.error, { ...record.readFields }]).toEqual([null, {}])
  })
})

describe('what is no logfmt', () => {
  function check(line: string, reason: RegExp, fields: Record<string, Json> = {}): void {
    const record = one(line)
    expect(record.error, line.slice(0, 100)).toMatch(reason)
    expect({ ...record.readFields }, line.slice(0, 100)).toEqual(fields)
    expect(record.body).toBe(line)
  }

  test('is kept with the reason', () => {
    check('this is plain text', /no key=value pair/)
    check('goroutine 1 [running]:', /no key=value pair/)
    check('42', /no key=value pair/)
    check('{"json":true}', /no key=value pair/)
    check('if a == b', /without a key/)
    check('=b', /without a key/)
  })

  test('keeps the pairs that could be read', () => {
    check('a=1 b="open', /quoted value is not closed/, { a: 1 })
    check('a=1 b="open\\" ', /quoted value is not closed/, { a: 1 })
    check('a=1 "k"=v c=2', /quote in a key/, { a: 1, c: 2 })
    check('a=1 k=b"ar c=2', /quote inside a value/, { a: 1, k: 'b"ar', c: 2 })
    check('a=1 =x c=2', /value without a key/, { a: 1, c: 2 })
    check(String.raw`a=1 p="C:\Users" c=2`, /unknown escape/, { a: 1, p: 'C:\\Users', c: 2 })
    check('\u{fffd}=1 b=2', /UTF-8/, { '\u{fffd}': 1, b: 2 })
  })

  test('a key that is not valid is said of every line', () => {
    expect(parse(['\u{fffd}=1', '\u{fffd}=1']).map(({ error }) => error !== null)).toEqual([true, true])
  })

  test('still says its time and level', () => {
    const record = one('2024-06-18T23:37:20Z ERROR starting up')
    expect([record.time, record.level, record.guessed, record.error !== null]).toEqual([Date.UTC(2024, 5, 18, 23, 37, 20), 'error', [], true])
  })

  test('blank lines are no error', () => {
    for (const record of parse(['', '  ', '\t'])) expect([record.error, { ...record.readFields }]).toEqual([null, {}])
  })

  test('a megabyte of it takes no longer than other text', () => {
    for (const line of ['a="\\'.repeat(200_000), '="'.repeat(500_000), '"'.repeat(1_000_000), 'a '.repeat(500_000), 'a= '.repeat(300_000), '\\"a="\\\\'.repeat(100_000), `a="${'\\n'.repeat(500_000)}`]) {
      const began = performance.now()
      one(line)
      expect(performance.now() - began).toBeLessThan(2_000)
    }
  })
})

test('a rendered record gives its pairs back', { timeout: propertyMs }, () => {
  const key = fc.stringMatching(/^[A-Za-z_@é][\w.:/@-]{0,12}$/)
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.stringMatching(/^["\\ =\n]{0,8}$/), fc.integer(), fc.boolean(), fc.constantFrom('007', '1.10', '200', 'true', ''))
  const pairs = fc.uniqueArray(fc.tuple(key, value), { minLength: 1, maxLength: 8, selector: ([name]) => name })
  fc.assert(fc.property(fc.array(pairs, { minLength: 1, maxLength: 3 }), (lines) => {
    const records = parse(lines.map((some) => some.map(([name, one]) => `${name}=${typeof one === 'string' ? JSON.stringify(one) : String(one)}`).join(' ')))
    expect(records.map(({ error }) => error)).toEqual(lines.map(() => null))
    expect(records.map(({ readFields }) => Object.entries(readFields))).toEqual(lines)
  }), propertyRuns)
})

const corpus = sharedData('logs/loki-logfmt')
test.skipIf(corpus === null)(`real go-kit logs are read whole, with times and levels${corpus === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
  for (const file of ['agent', 'distributor', 'ingester']) {
    const lines = readFileSync(`${corpus}/${file}-logfmt.log`, 'utf8').split('\n').filter((line) => line !== '')
    const records = parse(lines)
    const share = (found: (record: LogRecord) => boolean): number => records.filter(found).length / records.length
    expect(share(({ error }) => error === null)).toBeGreaterThan(0.99)
    expect(share(({ guessed }) => guessed.length === 0)).toBeGreaterThan(0.99)
  }
})
