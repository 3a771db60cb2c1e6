import { describe, expect, test } from 'vitest'
import json from '../../../plugins/parsers/json.ts'
import regex from '../../../plugins/filters/regex.ts'
import { batchOf, host, recordsOf } from '../tap-host.ts'

const LINES = ['error: payment declined', 'healthcheck ok', 'DEBUG payment', 'other']

function kept(options: object, lines: readonly string[] = LINES): string[] {
  const batch = batchOf(recordsOf(lines))
  if (lines[0]?.startsWith('{')) host(json).parse.get('json')?.call(batch)
  return host(regex, options).filter.call(batch).records.map((record) => record.line)
}

test('include keeps what matches one, exclude drops what matches one', () => {
  const check = (options: object, want: number[]): void => expect(kept(options), JSON.stringify(options)).toEqual(want.map((i) => LINES[i]))
  check({ include: 'error|payment' }, [0, 2])
  check({ include: ['error', '^other$'] }, [0, 3])
  check({ exclude: 'healthcheck' }, [0, 2, 3])
  check({ exclude: ['healthcheck', '(?i)^debug'] }, [0, 3])
  check({ include: 'payment', exclude: '(?i)debug' }, [0])
  check({ include: 'nothing' }, [])
})

describe('field', () => {
  const lines = ['{"msg":"a","req":{"url":"/x","code":500},"log.level":"warn","level":"error"}', '{"msg":"b","req.url":"/y"}', '{"msg":"c"}', 'text']
  const check = (options: object, want: number[]): void => expect(kept(options, lines), JSON.stringify(options)).toEqual(want.map((i) => lines[i]))

  test('narrows the text to one part of the record', () => {
    check({ field: 'req.url', include: '^/' }, [0, 1])
    check({ field: 'req.url', exclude: 'x' }, [1, 2, 3])
    check({ field: 'req.code', include: '^5' }, [0])
    check({ field: 'req', include: 'code":500' }, [0])
    check({ field: 'log.level', include: 'warn' }, [0])
    check({ field: 'level', include: 'error' }, [0])
    check({ field: 'message', include: '^(b|text)$' }, [1, 3])
    check({ field: 'source', include: '^app$' }, [0, 1, 2, 3])
    check({ field: '__proto__', include: '' }, [])
    check({ field: 'constructor.name', include: '' }, [])
  })
})

test('options that cannot work are refused with the reason', () => {
  const check = (options: object, words: RegExp): void => expect(() => host(regex, options)).toThrow(words)
  check({}, /expected include, exclude or both/)
  check({ include: '(?=x)' }, /lookahead/)
  check({ include: [] }, /./)
  check({ includes: 'x' }, /includes/)
})

test('a hostile pattern on a hostile line does not hold it up', () => {
  const started = performance.now()
  expect(kept({ include: '(a+)+$' }, [`${'a'.repeat(50_000)}!`])).toEqual([])
  expect(performance.now() - started).toBeLessThan(1000)
})
