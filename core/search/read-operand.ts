// Reads what stands behind a colon, or alone: a word, a phrase, a regex, a comparison or a range.
import { atTermEnd, matchAt, QueryProblem, readPhrase, readRegex, readWord, skipSpace, type Cursor, type Word } from './query-cursor.ts'

/** What was written as a value, before its field gives it a meaning. */
export type Operand =
  | { readonly kind: 'word'; readonly pieces: readonly string[]; readonly at: number; readonly end: number }
  | { readonly kind: 'phrase'; readonly text: string; readonly at: number; readonly end: number }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string; readonly at: number; readonly end: number }
  | { readonly kind: 'range'; readonly min: End | null; readonly max: End | null; readonly at: number; readonly end: number }

/** One end of a range as text. */
export interface End {
  readonly text: string
  readonly inclusive: boolean
  readonly at: number
  readonly end: number
}

/** Reads one operand and checks that it ends there; comparisons and ranges need a field. */
export function readOperand(cursor: Cursor, field: string | null): Operand {
  const { text, at } = cursor
  const first = text[at]
  let operand: Operand
  if (first === '"') operand = { kind: 'phrase', ...readPhrase(cursor) }
  else if (first === '/') operand = { kind: 'regex', ...readRegex(cursor) }
  else if (first === '>' || first === '<') operand = readComparison(cursor, field)
  else if (field !== null && (first === '[' || first === '{')) operand = readRange(cursor)
  else operand = checkWord(cursor, readWord(cursor))
  endOfTerm(cursor, operand.kind)
  return operand
}

function checkWord(cursor: Cursor, word: Word): Operand {
  const text = cursor.text.slice(word.at, word.end)
  if (text === '&&' || text === '||') throw new QueryProblem(`"${text}" is not an operator here. Write ${text === '&&' ? 'AND' : 'OR'}, or put it in quotes to search for it.`, word.at, 2)
  if (text.startsWith("'")) throw new QueryProblem('single quotes do not hold words together. Use double quotes, or escape the quote with a backslash.', word.at, 1)
  return { kind: 'word', ...word }
}

function endOfTerm(cursor: Cursor, kind: Operand['kind']): void {
  if (atTermEnd(cursor)) return
  if (kind === 'regex') throw new QueryProblem('text follows a regex without a space. Put a path or anything else with slashes in quotes: "/var/log".', cursor.at, 1)
  throw new QueryProblem('a space is missing here. Add one, or put the whole text in quotes.', cursor.at, 1)
}

function readComparison(cursor: Cursor, field: string | null): Operand {
  const { text, at } = cursor
  const above = text[at] === '>'
  const inclusive = text[at + 1] === '='
  cursor.at += inclusive ? 2 : 1
  if (field === null) throw new QueryProblem('a comparison needs a name in front: latency_ms:>800. Put it in quotes to search for the text.', at, cursor.at - at)
  const end = readEnd(cursor, inclusive, '')
  if (end === null) throw new QueryProblem(`nothing is compared with here. Write a value right after ${text.slice(at, cursor.at)}.`, at, cursor.at - at)
  return { kind: 'range', min: above ? end : null, max: above ? null : end, at, end: cursor.at }
}

/** `[a TO b]`, `{a TO b}` and mixed; `*` leaves an end open. */
function readRange(cursor: Cursor): Operand {
  const { text, at } = cursor
  cursor.at++
  skipSpace(cursor)
  const min = readEnd(cursor, text[at] === '[', ']}')
  skipSpace(cursor)
  const to = matchAt(/TO(?=\s)/y, text, cursor.at)
  if (min === null || to === null) throw rangeForm(at, cursor.at)
  cursor.at += to.length
  skipSpace(cursor)
  const max = readEnd(cursor, true, ']}')
  skipSpace(cursor)
  const close = text[cursor.at]
  if (max === null || (close !== ']' && close !== '}')) throw rangeForm(at, cursor.at)
  cursor.at++
  const open = (end: End) => (end.text === '*' ? null : end)
  return { kind: 'range', min: open(min), max: open({ ...max, inclusive: close === ']' }), at, end: cursor.at }
}

function rangeForm(at: number, end: number): QueryProblem {
  return new QueryProblem('a range is written [500 TO 599], or {500 TO 599} without its ends. Put the text in quotes to search for a bracket.', at, Math.max(1, end - at))
}

/** Null when there is nothing. A lone unescaped star is given as `*`. */
function readEnd(cursor: Cursor, inclusive: boolean, stops: string): End | null {
  if (cursor.text[cursor.at] === '"') return { inclusive, ...readPhrase(cursor) }
  const { pieces, at, end } = readWord(cursor, stops)
  return at === end ? null : { text: pieces.join('*'), inclusive, at, end }
}
