// Reads regular expressions in two dialects: that of Oniguruma (Ruby, Logstash, Fluentd), as far as it can be matched in linear time, and RE2's.
import { PatternError } from '../pattern-error.ts'
import { classOfChar, classOfDot, foldClass, type CharClass } from './char-class.ts'
import type { Assertion, Node } from './node.ts'
import { parseClass } from './parse-class.ts'
import { parseEscape } from './parse-escape.ts'

export interface Syntax {
  /** `oniguruma`: `^` and `$` are the ends of lines, `\w`, `\d` and `\b` know every script, classes nest. `re2`: as RE2 has it; what is rare there is refused. */
  readonly dialect: 'oniguruma' | 're2'
  /** The dot matches line breaks. */
  readonly dotAll: boolean
  readonly ignoreCase?: boolean
  /** In RE2: `^` and `$` are the ends of lines. */
  readonly lines?: boolean
  /** Groups without a name capture as well. */
  readonly allGroups?: boolean
  /** Gives a group the slot for its name, which is empty for one without. */
  slot(name: string): number
  /** Reads `%{...}` (the text between the braces); null where such a thing is plain text. */
  readonly reference?: (text: string, position: number) => Node | null
}

interface Cursor {
  readonly source: string
  readonly syntax: Syntax
  at: number
  ignoreCase: boolean
  dotAll: boolean
  lines: boolean
  depth: number
}

/** More is an attack on the parser's stack. */
const MAX_DEPTH = 200
/** As in Oniguruma and RE2. */
const MAX_REPEAT = 1000

/**
 * Throws `PatternError`. Atomic groups and possessive quantifiers are read as plain ones: they are there to spare a backtracking engine work.
 * Lookaround is read where it is a few runs of single characters; backreferences are refused.
 */
export function parseExpression(source: string, syntax: Syntax): Node {
  const { dotAll, ignoreCase = false, lines = syntax.dialect === 'oniguruma' } = syntax
  const cursor: Cursor = { source, syntax, at: 0, ignoreCase, dotAll, lines, depth: 0 }
  const node = parseChoice(cursor)
  if (cursor.at < source.length) throw new PatternError('there is a ) too much', cursor.at, 'Write \\) for a parenthesis.')
  return node
}

function parseChoice(cursor: Cursor): Node {
  if (++cursor.depth > MAX_DEPTH) throw new PatternError(`it nests deeper than ${MAX_DEPTH} groups`, cursor.at, 'Split it into several patterns.')
  const { ignoreCase, dotAll, lines } = cursor
  const branches: Node[] = [parseSequence(cursor)]
  while (cursor.source[cursor.at] === '|') {
    cursor.at++
    branches.push(parseSequence(cursor))
  }
  // `(?i)` in the middle of a group holds until its end.
  cursor.ignoreCase = ignoreCase
  cursor.dotAll = dotAll
  cursor.lines = lines
  cursor.depth--
  return branches.length === 1 ? (branches[0] as Node) : { kind: 'choice', branches }
}

function parseSequence(cursor: Cursor): Node {
  const { source } = cursor
  const items: Node[] = []
  while (cursor.at < source.length && source[cursor.at] !== '|' && source[cursor.at] !== ')') {
    const start = cursor.at
    const atom = parseAtom(cursor)
    if (atom !== null) items.push(parseQuantifiers(cursor, atom, start))
  }
  return items.length === 1 ? (items[0] as Node) : { kind: 'sequence', items }
}

const QUANTIFIER = /^(?:[*+?]|\{(?:(\d{1,6})(?:(,)(\d{1,6})?)?|,(\d{1,6}))\})([?+]?)/
const RE2_QUANTIFIER = /^(?:[*+?]|\{(\d{1,6})(?:(,)(\d{1,6})?)?(?!,)()\})(\??)/

function parseQuantifiers(cursor: Cursor, atom: Node, start: number): Node {
  let node = atom
  for (;;) {
    const found = (isRe2(cursor) ? RE2_QUANTIFIER : QUANTIFIER).exec(cursor.source.slice(cursor.at, cursor.at + 18))
    if (found === null) return node
    if (node.kind === 'assert') throw new PatternError('there is nothing to repeat', cursor.at, 'A quantifier follows a character, a class or a group.')
    const sign = found[0][0] as string
    // In Ruby `{2,3}+` repeats the repetition; a lazy mark after it is one.
    const suffix = found[5] ?? ''
    cursor.at += found[0].length - (sign === '{' && suffix === '+' ? 1 : 0)
    const min = sign === '+' ? 1 : sign === '{' ? Number(found[1] ?? 0) : 0
    const max = sign === '?' ? 1 : sign !== '{' || (found[2] !== undefined && found[3] === undefined) ? Number.POSITIVE_INFINITY : Number(found[4] || (found[3] ?? found[1]))
    if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY)) throw new PatternError(`it repeats more than ${MAX_REPEAT} times`, start, 'Use * or +.')
    if (max < min) throw new PatternError('the repetition is the wrong way round', cursor.at, 'Write the lower number first.')
    node = { kind: 'repeat', item: node, min, max, lazy: suffix === '?' }
  }
}

