// What a backslash stands for in a regular expression: one character, or a class of them.
import { PatternError } from '../pattern-error.ts'
import { classOfChar, classOfPattern, classOfRange, negate, union, type CharClass } from './char-class.ts'

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7, e: 27 }

/** Words and digits of every script, as Oniguruma reads UTF-8. */
const SHORTHANDS: Readonly<Record<string, CharClass>> = {
  d: classOfPattern(/^\p{Nd}$/u),
  w: classOfPattern(/^[\p{L}\p{M}\p{N}\p{Pc}]$/u),
  s: classOfPattern(/^[\t-\r \u0085\u2028\u2029\p{Z}]$/u),
  h: union([classOfRange(48, 57), classOfRange(65, 70), classOfRange(97, 102)]),
}

const RE2_SHORTHANDS: Readonly<Record<string, CharClass>> = { d: classOfPattern(/^[0-9]$/), w: classOfPattern(/^[0-9A-Za-z_]$/), s: classOfPattern(/^[\t\n\f\r ]$/) }

export interface Escape {
  readonly set: CharClass
  /** The code point, where it is one character: such may begin or end a range. */
  readonly code: number | null
  /** Index behind it. */
  readonly end: number
}

/** `at` is the index behind the backslash. */
export function parseEscape(source: string, at: number, re2: boolean): Escape {
  const code = source.codePointAt(at)
  if (code === undefined) throw new PatternError('it ends in a backslash', at - 1, 'Write \\\\ for a backslash.')
  const char = String.fromCodePoint(code)
  const end = at + char.length
  const shorthand = (re2 ? RE2_SHORTHANDS : SHORTHANDS)[char.toLowerCase()]
  if (shorthand !== undefined) return { set: char === char.toLowerCase() ? shorthand : negate(shorthand), code: null, end }
  if (re2 && 'pPuhHeRXKGZ0123456789'.includes(char)) throw new PatternError(`\\${char} is not read here`, at - 1, 'The linear engine reads it.')
  if (char === 'p' || char === 'P') return parseProperty(source, at)
  const number = /^(?:x([0-9A-Fa-f]{1,2})|x\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|(0[0-7]{0,2}))/.exec(source.slice(at, at + 10))
  if (number !== null) {
    const value = number[4] === undefined ? Number.parseInt(number[1] ?? number[2] ?? number[3] ?? '', 16) : Number.parseInt(number[4], 8)
    if (value > 0x10_ffff) throw new PatternError(`\\${number[0]} is no character`, at - 1, 'The last one is \\x{10FFFF}.')
    return { set: classOfChar(value, false), code: value, end: at + number[0].length }
  }
  const control = CONTROLS[char]
  if (control !== undefined) return { set: classOfChar(control, false), code: control, end }
  if (/^[1-9k]$/.test(char)) throw new PatternError('backreferences are not supported, because they can take for ever', at - 1, 'Write the repeated part out.')
  if (/^[A-Za-z0-9]$/.test(char)) throw new PatternError(`\\${char} is not an escape here`, at - 1, 'Write the character without the backslash, or a class of characters.')
  return { set: classOfChar(code, false), code, end }
}

function parseProperty(source: string, at: number): Escape {
  const found = /^[pP]\{(\^?)([A-Za-z_=]{1,40})\}/.exec(source.slice(at, at + 50))
  const name = found?.[2] ?? ''
  const test = property(name) ?? property(name.charAt(0).toUpperCase() + name.slice(1).toLowerCase()) ?? property(`Script=${name}`)
  if (found === null || test === null) throw new PatternError('there is no such property of characters', at - 1, 'Examples are \\p{L}, \\p{Lu}, \\p{Greek}.')
  const negative = (found[1] === '^') !== source.startsWith('P', at)
  const set = classOfPattern(test)
  return { set: negative ? negate(set) : set, code: null, end: at + found[0].length }
}

function property(name: string): RegExp | null {
  try {
    return new RegExp(`^\\p{${name}}$`, 'u')
  } catch {
    return null // no such property: that is the answer
  }
}
