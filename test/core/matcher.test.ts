// The engine for captures against RE2JS, which it must agree with, and against texts that make engines hang.
import * as fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { compileMatcher, type Matcher } from '../../core/matcher/compile-matcher.ts'
import { PatternError } from '../../core/pattern-error.ts'
import { propertyMs, propertyRuns } from '../property-runs.ts'

/** What each named capture holds, or null without a match. */
function find(matcher: Matcher, text: string): Array<string | null> | null {
  const registers = matcher.run(text)
  if (registers === null) return null
  return matcher.slots.map((_, slot) => {
    const from = registers[slot * 2] as number
    const to = registers[slot * 2 + 1] as number
    return from < 0 || to < 0 ? null : `${from}-${to} ${text.slice(from, to)}`
  })
}

const oniguruma = (source: string): Matcher => compileMatcher(source, { dialect: 'oniguruma', dotAll: true })

describe('agreement with RE2JS', () => {
  const atom = fc.constantFrom('a', 'b', 'c', '-', 'é', '😀', '.', '[ab]', '[^a]', '[a-c]', '[^b😀]', '[[:alpha:]]', '[\\w-]', '\\w', '\\d', '\\s', '\\S', '\\W', 'ab', 'bc')
  const edge = fc.constantFrom('^', '$', '\\b', '\\B', '\\A', '\\z', '')
  const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{2,}')
  const { pattern } = fc.letrec<{ pattern: string; sequence: string; item: string }>((tie) => ({
    pattern: fc.oneof({ maxDepth: 4 }, tie('sequence'), fc.tuple(tie('sequence'), tie('sequence')).map(([a, b]) => `${a}|${b}`)),
    sequence: fc.array(tie('item'), { minLength: 1, maxLength: 4 }).map((items) => items.join('')),
    item: fc.oneof({ maxDepth: 4 }, fc.tuple(atom, quantifier).map(([a, q]) => (a.length > 1 && /^[a-z]+$/.test(a) ? a : a + q)), edge,
      fc.tuple(tie('pattern'), quantifier, fc.constantFrom('(', '(?:', '(?i:')).map(([inner, q, open]) => `${open}${inner})${q}`)),
  }))
  const texts = fc.array(fc.string({ unit: fc.constantFrom(...'abcab- \nAB1K', 'é', '😀'), maxLength: 14 }), { minLength: 4, maxLength: 4 })

  test('where a match is and what each group holds, remembering or not', { timeout: propertyMs }, () => {
    let compared = 0
    fc.assert(fc.property(pattern, texts, fc.constantFrom('', 's', 'i', 'm'), (source, samples, flags) => {
      const linear = RE2JS.compile(source, { s: RE2JS.DOTALL, i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, '': 0 }[flags])
      const syntax = { dialect: 're2', dotAll: flags === 's', ignoreCase: flags === 'i', lines: flags === 'm', allGroups: true } as const
      let engines: Matcher[]
      try {
        engines = [compileMatcher(`(${source})`, syntax), compileMatcher(`(${source})`, syntax, 0)]
      } catch (error) {
        // What it does not take runs on RE2JS alone.
        expect(error).toBeInstanceOf(PatternError)
        return
      }
      for (const text of samples) {
        const found = linear.matcher(text)
        const want = found.find() ? Array.from({ length: linear.groupCount() + 1 }, (_, i) => (found.start(i) < 0 ? null : `${found.start(i)}-${found.end(i)} ${found.group(i)}`)) : null
        for (const engine of engines) expect(find(engine, text), `${JSON.stringify(source)} on ${JSON.stringify(text)}`).toEqual(want)
        compared++
      }
    }), propertyRuns)
    expect(compared).toBeGreaterThan(propertyRuns.numRuns)
  })
})

