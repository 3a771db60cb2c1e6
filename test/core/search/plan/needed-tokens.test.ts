import { expect, test } from 'vitest'
import { parseQuery } from '../../../../core/search/parse-query.ts'
import { neededTokens } from '../../../../core/search/plan/needed-tokens.ts'

function check(text: string, all: string[], oneOf: string[][] = []): void {
  const parsed = parseQuery(text)
  if (!parsed.ok || parsed.query.kind !== 'value') throw new Error(`no value: ${text}`)
  expect(neededTokens(parsed.query), text).toEqual({ all, oneOf })
}

test('words need all their tokens', () => {
  check('Card', ['card'])
  check('user-login', ['user', 'login'])
  check('café', ['café'])
  check('...', [])
})
test('numbers need the tokens of one of the ways they are written', () => {
  check('500', [], [['500']])
  check('1e3', [], [['1e3'], ['1000']])
  check('1.50', [], [['1', '50'], ['1', '5']])
  check('status:500', ['status'], [['500']])
})
test('phrases need the tokens that are whole in them', () => {
  check('"card declined by issuer"', ['declined', 'by'])
  check('"card"', [])
  check('" card "', ['card'])
  check('"a: b"', [])
  check('"-b- x"', ['b'])
})
test('what may be part of a number needs nothing: it may be written in another way', () => {
  check('"1.5e+21"', [])
  check('1*e+2*', [])
  check('"10.0.0.1"', ['0', '0'])
})
test('wildcards need what no star touches', () => {
  check('u42*', [])
  check('card-dec*', ['card'])
  check('*-a-*', ['a'])
  check('*foo\\ bar*', [])
  check('*foo\\ bar', ['bar'])
})
test('regexes need what every match contains', () => {
  check('/card declined by (issuer|bank)/', ['declined', 'by'])
  check('/ card |x/', [])
  check('/( card )?x/', [])
  check('/ card ?/', [])
  check('/ kite issuer /i', [])
  check('/ bad id /i', ['bad', 'id'])
  check('/ [ab] card {1,2}y/', [])
})
test('names need their tokens, and places in arrays none', () => {
  check('latency_ms:>890', ['latency_ms'])
  check('user.id:*', ['user', 'id'])
  check('items.0.sku:x', ['x', 'items', 'sku'])
  check('body.message:x', ['x', 'message'])
  check('body:x', ['x'])
  check('error:x', ['x', 'error'])
  check('error:null', [])
})
test('half a character is no reason to rule anything out', () => check('"\\\udc9c abc d"'.replace('\\', ''), []))
