import { describe, expect, test } from 'vitest'
import json from '../../../plugins/parsers/json.ts'
import keywords from '../../../plugins/taggers/keywords.ts'
import type { LogRecord } from '../../../core/record.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

function tag(line: string, options: object = {}): string[] {
  const records = recordsOf([line])
  if (line.startsWith('{')) host(json).parse.get('json')?.call(batchOf(records))
  host(keywords, options).tag.call(batchOf(records))
  return (records[0] as LogRecord).tags
}

describe('the default tags', () => {
  const check = (line: string, want: string[]): void => expect(tag(line), line).toEqual(want)

  test('find whole words in text', () => {
    check('user login succeeded', ['auth'])
    check('card declined by issuer', ['payment'])
    check('PAYMENT authorized for order', ['payment'])
    check('GET /api/v1/orders', ['api'])
    check('login token refund', ['auth', 'payment'])
    check('payment_id=7', ['payment'])
    check('get it', ['general'])
    check('cardinal logins tokenise', ['general'])
    check('2payment payment2', ['general'])
    check('', ['general'])
  })

  test('look at message and origin of JSON, or at the whole line without a message', () => {
    check('{"msg":"card declined","user":"login"}', ['payment'])
    check('{"message":"done","service":"payment-svc"}', ['payment'])
    check('{"message":"done","logger":"app.auth"}', ['auth'])
    check('{"message":"done","component":"api"}', ['api'])
    check('{"event":"login"}', ['auth'])
    check('{"message":"done","service":{"name":"payment"}}', ['payment'])
    check('{"message":"done","path":"/api"}', ['general'])
    check('{"method":"GET","path":"/"}', ['api'])
  })
})

test('tags are added once, in the order of the config, beside those already there', () => {
  const record = objectRecord({ message: 'b a x' })
  record.tags.push('two', 'kept')
  host(keywords, { tags: { one: ['x', 'a'], two: ['b'], three: ['none'] } }).tag.call(batchOf([record]))
  expect(record.tags).toEqual(['two', 'kept', 'one'])
})

test('the fallback can be named or left out', () => {
  expect(tag('nothing', { default: 'other' })).toEqual(['other'])
  expect(tag('nothing', { default: null })).toEqual([])
})

describe('words', () => {
  const has = (word: string, line: string): boolean => tag(line, { tags: { hit: [word] }, default: null }).length === 1

  test('are literals with spaces and symbols, whole and in any case unless written with a capital', () => {
    const yes = (word: string, line: string): void => expect(has(word, line), `${word} in ${line}`).toBe(true)
    const no = (word: string, line: string): void => expect(has(word, line), `${word} in ${line}`).toBe(false)
    yes('card declined', 'the CARD declined.')
    no('card declined', 'card  declined')
    yes('a.c', 'x a.c y')
    no('a.c', 'abc')
    yes('/api', 'GET x/api/v1')
    no('/api', '/apiary')
    yes('c++', 'in C++17')
    yes('[error]', 'x[error]x')
    yes('GET', 'GET /')
    no('GET', 'get Get GETS')
    yes('$5', 'costs $5')
    no('$5', 'costs $50')
    yes('über', 'ÜBER alles')
    no('über', 'übermut')
    no('ber', 'über')
    yes('é', 'é!')
    no('é', 'café')
    yes('😀', 'a😀b')
    no('x', '𝒜x')
    yes('a a b', 'a a a b')
    yes('-', '-')
  })

  test('that overlap are all found', () => {
    expect(tag('card declined by bank', { tags: { a: ['card'], b: ['card declined'], c: ['declined by'], d: ['by bank'] } })).toEqual(['a', 'b', 'c', 'd'])
  })

  test('many of them cost no more than linear time', () => {
    const tags = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`t${i}`, [`${'a'.repeat(30)}${i}`, `word${i}`]]))
    const started = performance.now()
    expect(tag(`${'a '.repeat(250_000)} word7`, { tags })).toEqual(['t7'])
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

test('empty words and empty lists are refused', () => {
  for (const tags of [{ a: [] }, { a: [''] }, { a: [' '] }]) expect(() => host(keywords, { tags })).toThrow()
})
