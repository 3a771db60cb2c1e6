// Fixes a query's relative times to one moment and takes out of it the span of time that all its records lie in.
import type { Moment, Query } from '../query.ts'

export interface ResolvedQuery {
  /** Without the `time:` terms that hold for every record, so that the same question about another hour is the same query. */
  readonly query: Query
  /** Record time, epoch ms: from inclusive, to exclusive; infinite where open. */
  readonly from: number
  readonly to: number
}

/** `now` is asked once: a search that takes a second must not see its `time:15m` move. */
export function resolveQuery(query: Query, from: number | null, to: number | null, now: number): ResolvedQuery {
  const span = { from: from ?? -Infinity, to: to ?? Infinity }
  const parts = query.kind === 'and' ? query.of : [query]
  const rest: Query[] = []
  for (const part of parts) {
    if (part.kind !== 'time') {
      rest.push(fix(part, now))
      continue
    }
    span.from = Math.max(span.from, at(part.from, now) ?? -Infinity)
    span.to = Math.min(span.to, at(part.to, now) ?? Infinity)
  }
  if (rest.length === 0) return { query: { kind: 'all' }, ...span }
  return { query: rest.length === 1 ? (rest[0] as Query) : { kind: 'and', of: rest }, ...span }
}

function fix(query: Query, now: number): Query {
  switch (query.kind) {
    case 'and':
    case 'or': return { kind: query.kind, of: query.of.map((part) => fix(part, now)) }
    case 'not': return { kind: 'not', of: fix(query.of, now) }
    case 'time': return { kind: 'time', from: fixed(query.from, now), to: fixed(query.to, now) }
    default: return query
  }
}

function fixed(moment: Moment | null, now: number): Moment | null {
  const ms = at(moment, now)
  return ms === null ? null : { kind: 'at', ms }
}

function at(moment: Moment | null, now: number): number | null {
  if (moment === null) return null
  return moment.kind === 'at' ? moment.ms : now - moment.ms
}
