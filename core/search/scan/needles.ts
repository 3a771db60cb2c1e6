// The texts of which at least one must stand in a line for its record to match: what a block is searched for before any line is looked at.
import { fieldPath } from '../reach-field.ts'
import type { Query, ValueQuery, ValueTest } from '../query.ts'
import { regexLiterals } from '../plan/regex-literals.ts'

export interface Needles {
  /** In lower case where `anyCase`. */
  readonly texts: ReadonlyArray<{ readonly text: string; readonly anyCase: boolean }>
  /** A line may also match through a number that is written in another way: `1e3` for 1000. */
  readonly numbers: boolean
}

interface Scored extends Needles {
  /** How rare they are likely to be. */
  readonly score: number
}

/** Characters that JSON writers escape; a run between them stands in the line as it is, or with `\u` escapes in it. */
// eslint-disable-next-line no-control-regex
const ESCAPED = /["\\/\u0000-\u001f\u007f\ud800-\udfff]/
/** Text that may be a part of a number. */
const IN_NUMBER = /^[\d.eE+-]*$/
const PLAIN_KEY = /^[\w@$-]+$/
/** A name is in every line of its kind. */
const NAME_SCORE = 0.1

/** Null: every line must be looked at. What they promise does not hold for a line with `\u` in it. */
export function needles(query: Query): Needles | null {
  return scored(query)
}

function scored(query: Query): Scored | null {
  if (query.kind === 'value') return ofValue(query)
  if (query.kind === 'and') {
    let best: Scored | null = null
    for (const part of query.of) {
      const found = scored(part)
      if (found !== null && (best === null || found.score > best.score)) best = found
    }
    return best
  }
  if (query.kind !== 'or') return null
  const parts = query.of.map(scored)
  if (parts.length > MAX_TEXTS || parts.includes(null)) return null
  const found = parts as Scored[]
  const texts = found.flatMap((part) => part.texts)
  if (texts.length > MAX_TEXTS) return null
  return { texts, numbers: found.some((part) => part.numbers), score: Math.min(...found.map((part) => part.score)) / found.length }
}

/** Each is a pass over the block: beyond this, reading every line is cheaper. */
const MAX_TEXTS = 8

function ofValue({ field, test }: ValueQuery): Scored | null {
  // `error:null` is true of records that have no error.
  if (field === 'error' || field === 'guessed') return null
  const value = ofTest(test)
  const key = field === null ? null : ofKey(field)
  if (value === null || (key !== null && key.score > value.score)) return key
  return value
}

function ofTest(test: ValueTest): Scored | null {
  switch (test.kind) {
    case 'word': {
      const run = longestRun([test.text])
      if (run === '') return null
      const canonical = test.number === null ? run : String(test.number).toLowerCase()
      const texts = canonical === run ? [run] : [run, canonical]
      return { texts: texts.map(anyCase), numbers: test.number !== null, score: run.length }
    }
    case 'phrase': return ofRuns([test.text])
    case 'wildcard': return ofRuns(test.pieces)
    case 'regex': return ofRuns(regexLiterals(test.source, test.flags))
    case 'equals':
    case 'range':
    case 'exists': return null
  }
}

/** Numbers are compared as JavaScript writes them, so a piece of one says little of how it is written. */
function ofRuns(texts: readonly string[]): Scored | null {
  const run = longestRun(texts)
  if (run === '') return null
  return { texts: [anyCase(run)], numbers: texts.every((text) => IN_NUMBER.test(text)), score: run.length }
}

function ofKey(field: string): Scored | null {
  if (field === 'body' || field === 'fields') return null
  const { parts } = fieldPath(field.replace(/^(?:body|fields)\./, ''))
  // A part that is a number may be a place in an array, which is not written.
  const named = parts.filter((part) => !/^\d+$/.test(part))
  const only = named[0]
  if (parts.length === 1 && only !== undefined && PLAIN_KEY.test(only)) return { texts: [{ text: `"${only}"`, anyCase: false }], numbers: false, score: only.length * NAME_SCORE }
  const run = longestRun(named)
  return run === '' ? null : { texts: [{ text: run, anyCase: false }], numbers: false, score: run.length * NAME_SCORE }
}

function anyCase(text: string): { text: string; anyCase: boolean } {
  return { text, anyCase: true }
}

function longestRun(texts: readonly string[]): string {
  let longest = ''
  for (const text of texts) {
    for (const run of text.split(ESCAPED)) if (run.length > longest.length) longest = run
  }
  return longest
}
