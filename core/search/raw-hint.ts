// A cheap look at JSON text that says whether a value in it can possibly match, before anything is parsed.
//
// A value is not written in JSON as it reads: quotes, slashes, backslashes and control characters are escaped, any character may be written
// as \uXXXX, and a number may be written in several ways. So the look is for the longest run that must be there as it is, and gives way to
// doubt. It never says no wrongly.
import { findLiteral } from './find-literal.ts'
import type { ValueTest } from './query.ts'

export type RawHint = (json: string) => boolean

/** Characters that JSON writers escape. */
// eslint-disable-next-line no-control-regex
const ESCAPED = /["\\/\u0000-\u001f\u007f\ud800-\udfff]/

/** Text made of these alone can be part of a number. */
const NUMERIC = /^[\d.eE+-]+$/

/** Numbers that do not read as they are written: `1e3`, `1.50`, `0.0000001`, more digits than a double keeps. */
const ODD_NUMBER = /\d[eE][-+]?\d|\.\d*0(?=[,}\]\s])|0\.0{6}|\d[\d.]{15}/

/** Null where nothing can be said without looking at the values. */
export function rawHint(test: ValueTest): RawHint | null {
  if (test.kind === 'word') return hintOf([test.text], test.number === null ? null : String(test.number))
  if (test.kind === 'phrase') return hintOf([test.text], null)
  if (test.kind === 'wildcard') return hintOf(test.pieces, null)
  return null
}

/** Whether a name with these parts can be among the keys. */
export function keyHint(parts: readonly string[]): RawHint | null {
  // A part that is a number may be a place in an array, which is not written.
  const run = longestRun(parts.filter((part) => !/^\d+$/.test(part)))
  if (run === '') return null
  return (json) => json.includes(run) || json.includes('\\u')
}

function hintOf(texts: readonly string[], canonical: string | null): RawHint | null {
  const run = longestRun(texts)
  if (run === '') return null
  const find = findLiteral(run)
  const numeric = texts.every((text) => text === '' || NUMERIC.test(text))
  return (json) => find(json, 0) !== -1 || json.includes('\\u') || (canonical !== null && json.includes(canonical)) || (numeric && ODD_NUMBER.test(json))
}

function longestRun(texts: readonly string[]): string {
  let longest = ''
  for (const text of texts) {
    for (const run of text.split(ESCAPED)) if (run.length > longest.length) longest = run
  }
  return longest
}
