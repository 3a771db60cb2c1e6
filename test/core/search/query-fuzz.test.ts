import { describe, expect, it } from 'vitest'
import { compileMatcher } from '../../../core/search/match-record.ts'
import { parseQuery } from '../../../core/search/parse-query.ts'
import { recordOf, storedOf } from './record-of.ts'

/** A small generator with a seed, so that a failure can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const PIECES = [
  'a', 'foo', 'bar', 'card', '20', '1e3', '-5', '.5', '"', '"a b"', '"c\\"d"', '/', '/a+/', '/(/', '\\', '\\"', '*', 'fo*', '*ar', ' ', ' ', ' ', '(', ')', '-', 'NOT ', ' OR ', ' AND ', 'TO', '[', ']', '{', '}', ':', '>', '<', '>=',
  'level:', 'level:error', 'time:', 'time:1h', 'tag:', 'tag:x', 'source:', 'error:', 'body:', 'fields:', 'n:', 'n:[1 TO 5]', 'n:>1', 'user.id:', 'é', '😀', '\ud800', '\u0000', '\n', '&&', "'", '@', '~', '__proto__:',
]
const TEXTS = ['foo', 'Foo bar', 'foo\nbar', 'café', 'a"b', 'C:\\temp', '20', '1e3', 'u42-7', 'a/b', '', '\u0001x', 'ſ K', '😀 a', 'card declined']
const NUMBERS = ['0', '1', '-5', '20', '1e3', '1.50', '12345678901234567890', '0.0000001', '1E-2', '-0', '5e-324']

describe('random queries', () => {
  it('never throw, and point inside the text when they are wrong', () => {
    const next = random(7)
    let accepted = 0
    for (let round = 0; round < 20_000; round++) {
      let text = ''
      for (let i = next(12); i >= 0; i--) text += PIECES[next(PIECES.length)]
      const parsed = parseQuery(text)
      if (parsed.ok) {
        accepted++
        compileMatcher(parsed.query)
      } else {
        expect(parsed.at, text).toBeGreaterThanOrEqual(0)
        expect(parsed.at + parsed.length, text).toBeLessThanOrEqual(text.length)
        expect(parsed.message).not.toBe('')
      }
    }
    expect(accepted).toBeGreaterThan(500)
  })
  it('never throw on random characters', () => {
    const next = random(11)
    for (let round = 0; round < 5000; round++) {
      const codes = Array.from({ length: next(30) }, () => (next(3) === 0 ? next(65_536) : 32 + next(95)))
      expect(typeof parseQuery(String.fromCharCode(...codes)).ok).toBe('boolean')
    }
  })
  it('answer the same for a record and for the line it becomes', () => {
    const next = random(13)
    const pick = <T>(items: readonly T[]) => items[next(items.length)] as T
    const escape = (text: string) => JSON.stringify(text).replace(/[a-zé]/g, (char) => (next(12) === 0 ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char))
    const value = (depth: number): string => {
      const kind = next(depth > 3 ? 4 : 7)
      if (kind < 2) return escape(pick(TEXTS))
      if (kind === 2) return pick(NUMBERS)
      if (kind === 3) return pick(['true', 'false', 'null'])
      if (kind === 4) return `[${value(depth + 1)}, ${value(depth + 1)}]`
      return object(depth + 1)
    }
    const object = (depth: number): string => `{${Array.from({ length: next(5) }, () => `${escape(pick(['n', 'user', 'user.id', 'id', 'error', 'body', 'a', '__proto__']))}:${value(depth)}`).join(', ')}}`
    const records = Array.from({ length: 120 }, () => recordOf(next(3) === 0 ? pick(TEXTS) : object(0), {
      level: pick(['info', 'error', 'warn']), source: pick(['app', 'card']), tags: [[], ['x'], ['foo', 'X']][next(3)] ?? [],
      ...(next(3) === 0 ? { error: 'a foo "bar"' } : {}), ...(next(2) === 0 ? { fields: { n: pick([1, 20, '20', '']), user: { id: pick(TEXTS) } } } : {}),
    }))
    const lines = records.map(storedOf)
    // A body that is no longer the line's is matched without the quick look at its bytes. Digits beyond a double are only in bytes.
    const bodies = records.map((record) => {
      const copy = recordOf('', { level: record.level, source: record.source, tags: record.tags, fields: record.readFields, ...(record.error === null ? {} : { error: record.error }) })
      copy.replaceBody(record.body)
      return record.line.includes('12345678901234567890') ? null : copy
    })
    let compared = 0
    let found = 0
    for (let round = 0; round < 3000; round++) {
      const term = () => `${next(3) === 0 ? '-' : ''}${pick(['', '', 'n:', 'user:', 'user.id:', 'body:', 'fields:', 'error:', 'tag:', 'a:', 'fields.n:', '__proto__:'])}${pick([...TEXTS.map((text) => JSON.stringify(text)), ...NUMBERS, '*', 'fo*', '*a*', 'u*7', 'bar', 'foo', 'null', 'true', 'temp', 'x', '/a/', '/^f/i', 'declined', '12345678901234567000', '1000', '1.5'])}`
      const parsed = parseQuery([term(), term()].slice(next(2)).join(pick([' ', ' OR '])))
      if (!parsed.ok) continue
      const matcher = compileMatcher(parsed.query)
      for (const [i, record] of records.entries()) {
        const line = lines[i]
        if (line === undefined) throw new Error('a record without a line')
        const live = matcher.record(record)
        compared++
        if (live) found++
        const body = bodies[i] ?? null
        if (body !== null && matcher.record(body) !== live) throw new Error(`${JSON.stringify(parsed.query)} says ${live} of the line and ${!live} of the values of ${line.text}`)
        if (matcher.stored(line) !== live) throw new Error(`${JSON.stringify(parsed.query)} says ${live} of the record and ${!live} of the line ${line.text}`)
      }
    }
    expect(compared).toBeGreaterThan(100_000)
    expect(found).toBeGreaterThan(10_000)
  })
})
