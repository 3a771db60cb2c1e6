// Answers a test on one named value by its place in the line's text, without parsing the line; says MAYBE where that proves nothing.
import { leafTest, type LeafTest } from '../leaf-test.ts'
import { MAYBE, NO, YES, type Answer } from '../plan/judge.ts'
import type { ValueQuery } from '../query.ts'
import type { LineTest } from './line-test.ts'
import type { TextFinders } from './text-finders.ts'
import { placeOf } from './top-level.ts'

/** Names that mean something else, or all of something. */
const SPECIAL = new Set(['body', 'fields', 'error', 'guessed', 'erased', 'time'])
const PLAIN_NAME = /^[A-Za-z_@$][\w@$-]*$/
// eslint-disable-next-line no-control-regex
const BEYOND_ASCII = /[\u0080-\u00ff]/

const QUOTE = 34
const COMMA = 44
const MINUS = 45
const ZERO = 48
const NINE = 57
const COLON = 58
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const CLOSE_BRACE = 125
/** Every whole number of this many digits is a double of its own, and reads as it is written. */
const EXACT_DIGITS = 15
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/

/** Null for names that need a parsed line. 250 ns a line against 1.2 us for parsing it: what makes a range over 2,000,000 lines possible. */
export function quickField({ field, test }: ValueQuery, finders: TextFinders): LineTest | null {
  if (field === null || SPECIAL.has(field) || !PLAIN_NAME.test(field)) return null
  const key = finders.of(`"${field}"`, false)
  const { length } = `"${field}"`
  const leaf: LeafTest = leafTest(test)
  return (line) => {
    const { text, end } = line
    const body = line.body()
    if (body === -1 || (line.escapes && text.slice(body, end).includes('\\u'))) return MAYBE
    const at = key.next(body)
    if (at === -1 || at > end) return NO
    const colon = at + length
    // A backslash makes the quote part of a string; twice is once in the fields too, or a key that is repeated.
    if (text.charCodeAt(colon) !== COLON || text.charCodeAt(at - 1) === BACKSLASH) return MAYBE
    const second = key.next(colon)
    if (second !== -1 && second < end) return MAYBE
    const place = placeOf(text, body, at)
    if (place === 'unknown') return MAYBE
    return place === 'deeper' ? NO : ofValue(text, colon + 1, end, leaf)
  }
}

function ofValue(text: string, at: number, lineEnd: number, leaf: LeafTest): Answer {
  const first = text.charCodeAt(at)
  if (first === QUOTE) return ofString(text, at + 1, lineEnd, leaf)
  let end = at
  let digits = 0
  let integer = true
  for (; end < lineEnd; end++) {
    const char = text.charCodeAt(end)
    if (char === COMMA || char === CLOSE_BRACE || char === CLOSE_BRACKET) break
    if (char >= ZERO && char <= NINE) digits++
    else if (char !== MINUS || end > at) integer = false
  }
  if (integer && digits > 0 && digits <= EXACT_DIGITS) return answer(leaf(readInteger(text, at, end), null))
  const value = text.slice(at, end)
  if (value === 'true' || value === 'false') return answer(leaf(value === 'true', null))
  if (value === 'null') return answer(leaf(null, null))
  return digits <= EXACT_DIGITS && NUMBER.test(value) ? answer(leaf(Number(value), null)) : MAYBE
}

/** `Number(slice)` costs ten times as much. */
function readInteger(text: string, start: number, end: number): number {
  const negative = text.charCodeAt(start) === MINUS
  let value = 0
  for (let i = negative ? start + 1 : start; i < end; i++) value = value * 10 + text.charCodeAt(i) - ZERO
  return negative ? -value : value
}

function ofString(text: string, start: number, lineEnd: number, leaf: LeafTest): Answer {
  const end = text.indexOf('"', start)
  if (end === -1 || end > lineEnd) return MAYBE
  const value = text.slice(start, end)
  return value.includes('\\') || BEYOND_ASCII.test(value) ? MAYBE : answer(leaf(value, null))
}

function answer(matches: boolean): Answer {
  return matches ? YES : NO
}
