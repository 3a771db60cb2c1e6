// Decides for which texts a regular expression may run on JavaScript's backtracking engine, 10 to 50 times faster than the linear one,
// and translates it so that both engines answer alike. A conservative reading: what it does not understand runs on the linear engine alone.
import { BEYOND, disjoint, except, fold, only, type CharSet } from './char-set.ts'

export interface NativePattern {
  readonly source: string
  readonly flags: string
  /** Longer texts could take too long. */
  readonly maxChars: number
}

/** Backtracking steps a text may cost at worst: 1 to 2 ns each, so 20 ms for the most hostile line. */
const MAX_STEPS = 1e7
/** Below this most log lines would not profit, and short-text limits only cost memory. */
const MIN_CHARS = 200
/** Translating is cheap, but what is longer was generated and gains little. */
const MAX_SOURCE = 2000
/** Words of a pattern fail at their first characters nearly always; only beyond this its length counts as work per try. */
const FREE_LENGTH = 32

/** Null: an assertion or a group. */
type MaybeSet = CharSet | null

interface Element {
  readonly set: MaybeSet
  readonly min: number
  readonly max: number
}

interface Cursor {
  readonly source: string
  readonly ignoreCase: boolean
  readonly dotAll: boolean
  at: number
  out: string
  /** Product of the ways that alternatives and bounded repetitions can be chosen. */
  ways: number
  /** Unbounded repetitions whose end is open to choice, and those where it is not. */
  open: number
  closed: number
  /** Characters one try can look at before an unbounded repetition. */
  length: number
}

/** Thrown for what this file does not understand; never leaves it. */
class Unknown extends Error {}

export function nativePattern(pattern: string, flags: string): NativePattern | null {
  const inline = /^\(\?([is]+)\)/.exec(pattern)
  const all = flags + (inline?.[1] ?? '')
  const source = pattern.slice(inline?.[0].length ?? 0)
  // With `m` the engines disagree about what ends a line.
  if (all.includes('m') || source.length > MAX_SOURCE) return null
  const cursor: Cursor = { source, ignoreCase: all.includes('i'), dotAll: all.includes('s'), at: 0, out: '', ways: 1, open: 0, closed: 0, length: 0 }
  try {
    const { branches } = readAlternatives(cursor, true)
    if (cursor.at < source.length) return null
    const anchored = branches === 1 && /^(?:\^|\\A)/.test(source)
    const power = (anchored ? 0 : 1) + cursor.open + (cursor.closed > 0 || (anchored && cursor.open === 0) ? 1 : 0)
    const steps = cursor.ways * Math.max(1, cursor.length / FREE_LENGTH)
    const maxChars = Math.floor((MAX_STEPS / steps) ** (1 / Math.max(1, power)))
    return maxChars < MIN_CHARS ? null : { source: cursor.out, flags: cursor.ignoreCase ? 'ui' : 'u', maxChars }
  } catch (error) {
    if (error instanceof Unknown) return null
    throw error
  }
}

function readAlternatives(cursor: Cursor, top: boolean): { branches: number; elements: Element[] } {
  let branches = 0
  let elements: Element[] = []
  const { source } = cursor
  do {
    if (branches > 0) {
      cursor.at++
      cursor.out += '|'
    }
    elements = readSequence(cursor)
    branches++
    // A lone branch of a group is judged with what follows the group; others on their own.
    if (top || branches > 1 || source[cursor.at] === '|') judge(elements, top && branches === 1 && source[cursor.at] !== '|', cursor)
  } while (source[cursor.at] === '|')
  if (branches > 1) cursor.ways *= branches
  return { branches, elements }
}

function readSequence(cursor: Cursor): Element[] {
  const elements: Element[] = []
  const { source } = cursor
  while (cursor.at < source.length && source[cursor.at] !== '|' && source[cursor.at] !== ')') {
    if (source[cursor.at] === '(') readGroup(cursor, elements)
    else {
      const set = readAtom(cursor)
      const { min, max } = readQuantifier(cursor)
      if (set === null && max !== 1) throw new Unknown()
      elements.push({ set, min, max })
    }
  }
  return elements
}

