import { describe, expect, it } from 'vitest'
import { parseQuery } from '../../../core/search/parse-query.ts'
import type { Query } from '../../../core/search/query.ts'

function query(text: string): Query {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`)
  return parsed.query
}

const word = (text: string, field: string | null = null): Query => ({ kind: 'value', field, test: { kind: 'word', text, number: null } })

describe('what a query becomes', () => {
  it('is plain data that survives being sent to a thread', () => {
    const parsed = query('level:error tag:pay* "Card" latency_ms:>800 /a+/i -x:* time:[15m TO *]')
    expect(structuredClone(parsed)).toEqual(parsed)
    expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed)
  })
  it('levels become a set, times a span, names a test', () => {
    expect(query('level:>=warn')).toEqual({ kind: 'level', levels: ['warn', 'error', 'fatal'] })
    expect(query('time:2026-11-01')).toEqual({ kind: 'time', from: { kind: 'at', ms: Date.UTC(2026, 10, 1) }, to: { kind: 'at', ms: Date.UTC(2026, 10, 2) } })
    expect(query('time:15m')).toEqual({ kind: 'time', from: { kind: 'ago', ms: 900_000 }, to: null })
    expect(query('tags:Pay')).toEqual({ kind: 'name', name: 'tag', test: { kind: 'equals', text: 'pay' } })
  })
  it('and and or are flat, a double negation is none', () => {
    expect(query('(a (b c)) d')).toEqual({ kind: 'and', of: [word('a'), word('b'), word('c'), word('d')] })
    expect(query('a OR (b OR c)')).toEqual({ kind: 'or', of: [word('a'), word('b'), word('c')] })
    expect(query('NOT -a')).toEqual(word('a'))
  })
  it('the parentheses after a name give the name to what is in them', () => {
    expect(query('user:(a OR -b)')).toEqual({ kind: 'or', of: [word('a', 'user'), { kind: 'not', of: word('b', 'user') }] })
  })
  it('what looks like a name but is not stays a word', () => {
    for (const text of ['12:30:45', 'http://x/y?a=b', 'std::io::Error', 'fe80::1', ':x']) expect(query(text), text).toEqual(word(text.toLowerCase()))
  })
})

describe('mistakes', () => {
  /** `^` in `marks` stands under each character the message points at; one `^` may stand behind the end. */
  function check(text: string, marks: string, message: RegExp): void {
    const parsed = parseQuery(text)
    if (parsed.ok) throw new Error(`${text} was accepted`)
    expect(`${' '.repeat(parsed.at)}${'^'.repeat(Math.max(1, parsed.length))}`, text).toBe(marks)
    expect(parsed.message, text).toMatch(message)
    expect(parsed.message, text).toMatch(/^cannot read the query: .+[.:] .+\.$/s)
  }
  it('point at what is wrong and say how to mend it', () => {
    check('a "b c', '  ^^^^', /never closed/)
    check('a (b c', '  ^', /never closed/)
    check('a b)', '   ^', /closes nothing/)
    check('()', ' ^', /nothing before/)
    check('a OR', '  ^^', /OR has nothing after/)
    check('OR a', '^^', /OR has nothing before/)
    check('a AND OR b', '  ^^^', /AND has nothing after/)
    check('NOT', '^^^', /NOT has nothing after/)
    check('a NOT OR b', '  ^^^', /NOT has nothing after/)
    check('a - b', '  ^', /lone minus/)
    check('a --flag', '  ^^', /two minus/)
    check('a -> b', '  ^^', /arrow/)
    check('level: error', '^^^^^^', /nothing stands after "level:"/)
    check('level:eroor', '      ^^^^^', /"eroor" is not a level/)
    check('level:>fatal', '      ^^^^^^', /no level is like this/)
    check('tag:>5', '    ^^', /no order/)
    check('time:yesterday', '     ^^^^^^^^^', /is not a time/)
    check('time:2026-02-31', '     ^^^^^^^^^^', /is not a time/)
    check('time:/x/', '     ^^^', /not compared by regex/)
    check('n:>12ms', '   ^^^^', /not a number/)
    check('n:>', '  ^', /nothing is compared/)
    check('n:[1 2]', '  ^^^', /written \[500 TO 599\]/)
    check('n:[1 TO 2', '  ^^^^^^^', /written \[500 TO 599\]/)
    check('n:[5 TO 1]', '  ^^^^^^^^', /ends before it begins/)
    check('>5', '^', /needs a name/)
    check('path:/var/log', '          ^^^', /not a flag.*in quotes/)
    check('/var/2026/x', '     ^', /follows a regex/)
    check('/var', '^^^^', /never closed by a slash/)
    check('//', '^^', /empty regex/)
    check('/a/g', '   ^', /not a flag/)
    check('/a(/', '^^^^', /not accepted/)
    check('""', '^^', /empty quotes/)
    check('foo"bar"', '   ^', /space is missing/)
    check('foo(bar)', '   ^', /space is missing/)
    check('(a)b', '   ^', /space is missing/)
    check("'a b'", '^', /single quotes/)
    check('a && b', '  ^^', /Write AND/)
    check('a || b', '  ^^', /Write OR/)
    check('us*r:x', '^^^^^', /cannot contain a star/)
    check('a:(b:c)', '   ^^', /inside the parentheses/)
    check('a\\', ' ^', /escapes nothing/)
  })
  it('limits length, depth, terms and parts of a name', () => {
    expect(parseQuery('a'.repeat(4096)).ok).toBe(true)
    expect(parseQuery('a'.repeat(4097))).toMatchObject({ ok: false, at: 4096, length: 1 })
    expect(parseQuery('é'.repeat(2049)).ok).toBe(false)
    expect(parseQuery(`${'('.repeat(63)}a${')'.repeat(63)}`).ok).toBe(true)
    expect(parseQuery(`${'('.repeat(2000)}a${')'.repeat(2000)}`)).toMatchObject({ ok: false, message: expect.stringContaining('deeper than 64') })
    expect(parseQuery(`${'NOT '.repeat(500)}a`)).toMatchObject({ ok: false, message: expect.stringContaining('deeper than 64') })
    expect(parseQuery(`${'-('.repeat(500)}a${')'.repeat(500)}`)).toMatchObject({ ok: false, message: expect.stringContaining('deeper than 64') })
    expect(parseQuery('a '.repeat(256)).ok).toBe(true)
    expect(parseQuery('a '.repeat(257))).toMatchObject({ ok: false, at: 512 })
    expect(parseQuery(`${'a.'.repeat(32)}a:x`).ok).toBe(false)
    expect(parseQuery('/a/ '.repeat(16)).ok).toBe(true)
    expect(parseQuery('/a/ '.repeat(17))).toMatchObject({ ok: false, at: 64, length: 3 })
  })
})
