// The texts that a query looks for, for marking them where its results are shown.
import type { Query, ValueTest } from './query.ts'

/** More marks than this say nothing any more. */
const MOST = 16

/** In lower case, longest first. What must not be there, and regexes, are not among them. */
export function markedTexts(query: Query): string[] {
  const texts = new Set<string>()
  collect(query, texts)
  return [...texts].toSorted((a, b) => b.length - a.length).slice(0, MOST)
}

function collect(query: Query, into: Set<string>): void {
  if (query.kind === 'and' || query.kind === 'or') for (const part of query.of) collect(part, into)
  else if (query.kind === 'value') for (const text of textsOf(query.test)) if (text.trim() !== '') into.add(text)
}

function textsOf(test: ValueTest): readonly string[] {
  switch (test.kind) {
    case 'word':
    case 'phrase': return [test.text]
    case 'wildcard': return test.pieces.filter((piece) => piece.length > 1)
    case 'equals':
    case 'regex':
    case 'range':
    case 'exists': return []
  }
}
