// Compiles what a query looks for in a text into a predicate on one decoded string.
import { compilePattern } from '../pattern.ts'
import { asciiLower } from './ascii-lower.ts'
import { findLiteral } from './find-literal.ts'
import type { Regex, ValueTest, Wildcard } from './query.ts'
import { tokenCharAt, tokenCharBefore } from './token-edge.ts'

export type TextTest = (text: string) => boolean

type WordTest = Extract<ValueTest, { kind: 'word' | 'phrase' | 'equals' }>

export function findText(test: WordTest | Wildcard | Regex): TextTest {
  switch (test.kind) {
    case 'equals': return (text) => text === test.text
    case 'phrase': return findPhrase(test.text)
    case 'word': return findWord(test.text)
    case 'wildcard': return findWildcard(test.pieces)
    case 'regex': {
      const pattern = compilePattern(test.source, test.flags)
      return (text) => pattern.test(text)
    }
  }
}

function findPhrase(phrase: string): TextTest {
  const find = findLiteral(phrase)
  return (text) => find(text, 0) !== -1
}

function findWord(word: string): TextTest {
  const find = findLiteral(word)
  const { length } = word
  const startsToken = tokenCharAt(word, 0)
  const endsToken = tokenCharBefore(word, length)
  return (text) => {
    for (let at = find(text, 0); at !== -1; at = find(text, at + 1)) {
      if (startsToken && tokenCharBefore(text, at)) continue
      if (endsToken && tokenCharAt(text, at + length)) continue
      return true
    }
    return false
  }
}

/** A star stands for any run of characters without white space, so a match lies between two spaces unless a piece contains one. */
function findWildcard(pieces: readonly string[]): TextTest {
  const longest = pieces.reduce((a, b) => (b.length > a.length ? b : a), '')
  const findLongest = findLiteral(longest)
  const spaced = pieces.some((piece) => /\s/.test(piece))
  return (text) => {
    if (findLongest(text, 0) === -1) return false
    const lower = asciiLower(text)
    if (spaced) return fits(pieces, lower)
    for (const run of lower.split(/\s+/)) if (fits(pieces, run)) return true
    return false
  }
}

/** Every piece is taken where it first fits, which leaves the most room for the rest: linear, whatever the text is. */
function fits(pieces: readonly string[], text: string): boolean {
  const first = pieces[0] as string
  const last = pieces.at(-1) as string
  let at = 0
  if (first !== '') {
    at = text.indexOf(first)
    if (tokenCharAt(first, 0)) while (at !== -1 && tokenCharBefore(text, at)) at = text.indexOf(first, at + 1)
    if (at === -1) return false
    at += first.length
  }
  for (let i = 1; i < pieces.length - 1; i++) {
    const piece = pieces[i] as string
    at = text.indexOf(piece, at)
    if (at === -1) return false
    at += piece.length
  }
  if (last === '') return true
  at = text.indexOf(last, at)
  if (tokenCharBefore(last, last.length)) while (at !== -1 && tokenCharAt(text, at + last.length)) at = text.indexOf(last, at + 1)
  return at !== -1
}
