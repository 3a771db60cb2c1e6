// Assertions and lookaround: what must be true at a position, without anything being read.
import { BEYOND, type CharClass } from './char-class.ts'
import type { Look } from './program.ts'
import { before, widthAt } from './text-position.ts'

/** `what` is an index in `ASSERTIONS`. */
export function holds(what: number, text: string, pos: number): boolean {
  switch (what) {
    case 0: return pos === 0
    case 1: return pos === text.length
    case 2: return pos === text.length || (pos === text.length - 1 && text.charCodeAt(pos) === 10)
    case 3: return pos === 0 || text.charCodeAt(pos - 1) === 10
    case 4: return pos === text.length || text.charCodeAt(pos) === 10
    case 5: return inWord(text, before(text, pos)) !== inWord(text, pos)
    case 6: return inWord(text, before(text, pos)) === inWord(text, pos)
    case 7: return inAsciiWord(text, pos - 1) !== inAsciiWord(text, pos)
    default: return inAsciiWord(text, pos - 1) === inAsciiWord(text, pos)
  }
}

const WIDE_WORD = /^[\p{L}\p{M}\p{N}\p{Pc}]$/u

function inWord(text: string, pos: number): boolean {
  if (pos < 0 || pos >= text.length) return false
  const c = text.charCodeAt(pos)
  if (c < BEYOND) return isAsciiWord(c)
  return WIDE_WORD.test(String.fromCodePoint(text.codePointAt(pos) as number))
}

function inAsciiWord(text: string, pos: number): boolean {
  return pos >= 0 && pos < text.length && isAsciiWord(text.charCodeAt(pos))
}

function isAsciiWord(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c === 95
}

export function looksRight({ ahead, negative, runs }: Look, text: string, pos: number): boolean {
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i] as readonly CharClass[]
    if (ahead ? isAhead(run, text, pos) : isBehind(run, text, pos)) return !negative
  }
  return negative
}

function isAhead(run: readonly CharClass[], text: string, pos: number): boolean {
  let at = pos
  for (let i = 0; i < run.length; i++) {
    const width = widthAt(run[i] as CharClass, text, at)
    if (width === 0) return false
    at += width
  }
  return true
}

function isBehind(run: readonly CharClass[], text: string, pos: number): boolean {
  let at = pos
  for (let i = run.length - 1; i >= 0; i--) {
    const left = before(text, at)
    if (left < 0 || widthAt(run[i] as CharClass, text, left) === 0) return false
    at = left
  }
  return true
}
