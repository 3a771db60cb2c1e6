// Recognises a record that a word or a phrase is in by the place of the text in its line, without parsing it; says MAYBE otherwise.
import { MAYBE, NO, YES } from '../plan/judge.ts'
import type { ValueQuery } from '../query.ts'
import { tokenCharAt, tokenCharBefore } from '../token-edge.ts'
import type { LineFacts } from './line-facts.ts'
import type { LineTest } from './line-test.ts'
import type { TextFinders } from './text-finders.ts'
import { placeOf } from './top-level.ts'

/** Text that stands in JSON as it is, or with a backslash in it. */
// eslint-disable-next-line no-control-regex
const PLAIN = /^[\u0020\u0021\u0023-\u005b\u005d-\u007e]+$/
/** A character that JSON has inside strings only. */
const STRING_ONLY = /[^\s{}[\]:,\d+.eEtrufalsn-]/
/** A key without a backslash in it, which could only be repeated by one that has `\u` escapes. */
const PLAIN_KEY = /^[\w .@$-]+$/

const QUOTE = 34
const COLON = 58
const BACKSLASH = 92
const COMMA = 44
const CLOSE_BRACE = 125

/**
 * YES when the text is in a string that is the body, or the value of a key directly in the body that the line has once. Null for tests and
 * texts that need a parsed line. 300 ns a hit against 1.2 us for parsing the line.
 */
export function quickText({ field, test }: ValueQuery, finders: TextFinders): LineTest | null {
  if (field !== null || (test.kind !== 'phrase' && test.kind !== 'word')) return null
  const { text: wanted } = test
  // `guessed` is a list of these two words that is not searched.
  if (!PLAIN.test(wanted) || !STRING_ONLY.test(wanted) || 'time'.includes(wanted) || 'level'.includes(wanted)) return null
  const finder = finders.of(wanted, true)
  const { length } = wanted
  const word = test.kind === 'word'
  return (line) => {
    const { text, start, end } = line
    let at = finder.next(start)
    if (at === -1 || at > end) return text.slice(start, end).includes('\\') ? MAYBE : NO
    const body = line.body()
    if (body === -1) return MAYBE
    for (; at !== -1 && at < end; at = finder.next(at + 1)) {
      if (at > body && (!word || isWhole(text, at, wanted)) && isValue(line, body, at, at + length)) return YES
    }
    return MAYBE
  }
}

/** Beyond ASCII the line's characters are bytes: what touches one is left to the matcher. */
function isWhole(text: string, at: number, word: string): boolean {
  const end = at + word.length
  if (text.charCodeAt(at - 1) > 127 || text.charCodeAt(end) > 127) return false
  return !(tokenCharAt(word, 0) && tokenCharBefore(text, at)) && !(tokenCharBefore(word, word.length) && tokenCharAt(text, end))
}

/** Whether the text from `at` to `end` is in a string without escapes that surely is a value of the body. */
function isValue({ text, end: lineEnd, escapes }: LineFacts, body: number, at: number, end: number): boolean {
  const open = text.lastIndexOf('"', at)
  const close = text.indexOf('"', end)
  if (open < body || close === -1 || close > lineEnd || text.slice(open, close).includes('\\')) return false
  // Between two quotes with none in between, and holding what only strings hold: a whole string, or the end of one behind an escaped quote.
  if (open === body) return true
  const next = text.charCodeAt(close + 1)
  if (text.charCodeAt(open - 1) !== COLON || text.charCodeAt(open - 2) !== QUOTE || (next !== COMMA && next !== CLOSE_BRACE)) return false
  const keyStart = text.lastIndexOf('"', open - 3)
  if (keyStart <= body || text.charCodeAt(keyStart - 1) === BACKSLASH || (escapes && text.slice(body, lineEnd).includes('\\u'))) return false
  // Without its first quote, since quotes are everywhere; a longer key that ends so is taken for the same one.
  const key = text.slice(keyStart + 1, open - 1)
  if (!PLAIN_KEY.test(key.slice(0, -1)) || text.indexOf(key, body) !== keyStart + 1) return false
  const second = text.indexOf(key, open)
  return (second === -1 || second > lineEnd) && placeOf(text, body, keyStart) === 'body'
}
