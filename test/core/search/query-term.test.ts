import { describe, expect, test } from 'vitest'
import { asciiLower } from '../../../core/search/ascii-lower.ts'
import { parseQuery } from '../../../core/search/parse-query.ts'
import { queryTerm } from '../../../core/search/query-term.ts'

describe('a term of a query', () => {
  const check = (name: string, value: string, want: string | null): void => expect(queryTerm(name, value)).toBe(want)

  test('is as plain as its texts allow', () => {
    check('level', 'error', 'level:error')
    check('tags', 'payment', 'tag:payment')
    check('user.id', 'u-42', 'user.id:u-42')
    check('latency_ms', '-12.5', 'latency_ms:-12.5')
    check('path', '/api/pay', 'path:"/api/pay"')
    check('q', 'a b', 'q:"a b"')
    check('q', '*', 'q:"*"')
    check('q', '', 'q:""')
    check('my key', 'x', '"my key":x')
    check('a:b', 'x', '"a:b":x')
    check('0', 'x', '"0":x')
    check('q', 'say "\\hi"\n', 'q:"say \\"\\\\hi\\"\\n"')
    check('', 'x', null)
    check(Array.from({ length: 33 }, () => 'a').join('.'), 'x', null)
  })

  test('is read back as the same name and text, whatever they contain', () => {
    const pieces = ['"', '\\', '*', '(', ')', ':', '//', '[', ']', '{', '}', '>', '<', '-', '/', "'", ' ', '\t', '\n', '\r', '\0', 'AND', 'OR', 'NOT', 'TO', 'n', 't', 'é', '\u202E', '😀', '\uD800', '&&', '||', '1e3', '.5', '<script>', '=', '@', '$', '_']
    let seed = 1
    const next = (n: number): number => (seed = (seed * 48271) % 0x7fffffff) % n
    const text = (): string => Array.from({ length: 1 + next(5) }, () => pieces[next(pieces.length)]).join('')
    for (let i = 0; i < 5000; i++) {
      const [name, value] = [text(), text()]
      const term = queryTerm(name, value) ?? ''
      for (const sign of ['', '-']) {
        const parsed = parseQuery(`before ${sign}${term} behind`)
        if (!parsed.ok || parsed.query.kind !== 'and') throw new Error(`${JSON.stringify(term)}: ${JSON.stringify(parsed)}`)
        const read = parsed.query.of[1]
        const test = read?.kind === 'not' ? read.of : read
        if (test?.kind !== 'value' || !('text' in test.test)) throw new Error(`${JSON.stringify(term)}: ${JSON.stringify(test)}`)
        expect([parsed.query.of.length, read?.kind === 'not', test.field, test.test.text]).toEqual([3, sign === '-', name, asciiLower(value)])
      }
    }
  })
})
