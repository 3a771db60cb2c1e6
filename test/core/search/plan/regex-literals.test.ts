import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePattern } from '../../../../core/pattern.ts'
import { PatternError } from '../../../../core/pattern-error.ts'
import { regexLiterals } from '../../../../core/search/plan/regex-literals.ts'
import { asciiLower } from '../../../../core/search/ascii-lower.ts'
import { propertyMs, propertyRuns } from '../../../property-runs.ts'

function check(source: string, want: string[], flags = ''): void {
  expect(regexLiterals(source, flags), source).toEqual(want)
}

test('plain runs are literals; what is repeated, optional or a choice is none', () => {
  check('card declined', ['card declined'])
  check('Card', ['card'])
  check('time(d )?out', ['time', 'out'])
  check('abc*de', ['ab', 'de'])
  check('ab{2,3}cd', ['cd'])
  check('ab+?cd', ['cd'])
  check('ab|cd', [])
  check('a\\.b\\/c', ['a.b/c'])
  check('foo\\dbar', ['foo', 'bar'])
  check('foo[a-z]bar', ['foo', 'bar'])
  check('^foo$', ['foo'])
  check('\\bfoo\\b', ['foo'])
})
test('anything unusual gives none', () => {
  for (const source of ['(?i)foo', 'foo(?=bar)', '\\Qa.b\\Efoo', '\\x41foo', '\\p{L}foo', '[[:alpha:]]foo', '[]a]foo', 'foo{', 'é']) check(source, [])
})
test('with flag i letters that fold beyond ASCII end a run', () => check('kiosk bad', ['io', ' bad'], 'i'))

test('every match contains them', { timeout: propertyMs }, () => {
  const piece = fc.constantFrom('a', 'b', 'K', 's', 'ab', '.', '\\.', '\\d', '[ab]', '[^a]', '(a|b)', '(?:ab)', '(a)', '*', '+', '?', '{2}', '{1,}', '+?', '|', '^', '$', '\\b', ' ', '-', '/')
  const text = fc.array(fc.constantFrom('a', 'b', 'k', 'K', 's', 'ſ', 'K', '.', '1', ' ', '-', '/', 'ab', 'AB'), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), text, fc.constantFrom('', 'i'), (pieces, value, flags) => {
    const source = pieces.join('')
    let matches: boolean
    try {
      matches = compilePattern(source, flags).test(value)
    } catch (error) {
      if (error instanceof PatternError) return
      throw error
    }
    if (matches) for (const literal of regexLiterals(source, flags)) expect(asciiLower(value), `/${source}/${flags} in ${value}`).toContain(literal)
  }), propertyRuns)
})
