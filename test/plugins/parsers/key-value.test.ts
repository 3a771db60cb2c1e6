import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import keyValue from '../../../plugins/parsers/key-value.ts'
import { typedValue } from '../../../core/typed-value.ts'
import type { Json } from '../../../core/json.ts'
import type { LogRecord } from '../../../core/record.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

function parse(lines: readonly string[], options: object): LogRecord[] {
  const records = recordsOf(lines)
  host(keyValue, options).parse.get('key_value')?.call(batchOf(records))
  return records
}
const COLON = { value_separator: ':', pair_separator: ';' }

describe('pairs', () => {
  function check(line: string, want: Record<string, Json>, options: object = {}): void {
    const [record] = parse([line], options) as [LogRecord]
    expect(record.error, line).toBe(null)
    expect({ ...record.readFields }, line).toEqual(want)
    expect([record.body, record._verbatim]).toEqual([line, true])
  }

  test('are separated as the config says', () => {
    check('user: ann; action : login ;n:3;', { user: 'ann', action: 'login', n: 3 }, COLON)
    check('a=1, b = two words,c=', { a: 1, b: 'two words', c: '' }, { pair_separator: ',' })
    check('a->1||b->x|y', { a: 1, b: 'x|y' }, { value_separator: '->', pair_separator: '||' })
    check('a=1\tb=\tc=x y', { a: 1, b: '', c: 'x y' }, { pair_separator: '\t' })
    check('To: tom\nCc: ann', { To: 'tom', Cc: 'ann' }, { value_separator: ':', pair_separator: '\n' })
    check('url=/a?b=c;d=e', { url: '/a?b=c', d: 'e' }, { pair_separator: ';' })
  })

  test('separated by spaces may have spaces around their sign', () => {
    check('a=1   b = 2\tc= 3', { a: 1, b: 2, c: 3 })
    check('a= b= c=3', { a: '', b: '', c: 3 })
    check('a: x b: y', { a: 'x', b: 'y' }, { value_separator: ':' })
  })

  test('may be quoted', () => {
    check('"a key" : "x; y:z" ; b:"say \\"hi\\" \\\\ \\n"', { 'a key': 'x; y:z', b: 'say "hi" \\ \\n' }, COLON)
    check('a:"x" and more; b:"open', { a: '"x" and more', b: '"open' }, COLON)
    check('a="200" b=""', { a: '200', b: '' })
  })

  test('without a value are true, repeated ones a list', () => {
    check('debug a=1 verbose', { a: 1, debug: true, verbose: true })
    check('a: 1; "two words" ; plain words;', { a: 1, 'two words': true, 'plain words': true }, COLON)
    check('to=a to=b to=3', { to: ['a', 'b', 3] })
    check('a a=1', { a: 1 })
  })

  test('with hostile keys are data', () => {
    const [record] = parse(['__proto__=x constructor=y __proto__=z toString'], {}) as [LogRecord]
    expect(Object.entries(record.readFields)).toEqual([['__proto__', ['x', 'z']], ['constructor', 'y'], ['toString', true]])
  })
})

test('time and level are read under the usual names', () => {
  const records = parse(['time: 2026-11-01T00:00:00.013Z; level: error', 'a: 1; message: [warn] x', 'when: now'], COLON)
  expect(records.map(({ level, guessed }) => [level, guessed])).toEqual([['error', []], ['warn', ['time']], ['info', ['time', 'level']]])
  expect(records[0]?.time).toBe(Date.UTC(2026, 10, 1, 0, 0, 0, 13))
})

test('a line without a pair is kept with the reason, a blank one without', () => {
  const records = parse(['a sentence', '2026-11-01T00:00:00Z ERROR it broke', '= =', '=x', '', '  '], {})
  expect(records.map(({ error }) => error)).toEqual([...Array.from({ length: 4 }, () => 'no pair of a key and a value'), null, null])
  expect(records.map(({ readFields }) => Object.keys(readFields).length)).toEqual([0, 0, 0, 0, 0, 0])
  expect(records[1]).toMatchObject({ level: 'error', time: Date.UTC(2026, 10, 1) })
})

test('an object of the source is left alone', () => {
  const record = objectRecord({ message: 'a=1' })
  host(keyValue).parse.get('key_value')?.call(batchOf([record]))
  expect([record.error, { ...record.readFields }]).toEqual([null, {}])
})

test('a megabyte of anything takes no longer than other text', () => {
  for (const piece of ['a=1 ', 'a ', '"', '" ', '="', '"\\" ', 'a="\\" ', '= ', 'a= ', '; ', ':;', 'a:";', ' ', '\\', '"a":']) {
    for (const options of [{}, COLON]) {
      const began = performance.now()
      parse([`x=y:z ${piece.repeat(1_000_000 / piece.length)}`], options)
      expect(performance.now() - began, JSON.stringify(piece)).toBeLessThan(2_000)
    }
  }
})

test('a rendered record gives its pairs back', { timeout: propertyMs }, () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.stringMatching(/^[\w";:=,\\ ]{0,8}$/))
  const pairs = fc.uniqueArray(fc.tuple(text.filter((key) => key !== ''), text), { minLength: 1, maxLength: 6, selector: ([key]) => key })
  const options = fc.constantFrom({}, COLON, { pair_separator: ',' }, { value_separator: '->', pair_separator: '||' }, { value_separator: ':', pair_separator: ' ' })
  fc.assert(fc.property(pairs, options, fc.boolean(), (some, separators: { value_separator?: string; pair_separator?: string }, wide) => {
    const { value_separator: value = '=', pair_separator: pair = ' ' } = separators
    const quoted = (one: string): string => (/^[A-Za-z]\w*$/.test(one) ? one : `"${one.replaceAll(/["\\]/g, String.raw`\$&`)}"`)
    const [record] = parse([some.map(([key, one]) => `${quoted(key)}${wide ? ` ${value} ` : value}${quoted(one)}`).join(pair)], separators) as [LogRecord]
    expect(record.error).toBe(null)
    expect(new Map(Object.entries(record.readFields))).toEqual(new Map(some.map(([key, one]) => [key, /^[A-Za-z]\w*$/.test(one) ? typedValue(one) : one])))
  }), propertyRuns)
})