const OPAQUE: Element = { set: null, min: 0, max: 1 }

function readGroup(cursor: Cursor, into: Element[]): void {
  const { source } = cursor
  const head = /^\((?:\?(?::|P?<([A-Za-z_]\w*)>))?(?!\?)/.exec(source.slice(cursor.at, cursor.at + 80))
  if (head === null) throw new Unknown()
  cursor.at += head[0].length
  cursor.out += head[1] === undefined ? head[0] : `(?<${head[1]}>`
  const { open, closed, ways, length } = cursor
  const { branches, elements } = readAlternatives(cursor, false)
  if (source[cursor.at] !== ')') throw new Unknown()
  cursor.at++
  cursor.out += ')'
  const { min, max } = readQuantifier(cursor)
  if (min === 1 && max === 1 && branches === 1) {
    into.push(...elements)
    return
  }
  if (branches === 1) judge(elements, false, cursor)
  if (max > 1) {
    // Repetition over a choice is where backtracking explodes.
    if (branches > 1 || cursor.open !== open || cursor.closed !== closed || cursor.ways !== ways) throw new Unknown()
    if (max === Number.POSITIVE_INFINITY) cursor.open++
  }
  if (max !== Number.POSITIVE_INFINITY) {
    cursor.ways *= max - min + 1
    cursor.length += (cursor.length - length) * (max - 1)
  }
  into.push(OPAQUE)
}

/** Adds up what the repetitions of a sequence can cost. */
function judge(elements: readonly Element[], last: boolean, cursor: Cursor): void {
  elements.forEach(({ set, min, max }, i) => {
    cursor.length += Math.min(max, min + 1)
    if (max !== Number.POSITIVE_INFINITY) {
      cursor.ways *= max - min + 1
      return
    }
    const next = elements[i + 1]
    // Nothing after it can fail, or what must follow it is something it cannot contain: its end is no choice.
    if (next === undefined ? last : next.min > 0 && next.set !== null && set !== null && disjoint(set, next.set)) cursor.closed++
    else cursor.open++
  })
}

function readQuantifier(cursor: Cursor): { min: number; max: number } {
  const found = /^(?:[*+?]|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})\??/.exec(cursor.source.slice(cursor.at, cursor.at + 14))
  if (found === null) return { min: 1, max: 1 }
  cursor.at += found[0].length
  cursor.out += found[0]
  if (/^[*+?{]/.test(cursor.source.slice(cursor.at, cursor.at + 1)) && cursor.source[cursor.at] !== '{') throw new Unknown()
  switch (found[0][0]) {
    case '*': return { min: 0, max: Number.POSITIVE_INFINITY }
    case '+': return { min: 1, max: Number.POSITIVE_INFINITY }
    case '?': return { min: 0, max: 1 }
    default: {
      const min = Number(found[1])
      return { min, max: found[2] === undefined ? min : found[3] === undefined ? Number.POSITIVE_INFINITY : Number(found[3]) }
    }
  }
}

/** One character, class or assertion; null for an assertion. */
function readAtom(cursor: Cursor): MaybeSet {
  const { source } = cursor
  const char = String.fromCodePoint(source.codePointAt(cursor.at) as number)
  cursor.at += char.length
  if (char === '^' || char === '$') {
    cursor.out += char
    return null
  }
  if (char === '.') {
    cursor.out += cursor.dotAll ? '[^]' : '[^\\n]'
    return except(cursor.dotAll ? '' : '\n')
  }
  if (char === '[') return readClass(cursor)
  if (char === '\\') {
    const next = source[cursor.at] ?? ''
    if ('bBAz'.includes(next) && next !== '') {
      cursor.at++
      cursor.out += next === 'A' ? '^' : next === 'z' ? '$' : `\\${next}`
      return null
    }
    return fold(readEscape(cursor, false).set, cursor.ignoreCase)
  }
  if ('*+?'.includes(char)) throw new Unknown()
  cursor.out += literal(char)
  return fold(only(char), cursor.ignoreCase)
}

const SHORTHANDS: Readonly<Record<string, { readonly out: string; readonly chars: string }>> = {
  d: { out: '0-9', chars: '0123456789' },
  w: { out: '0-9A-Za-z_', chars: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_' },
  s: { out: '\\t\\n\\f\\r ', chars: '\t\n\f\r ' },
}
const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v', a: '\x07' }

/** What follows a backslash; `char` is the one character it stands for, null for `\d` and its like. */
function readEscape(cursor: Cursor, inClass: boolean): { set: CharSet; char: string | null } {
  const rest = cursor.source.slice(cursor.at, cursor.at + 12)
  const first = rest[0] ?? ''
  const shorthand = SHORTHANDS[first.toLowerCase()]
  if (shorthand !== undefined) {
    const negated = first !== first.toLowerCase()
    if (negated && inClass) throw new Unknown()
    cursor.at++
    cursor.out += inClass ? shorthand.out : `[${negated ? '^' : ''}${shorthand.out}]`
    return { set: negated ? except(shorthand.chars) : only(shorthand.chars), char: null }
  }
  const hex = /^x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(rest)
  let char = CONTROLS[first] ?? null
  if (hex !== null) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? '', 16)
    if (code > 0x10_ffff) throw new Unknown()
    char = String.fromCodePoint(code)
  } else if (char === null && /^[!-/:-@[-`{-~]/.test(first)) char = first
  if (char === null) throw new Unknown()
  cursor.at += hex?.[0].length ?? 1
  cursor.out += literal(char)
  return { set: only(char), char }
}

function readClass(cursor: Cursor): CharSet {
  const { source } = cursor
  const negated = source[cursor.at] === '^'
  if (negated) cursor.at++
  cursor.out += negated ? '[^' : '['
  const set = new Uint8Array(BEYOND + 1)
  if (source[cursor.at] === ']') throw new Unknown()
  while (source[cursor.at] !== ']') {
    if (cursor.at >= source.length || source.startsWith('[:', cursor.at)) throw new Unknown()
    const low = readClassChar(cursor, set)
    if (source[cursor.at] !== '-' || source[cursor.at + 1] === ']') continue
    cursor.at++
    cursor.out += '-'
    const high = readClassChar(cursor, set)
    if (low === null || high === null) throw new Unknown()
    for (let code = low; code <= Math.min(high, BEYOND); code++) set[code] = 1
    if (high >= BEYOND) set[BEYOND] = 1
  }
  cursor.at++
  cursor.out += ']'
  const folded = fold(set, cursor.ignoreCase)
  // What lies beyond ASCII is one flag: in a negated class some of it always remains.
  return negated ? folded.map((flag, code) => (code === BEYOND ? 1 : 1 - flag)) : folded
}

/** Adds one member of a class; its code, or null for `\d` and its like. */
function readClassChar(cursor: Cursor, set: CharSet): number | null {
  const code = cursor.source.codePointAt(cursor.at)
  if (code === undefined) throw new Unknown()
  const char = String.fromCodePoint(code)
  cursor.at += char.length
  if (char === '\\') {
    const escape = readEscape(cursor, true)
    escape.set.forEach((flag, i) => {
      if (flag === 1) set[i] = 1
    })
    return escape.char?.codePointAt(0) ?? null
  }
  cursor.out += literal(char)
  set[Math.min(code, BEYOND)] = 1
  return code
}

/** A character as itself, in a class or outside. */
function literal(char: string): string {
  if (/^[\^$\\.*+?()[\]{}|/-]$/.test(char)) return char === '-' ? '\\x2d' : `\\${char}`
  const code = char.codePointAt(0) as number
  return code < 32 || code === 0x2028 || code === 0x2029 ? `\\u{${code.toString(16)}}` : char
}
