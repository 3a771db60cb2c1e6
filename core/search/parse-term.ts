// One term of a query: a word, a phrase, a regex, or a name with a value after the colon.
import { compilePattern } from '../pattern.ts'
import { PatternError } from '../pattern-error.ts'
import { asciiLower } from './ascii-lower.ts'
import { levelQuery } from './level-query.ts'
import { nameQuery } from './name-query.ts'
import { timeQuery } from './time-query.ts'
import { readOperand, type End, type Operand } from './read-operand.ts'
import { atTermEnd, matchAt, QueryProblem, readPhrase, readWord, type Cursor } from './query-cursor.ts'
import type { Bound, Query, ValueQuery, ValueTest } from './query.ts'

/** Each term costs a test per record; nobody types 256, and a longer list is a regex. */
const MAX_TERMS = 256

/** Compiling one may take 15 ms, and matching tries each of them on each value. */
const MAX_REGEXES = 16

/** Looking up a dotted name tries every way to cut it into keys. */
const MAX_NAME_PARTS = 32

/** Reads the term at the cursor. `field` is the name in front of an enclosing parenthesis; `group` reads a parenthesis. */
export function parseTerm(cursor: Cursor, field: string | null, group: (field: string) => Query): Query {
  if (++cursor.terms > MAX_TERMS) throw new QueryProblem(`it has more than ${MAX_TERMS} terms. Use a regex for a long list of words.`, cursor.at, 1)
  const start = cursor.at
  const name = takeName(cursor)
  if (name === null) return toQuery(cursor, field, readOperand(cursor, field))
  if (field !== null) throw new QueryProblem(`the name "${name}" stands inside the parentheses of "${field}". Move it out of them, or put the whole text in quotes.`, start, cursor.at - start)
  if (cursor.text[cursor.at] === '(') return group(name)
  if (atTermEnd(cursor)) throw new QueryProblem(`nothing stands after "${name}:". Write the value right after the colon (${name}:* means that it is there), or escape the colon with a backslash.`, start, cursor.at - start)
  return toQuery(cursor, name, readOperand(cursor, name))
}

/** A name begins like one and is followed by one colon: `12:30`, `http://x` and `std::io` are words. */
const NAME = /(?:[\p{L}_@$]|\\.)(?:[^\s()":*\\]|\\.)*:(?!:|\/\/)/suy
const STARRED_NAME = /[\p{L}_@$*][^\s()":\\]*\*[^\s()":\\]*:(?!:|\/\/)|\*:/uy
const QUOTED_NAME = /"(?:[^"\\]|\\.)+":/suy

/** A name and its colon, if they are next. */
function takeName(cursor: Cursor): string | null {
  const { text, at } = cursor
  let name: string
  if (matchAt(QUOTED_NAME, text, at) !== null) {
    name = readPhrase(cursor).text
  } else {
    const match = matchAt(NAME, text, at)
    if (match === null) {
      const starred = matchAt(STARRED_NAME, text, at)
      if (starred !== null) throw new QueryProblem('a name cannot contain a star. Write out the name, or leave it away to search all values.', at, starred.length)
      return null
    }
    name = readWord(cursor, ':').pieces.join('*')
  }
  const parts = name.split('.').length
  if (parts > MAX_NAME_PARTS) throw new QueryProblem(`this name has ${parts} parts, more than ${MAX_NAME_PARTS}. Search for the value without a name.`, at, cursor.at - at)
  cursor.at++
  return name
}

/** Gives the operand the meaning its field has. */
function toQuery(cursor: Cursor, field: string | null, operand: Operand): Query {
  if (operand.kind === 'regex') {
    if (++cursor.regexes > MAX_REGEXES) throw new QueryProblem(`it has more than ${MAX_REGEXES} regexes. Join some with |.`, operand.at, operand.end - operand.at)
    checkRegex(operand)
  }
  if (field === 'level') return levelQuery(operand)
  if (field === 'time') return timeQuery(operand)
  if (field === 'tag' || field === 'tags') return nameQuery('tag', operand)
  if (field === 'source' || field === 'host') return nameQuery(field, operand)
  return valueQuery(field, operand)
}

function checkRegex(operand: Operand & { kind: 'regex' }): void {
  const { source, flags, at, end } = operand
  if (source === '') throw new QueryProblem('an empty regex matches everything. Write something between the slashes, or put slashes in quotes.', at, end - at)
  if (flags !== '' && flags !== 'i') throw new QueryProblem(`"${flags}" is not a flag; i (either case) is the only one. Put a path in quotes: "/var/log".`, end - flags.length, flags.length)
  try {
    compilePattern(source, flags)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new QueryProblem(error.message.replace(/^cannot use this pattern: /, 'this regex is not accepted: '), at, end - at)
  }
}

/** What is written in decimal: a word of this form equals numbers by value. */
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

function valueQuery(field: string | null, operand: Operand): Query {
  const of = (test: ValueTest): ValueQuery => ({ kind: 'value', field, test })
  if (operand.kind === 'regex') return of({ kind: 'regex', source: operand.source, flags: operand.flags })
  if (operand.kind === 'range') return of(rangeTest(operand, field))
  if (operand.kind === 'phrase') {
    if (operand.text !== '') return of({ kind: 'phrase', text: asciiLower(operand.text) })
    if (field !== null) return of({ kind: 'equals', text: '' })
    throw new QueryProblem('empty quotes are in every value. Put text between them.', operand.at, 2)
  }
  const pieces = operand.pieces.map(asciiLower)
  const [only] = pieces
  if (pieces.length === 1 && only !== undefined) return of({ kind: 'word', text: only, number: NUMBER.test(only) ? Number(only) : null })
  if (pieces.every((piece) => piece === '')) return field === null ? { kind: 'all' } : of({ kind: 'exists' })
  return of({ kind: 'wildcard', pieces })
}

function rangeTest(operand: Operand & { kind: 'range' }, field: string | null): ValueTest {
  const min = bound(operand.min, field)
  const max = bound(operand.max, field)
  if (min !== null && max !== null && min.value > max.value) throw new QueryProblem('this range ends before it begins. Swap its ends.', operand.at, operand.end - operand.at)
  return { kind: 'range', min, max }
}

function bound(end: End | null, field: string | null): Bound | null {
  if (end === null) return null
  if (!NUMBER.test(end.text)) throw new QueryProblem(`"${end.text}" is not a number, and ${field} is compared by number. Write one without a unit: ${field}:>800.`, end.at, Math.max(1, end.end - end.at))
  return { value: Number(end.text), inclusive: end.inclusive }
}
