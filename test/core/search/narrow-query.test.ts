import { expect, test } from 'vitest'
import { narrowQuery } from '../../../core/search/narrow-query.ts'

const add = (q: string, term: string, want: string): void => expect(narrowQuery(q)(term, false)).toEqual({ q: want, active: false })
const exclude = (q: string, term: string, want: string): void => expect(narrowQuery(q)(term, true)).toEqual({ q: want, active: false })
const away = (q: string, term: string, want: string, not = false): void => expect(narrowQuery(q)(term, not)).toEqual({ q: want, active: true })

test('adds a term so that it holds for the whole query', () => {
  add('', 'level:error', 'level:error')
  add('*', 'level:error', 'level:error')
  add('card declined', 'level:error', 'card declined level:error')
  add('a OR b', 'level:error', '(a OR b) level:error')
  add('a b OR c', 'x:"y z"', '(a b OR c) x:"y z"')
  exclude(' a ', 'level:error', 'a -level:error')
})

test('takes away a term that is there', () => {
  away('level:error', 'level:error', '')
  away('a level:error b', 'level:error', 'a b')
  away('a -x:"y z"', 'x:"y z"', 'a', true)
  away('"level:error x" level:error', 'level:error', '"level:error x"')
})

test('puts a term in place of its opposite', () => {
  add('a -level:error', 'level:error', 'a level:error')
  exclude('level:error a', 'level:error', 'a -level:error')
})

test('keeps an alternative in its parentheses when its neighbour goes', () => {
  away('(a OR b) level:error', 'level:error', '(a OR b)')
  add('(a OR b) -level:error', 'level:error', '(a OR b) level:error')
})

test('reads regexes once, however many terms are asked for', () => {
  const slow = Array.from({ length: 16 }, () => `/${'(a|b){1,30}'.repeat(20)}/`).join(' ')
  const narrow = narrowQuery(`${slow} level:error`)
  const begin = performance.now()
  for (let i = 0; i < 1000; i++) expect(narrow('level:error', i % 2 === 0).active).toBe(false)
  expect(performance.now() - begin).toBeLessThan(2000)
})

test('does not take a text for a term', () => {
  add('"a level:error b"', 'level:error', '"a level:error b" level:error')
  add('level:error OR a', 'level:error', '(level:error OR a) level:error')
  add('level:errors AND', 'level:error', 'level:errors AND level:error')
})
