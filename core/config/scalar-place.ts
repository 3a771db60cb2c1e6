// Where in the file a character of a scalar's value stands, so that a mistake inside a query is pointed at.
import type { Scalar } from 'yaml'

/** Offset in `text` of the character `at` of the scalar that begins at `start`; folded and block scalars give their beginning. */
export function offsetInScalar(text: string, start: number, end: number, type: Scalar.Type | undefined, at: number): number {
  const source = text.slice(start, end)
  if (source.includes('\n') || source.startsWith('|') || source.startsWith('>')) return start
  if (type === 'QUOTE_SINGLE') return Math.min(end, start + 1 + indexAfter(source.slice(1), at, /''|[^]/y))
  if (type === 'QUOTE_DOUBLE') return Math.min(end, start + 1 + indexAfter(source.slice(1), at, /\\x..|\\u.{4}|\\U.{8}|\\.|[^]/y))
  return Math.min(end, start + at)
}

/** Length of the first `count` characters as they are written. */
function indexAfter(source: string, count: number, unit: RegExp): number {
  let index = 0
  for (let seen = 0; seen < count; seen++) {
    unit.lastIndex = index
    const match = unit.exec(source)
    if (match === null) break
    index += match[0].length
  }
  return index
}
