// What the rail beside the records shows: the fields of what matches, with their most frequent values.
import type { Query } from '../search/query.ts'
import type { FieldValues, Receipt, Store } from '../search/store.ts'
import type { Moments } from './logs-span.ts'

const BUDGET_MS = 10_000
/** Asked for, to tell fields that repeat from those that never do. */
const VALUES = 50
/** Beyond it a rail is a list nobody reads; the query box completes the rest. */
const MAX_FIELDS = 40
/** The record's own come first. */
const OWN: readonly string[] = ['level', 'source', 'tags', 'host']

export interface LogsFields {
  /** With at least one value each. */
  readonly fields: readonly FieldValues[]
  /** Names that are left out. */
  readonly more: number
  readonly sampled: number
  readonly receipt: Receipt
}

export async function logsFields(store: Store, query: Query, { from, to }: Moments, signal: AbortSignal): Promise<LogsFields> {
  const { fields, sampled, receipt } = await store.fields({ query, from, to, budgetMs: BUDGET_MS, signal }, { values: VALUES })
  const filled = fields.filter(({ values }) => values.length > 0)
  const own = OWN.flatMap((name) => filled.filter((field) => field.name === name))
  const others = filled.filter(({ name }) => !OWN.includes(name)).map((field) => ({ field, rank: rank(field) })).sort((a, b) => b.rank - a.rank || (a.field.name < b.field.name ? -1 : 1))
  const shown = [...own, ...others.map(({ field }) => field)].slice(0, MAX_FIELDS)
  return { fields: shown, more: filled.length - shown.length, sampled, receipt }
}

/** How many records the repeated values tell apart: a field of ids tells nothing by its most frequent ones, and `body.level` repeats `level`. */
function rank({ name, values }: FieldValues): number {
  return name.startsWith('body.') ? 0 : values.reduce((sum, { count }) => sum + (count > 1 ? count : 0), 0) / Math.sqrt(values.length)
}
