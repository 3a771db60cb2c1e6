// Adds terms to a query text, or takes them away again where they stand there.
import { parseQuery } from './parse-query.ts'
import type { Query } from './query.ts'

export interface Narrowed {
  /** With the term, or without it where it is `active`. */
  readonly q: string
  /** The query asks for this term already. */
  readonly active: boolean
}

interface Read {
  readonly kind: Query['kind']
  /** What must all match, each as text that can be compared. */
  readonly parts: readonly string[]
}

/**
 * For any number of terms, as `queryTerm` writes them; `exclude` for the opposite, and the opposite gives way. Reads the query once: reading may
 * take 15 ms for each regex in it, and a page asks for hundreds of terms. So from a query with a regex nothing is taken away. One that
 * cannot be read is only added to.
 */
export function narrowQuery(q: string): (term: string, exclude: boolean) => Narrowed {
  const text = q.trim()
  const whole = read(text)
  const takeAway = (term: string): string | null => (whole === null || text.includes('/') && whole.parts.some((part) => part.includes('"kind":"regex"')) ? null : without(text, whole, term))
  return (term, exclude) => {
    const wanted = exclude ? `-${term}` : term
    const rest = takeAway(wanted)
    if (rest !== null) return { q: rest, active: true }
    const other = takeAway(exclude ? term : `-${term}`)
    return { q: other === null ? join(text, whole, wanted) : `${other} ${wanted}`.trim(), active: false }
  }
}

function join(q: string, whole: Read | null, term: string): string {
  if (whole === null) return `${q} ${term}`
  if (whole.kind === 'all') return term
  // OR binds weaker than standing side by side.
  return whole.kind === 'or' ? `(${q}) ${term}` : `${q} ${term}`
}

/** The query without this term; null where none of its parts is written so. */
function without(q: string, { parts }: Read, term: string): string | null {
  if (!q.includes(term)) return null
  const target = read(term)?.parts[0]
  if (target === undefined || !parts.includes(target)) return null
  const left = parts.toSpliced(parts.indexOf(target), 1)
  for (let at = q.indexOf(term); at !== -1; at = q.indexOf(term, at + 1)) {
    const rest = `${q.slice(0, at).trimEnd()} ${q.slice(at + term.length).trimStart()}`.trim()
    const found = read(rest)
    // The same text may stand inside a phrase or a longer term: what is left must be exactly the other parts.
    if (found !== null && (found.kind !== 'or' || left.length === 1) && JSON.stringify(found.parts) === JSON.stringify(left)) return rest
  }
  return null
}

function read(q: string): Read | null {
  const parsed = parseQuery(q)
  if (!parsed.ok) return null
  const { query } = parsed
  if (query.kind === 'all') return { kind: 'all', parts: [] }
  const all: readonly Query[] = query.kind === 'and' ? query.of : [query]
  return { kind: query.kind, parts: all.map((one) => JSON.stringify(one)) }
}
