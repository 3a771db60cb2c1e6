// Compiles what a query asks of a value into a predicate on one string, number, boolean or null.
import { findText } from './find-text.ts'
import type { ValueTest } from './query.ts'

/**
 * `digits` is JSON text in which a number of the body stands in all its digits, for integers too large for a double: 64-bit ids are
 * common, and two of them must not be taken for each other. Null: the number never had other digits than it has now.
 */
export type LeafTest = (value: string | number | boolean | null, digits: string | null) => boolean

/** What text is compared as a number; bounded digits keep it linear, and nothing else is one (`''`, `0x10`). */
const NUMBER = /^\s*[-+]?(?:\d{1,308}(?:\.\d{0,308})?|\.\d{1,308})(?:[eE][-+]?\d{1,3})?\s*$/

export function leafTest(test: ValueTest): LeafTest {
  switch (test.kind) {
    case 'exists': return (value) => value !== null
    case 'range': return rangeTest(test)
    case 'word': {
      const find = findText(test)
      const { number, text } = test
      return (value, digits) => {
        if (typeof value === 'string') return find(value)
        if (typeof value === 'number') return number !== null && sameNumber(value, number, text, digits)
        return String(value) === text
      }
    }
    case 'phrase': {
      const find = findText(test)
      const { text } = test
      const number = NUMBER.test(text) ? Number(text) : null
      return (value, digits) => {
        if (typeof value === 'string') return find(value)
        if (typeof value !== 'number') return value !== null && find(String(value))
        return isUnsafe(value) && number !== null ? sameNumber(value, number, text, digits) : find(String(value))
      }
    }
    case 'equals': return (value) => value === test.text
    case 'wildcard':
    case 'regex': {
      const find = findText(test)
      return (value) => value !== null && find(typeof value === 'string' ? value : String(value))
    }
  }
}

function sameNumber(value: number, wanted: number, text: string, digits: string | null): boolean {
  if (value !== wanted) return false
  return !isUnsafe(value) || (digits === null ? String(value) === text : digits.includes(text))
}

function isUnsafe(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value)
}

/** Numbers, and text that is one: what text parsers extract stays text. */
function rangeTest(test: Extract<ValueTest, { kind: 'range' }>): LeafTest {
  const min = test.min?.value ?? -Infinity
  const max = test.max?.value ?? Infinity
  const withMin = test.min?.inclusive ?? true
  const withMax = test.max?.inclusive ?? true
  return (value) => {
    let number: number
    if (typeof value === 'number') number = value
    else if (typeof value === 'string' && NUMBER.test(value)) number = Number(value)
    else return false
    return (withMin ? number >= min : number > min) && (withMax ? number <= max : number < max)
  }
}