describe('Oniguruma', () => {
  function check(source: string, text: string, want: string | null): void {
    const found = find(oniguruma(`(?<all>${source})`), text)
    expect(found?.[0]?.replace(/^\S+ /, '') ?? null, source).toBe(want)
  }

  test('words, digits and edges know every script', () => {
    check('\\b\\w+\\b', '- Köln', 'Köln')
    check('\\d+', 'x٣٤', '٣٤')
    check('[[:upper:]]+', 'aÄÖb', 'ÄÖ')
    check('\\p{Greek}+', 'a αβ', 'αβ')
    check('\\h+', 'xyz0fG', '0f')
  })

  test('classes nest, and hold brackets in the places where they are text', () => {
    check('[[[:alnum:]]_%]+', '-a_9%-', 'a_9%')
    check('[]a]+', 'b]a', ']a')
    check('[^]a]+', ']ab', 'b')
    check('[a\\-c]+', 'b-a', '-a')
    check('[a-]+', 'b-a', '-a')
    check('[+\\-]+', 'a-+', '-+')
  })

  test('the dot takes line breaks, ^ and $ are the ends of lines', () => {
    check('a.b', 'a\nb', 'a\nb')
    check('^b$', 'a\nb\nc', 'b')
    check('\\Ab', 'a\nb', null)
    check('b\\Z', 'a\nb\n', 'b')
  })

  test('lookaround is taken where it is characters in a row', () => {
    check('(?<![0-9])[0-9](?![0-9])', '12 3', '3')
    check('(?<=a |b )x', 'c x b x', 'x')
    check('a(?=bc)', 'ab abc', 'a')
    check('(?!<[0-9])1', '<1', '1')
  })

  test('atomic and possessive parts match as plain ones', () => {
    check('(?>a+)b', 'aab', 'aab')
    check('a++b', 'aab', 'aab')
    check('(?>a|ab)c', 'abc', 'abc')
  })

  test('flags hold until the end of their group', () => {
    check('(?:(?i)a)b', 'Ab', 'Ab')
    check('(?:(?i)a)b', 'AB', null)
    check('(?i:a)b', 'Ab', 'Ab')
    check('x(?#a comment)y', 'xy', 'xy')
  })

  test('what cannot be matched in linear time, or is wrong, is refused with its place', () => {
    function refused(source: string, position: number | null, want: RegExp): void {
      let error: unknown
      try {
        oniguruma(source)
      } catch (caught) {
        error = caught
      }
      expect(error, source).toBeInstanceOf(PatternError)
      expect((error as PatternError).message).toMatch(want)
      expect((error as PatternError).position, source).toBe(position)
    }
    refused('ab(?=c*)', 2, /lookahead and lookbehind/)
    refused('(a)\\1', 3, /backreferences/)
    refused('a(b', 1, /not closed/)
    refused('a)b', 1, /too much/)
    refused('a[b', 1, /class is not closed/)
    refused('*a', 0, /nothing to repeat/)
    refused('a{3,2}', 6, /wrong way round/)
    refused('[b-a]', 2, /wrong way round/)
    refused('\\p{Nonsense}', 0, /no such property/)
    refused('a\\', 1, /ends in a backslash/)
    refused('(?x) a', 0, /flag x/)
    refused('[[:nope:]]', 1, /no class/)
    refused('a{2000}', 0, /more than 1000/)
    refused('(((a{0,99}b){0,99}c){0,99}d){0,99}', null, /too large/)
    refused('('.repeat(1000), 200, /deeper than/)
  })
})

test('no text takes more than linear time', { timeout: 60_000 }, () => {
  const evil = ['(a+)+$', '(a|a)*b', '(a*)*b', '(.*)(.*)(.*)x', '(?:a+a+)+y', '(a|b|ab)*c', '.*.*=.*', '.*?.*?=.*?', '(\\w+\\s?)*!', '\\S+ x', '(?:a?){30}a{30}b', '(a{0,30}){1,30}\\z']
  for (const source of evil) {
    const { run } = oniguruma(source)
    for (const unit of ['a', 'ab', 'a ']) {
      const before = process.cpuUsage()
      run(`${unit.repeat(50_000)}#`)
      // Time of the processor, which other tests do not take from it.
      expect(process.cpuUsage(before).user / 1000, `${source} on ${unit}`).toBeLessThan(5000)
    }
  }
})

test('it finds the same after a text that made it remember', () => {
  const matcher = oniguruma('(?<a>(?:a+)+)(?<b>b)?$')
  expect(find(matcher, 'xaab')).toEqual(['1-3 aa', '3-4 b'])
  expect(find(matcher, `${'a'.repeat(20_000)}c`)).toBeNull()
  expect(find(matcher, 'xaab')).toEqual(['1-3 aa', '3-4 b'])
  expect(find(matcher, 'aa')).toEqual(['0-2 aa', null])
})
