// Adds a term to a query text, or takes it away again where it stands there.
import { parseQuery } from './parse-query.ts'
import type { Query } from './query.ts'

export interface Narrowed {
  /** With the term, or without it where it is `active`. */
  readonly q: string
  /** The query asks for this term already. */
  readonly active: boolean
}

/** `term` as `queryTerm` writes it, `exclude` for its opposite. The opposite gives way. A query that cannot be read is only added to. */
export function narrowQuery(q: string, term: string, exclude: boolean): Narrowed {
  const wanted = exclude ? `-${term}` : term
  const without = takeAway(q, wanted)
  if (without !== null) return { q: without, active: true }
  const rest = takeAway(q, exclude ? term : `-${term}`) ?? q.trim()
  return { q: join(rest, wanted), active: false }
}

function join(q: string, term: string): string {
  const parsed = parseQuery(q)
  if (!parsed.ok) return `${q} ${term}`
  if (parsed.query.kind === 'all') return term
  // OR binds weaker than standing side by side.
  return parsed.query.kind === 'or' ? `(${q}) ${term}` : `${q} ${term}`
}

/** The query without this term; null where none of its parts is written so. */
function takeAway(q: string, term: string): string | null {
  const before = parts(q)
  const target = parts(term)?.[0]
  if (before === null || target === undefined || !before.includes(target)) return null
  before.splice(before.indexOf(target), 1)
  for (let at = q.indexOf(term); at !== -1; at = q.indexOf(term, at + 1)) {
    const rest = `${q.slice(0, at).trimEnd()} ${q.slice(at + term.length).trimStart()}`.trim()
    // The same text may stand inside a phrase or a longer term: what is left must be exactly the other parts.
    if (JSON.stringify(parts(rest)) === JSON.stringify(before)) return rest
  }
  return null
}

/** What must all match, each as text that can be compared. */
function parts(q: string): string[] | null {
  const parsed = parseQuery(q)
  if (!parsed.ok) return null
  const { query } = parsed
  if (query.kind === 'all') return []
  const all: readonly Query[] = query.kind === 'and' ? query.of : [query]
  return all.map((one) => JSON.stringify(one))
}
