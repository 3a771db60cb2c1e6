// What could stand where a query is being typed, and what is wrong with it so far.
import { LEVELS } from '../level.ts'
import { parseQuery } from '../search/parse-query.ts'
import { queryName, queryValue } from '../search/query-term.ts'
import type { Store } from '../search/store.ts'
import { termAt } from '../search/term-at.ts'
import type { Moments } from './logs-span.ts'

/** As many as are read while typing. */
const MAX_OPTIONS = 12
/** A completion that comes later is no help. */
const BUDGET_MS = 1500
const VALUES = 500
const OWN = ['level', 'source', 'tags', 'host', 'time', 'error']

export interface Completion {
  /** What stands from here to the place is replaced. */
  readonly from: number
  /** `insert` in the language's own writing. */
  readonly options: ReadonlyArray<{ readonly insert: string; readonly label: string; readonly detail: string }>
  readonly problem: { readonly message: string; readonly at: number; readonly length: number } | null
}

export async function logsComplete(store: Store, q: string, at: number, { from, to }: Moments, signal: AbortSignal): Promise<Completion> {
  const parsed = parseQuery(q)
  const problem = parsed.ok ? null : { message: parsed.message, at: parsed.at, length: parsed.length }
  const term = termAt(q, at)
  if (term === null) return { from: at, options: [], problem }
  const request = { query: { kind: 'all' as const }, from, to, budgetMs: BUDGET_MS, signal }
  const prefix = term.prefix.toLowerCase()
  if (term.name === null) {
    const { fields } = await store.fields(request, { values: 1 })
    const names = new Set([...OWN, ...fields.filter(({ values }) => values.length > 0).map(({ name }) => name)])
    const options = best([...names], prefix, (name) => name).flatMap((name) => {
      const written = queryName(name)
      return written === null ? [] : [{ insert: `${written}:`, label: name === 'tags' ? 'tag' : name, detail: 'field' }]
    })
    return { from: term.from, options, problem }
  }
  const name = term.name === 'tag' ? 'tags' : term.name
  const { fields } = await store.fields(request, { values: VALUES, names: [name] })
  const field = fields.find((one) => one.name === name)
  const counts = new Map((field?.values ?? []).map(({ value, count }) => [value, count]))
  if (name === 'level') for (const level of LEVELS) if (!counts.has(level)) counts.set(level, 0)
  const options = best([...counts], prefix, ([value]) => value)
    .map(([value, count]) => ({ insert: queryValue(value), label: value, detail: count === 0 ? '' : field?.exact === true ? String(count) : `~${count}` }))
  return { from: term.from, options, problem }
}

/** What begins so, then what contains it; what is complete already is no help. */
function best<T>(all: readonly T[], prefix: string, textOf: (one: T) => string): T[] {
  const begins = all.filter((one) => textOf(one).toLowerCase().startsWith(prefix))
  const contains = prefix === '' ? [] : all.filter((one) => textOf(one).toLowerCase().indexOf(prefix) > 0)
  return [...begins, ...contains].slice(0, MAX_OPTIONS)
}