function parseAtom(cursor: Cursor): Node | null {
  const { source } = cursor
  const start = cursor.at
  const code = source.codePointAt(start) as number
  const char = String.fromCodePoint(code)
  if (char === '(') return parseGroup(cursor)
  if (char === '%' && source[start + 1] === '{' && cursor.syntax.reference !== undefined) {
    const close = source.indexOf('}', start)
    const node = close === -1 ? null : cursor.syntax.reference(source.slice(start + 2, close), start)
    if (node !== null) {
      cursor.at = close + 1
      return node
    }
  }
  cursor.at += char.length
  if (char === '[') {
    const { set, end } = parseClass(source, cursor.at, cursor.ignoreCase, isRe2(cursor))
    cursor.at = end
    return { kind: 'char', set }
  }
  if (char === '\\') return parseBackslash(cursor)
  if (char === '.') return { kind: 'char', set: classOfDot(cursor.dotAll) }
  if (char === '^') return { kind: 'assert', what: cursor.lines ? 'line-start' : 'text-start' }
  if (char === '$') return { kind: 'assert', what: cursor.lines ? 'line-end' : 'text-end' }
  if ('*+?'.includes(char)) throw new PatternError('there is nothing to repeat', start, `Write \\${char} for the character.`)
  return { kind: 'char', set: classOfChar(code, cursor.ignoreCase) }
}

const RE2_ASSERTIONS: Readonly<Record<string, Assertion>> = { A: 'text-start', z: 'text-end', b: 'ascii-word-edge', B: 'no-ascii-word-edge' }
const ASSERTIONS: Readonly<Record<string, Assertion>> = { A: 'text-start', z: 'text-end', Z: 'text-end-or-last-break', b: 'word-edge', B: 'no-word-edge' }

function parseBackslash(cursor: Cursor): Node {
  const letter = cursor.source[cursor.at] ?? ''
  const what = (isRe2(cursor) ? RE2_ASSERTIONS : ASSERTIONS)[letter]
  if (what !== undefined) {
    cursor.at++
    return { kind: 'assert', what }
  }
  const { set, end } = parseEscape(cursor.source, cursor.at, isRe2(cursor))
  cursor.at = end
  return { kind: 'char', set: cursor.ignoreCase ? foldClass(set) : set }
}

function parseGroup(cursor: Cursor): Node | null {
  const { source } = cursor
  const start = cursor.at
  const head = /^\((?:\?(?:#[^)]*\)|([imsxU]*)(?:-([imsxU]*))?([:)])|([:>]|<?[=!])|(?:P?<([^>=!][^>]*)>|'([^']+)')))?/.exec(source.slice(start, start + 300))
  if (head === null || (head[0] === '(' && source[start + 1] === '?')) throw new PatternError(`${JSON.stringify(source.slice(start, start + 4))} is no group this engine knows`, start, 'Use (...), (?:...), (?<name>...), (?i:...).')
  cursor.at += head[0].length
  if (head[0].startsWith('(?#')) return null
  const look = head[4]
  if (look !== undefined && look !== ':' && look !== '>') return parseLook(cursor, look, start)
  const { ignoreCase, dotAll, lines } = cursor
  if (head[3] !== undefined) {
    setFlags(cursor, head[1] ?? '', true, start)
    setFlags(cursor, head[2] ?? '', false, start)
    if (head[3] === ')') return null
  }
  const name = head[5] ?? head[6]
  const slot = name !== undefined ? cursor.syntax.slot(name) : head[0] === '(' && cursor.syntax.allGroups === true ? cursor.syntax.slot('') : -1
  const item = parseChoice(cursor)
  closeGroup(cursor, start)
  cursor.ignoreCase = ignoreCase
  cursor.dotAll = dotAll
  cursor.lines = lines
  return slot === -1 ? item : { kind: 'capture', slot, item }
}

function setFlags(cursor: Cursor, flags: string, on: boolean, position: number): void {
  for (const flag of flags) {
    if (flag === 'i') cursor.ignoreCase = on
    // Oniguruma's m is what others call s.
    else if (flag === (isRe2(cursor) ? 's' : 'm')) cursor.dotAll = on
    else if (flag === 'm') cursor.lines = on
    else throw new PatternError(`the flag ${flag} is not supported`, position, 'The flags are i (either case) and m (the dot matches line breaks).')
  }
}

function isRe2({ syntax }: Cursor): boolean {
  return syntax.dialect === 're2'
}

function closeGroup(cursor: Cursor, start: number): void {
  if (cursor.source[cursor.at] !== ')') throw new PatternError('the group is not closed', start, 'Close it with ), or write \\( for a parenthesis.')
  cursor.at++
}

function parseLook(cursor: Cursor, sign: string, start: number): Node {
  const inner = parseChoice(cursor)
  closeGroup(cursor, start)
  const runs: CharClass[][] = []
  for (const branch of inner.kind === 'choice' ? inner.branches : [inner]) {
    const run: CharClass[] = []
    if (!addRun(branch, run)) {
      throw new PatternError('lookahead and lookbehind are supported only for single characters in a row, because more can take for ever', start, 'Match the surroundings too and use a group for the part you want.')
    }
    runs.push(run)
  }
  return { kind: 'look', ahead: !sign.startsWith('<'), negative: sign.endsWith('!'), runs }
}

function addRun(node: Node, run: CharClass[]): boolean {
  if (node.kind === 'sequence') return node.items.every((item) => addRun(item, run))
  if (node.kind === 'repeat' && node.min === node.max && node.max <= 100) {
    for (let i = 0; i < node.min; i++) if (!addRun(node.item, run)) return false
    return true
  }
  if (node.kind !== 'char') return false
  run.push(node.set)
  return true
}
