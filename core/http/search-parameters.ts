// What every searching route takes: the query, its span of time, and how long it may take.
import type { Context } from 'hono'
import type { Query } from '../search/query.ts'
import { HttpProblem } from './http-problem.ts'
import type { Parameters } from './parameters.ts'

export const SPAN_PARAMETERS = ['q', 'from', 'to'] as const
export const SEARCH_PARAMETERS = [...SPAN_PARAMETERS, 'timeout'] as const

/** People wait this long for an answer and no longer; the receipt says when it was cut. */
const BUDGET_MS = 10_000
/** Proxies cut an answer that takes longer. */
const MAX_BUDGET_MS = 600_000

export interface Span {
  readonly query: Query
  /** Epoch ms, inclusive. */
  readonly from: number | null
  /** Epoch ms, exclusive. */
  readonly to: number | null
  /** Of the request: a client that goes away cancels its search. */
  readonly signal: AbortSignal
}

export function spanParameters(c: Context, parameters: Parameters<(typeof SPAN_PARAMETERS)[number]>): Span {
  const from = parameters.moment('from')
  const to = parameters.moment('to')
  if (from !== null && to !== null && from >= to) throw new HttpProblem(400, 'cannot search up to a time that is not after the first: from is inclusive, to is exclusive. Exchange them.', {}, { parameter: 'to' })
  return { query: parameters.query('q'), from, to, signal: c.req.raw.signal }
}

export function searchParameters(c: Context, parameters: Parameters<(typeof SEARCH_PARAMETERS)[number]>): Span & { readonly order: 'newest'; readonly budgetMs: number } {
  return { ...spanParameters(c, parameters), order: 'newest', budgetMs: parameters.duration('timeout', BUDGET_MS, MAX_BUDGET_MS) }
}
