// What Elasticsearch or OpenSearch answered to `_bulk`: what became of each item, in the order they were sent.
import { escapeControls } from '../escape-controls.ts'

export interface BulkItem {
  /** `taken` includes what was there already under the same id. `later`: nothing is wrong with the record. */
  readonly outcome: 'taken' | 'later' | 'refused'
  /** Why, when it was not taken. */
  readonly reason: string
}

/** Not faults of the record, whatever the status says: an operator must act, or the cluster will. A full disk is a 403 in OpenSearch and in Elasticsearch before 7.11. */
const LATER = new Set([
  'cluster_block_exception', 'index_not_found_exception', 'no_shard_available_action_exception', 'security_exception', 'unavailable_shards_exception', 'index_closed_exception',
  // No more shards may be made: a new day's index, not the record.
  'validation_exception',
])
const TAKEN: BulkItem = { outcome: 'taken', reason: '' }
const SHOWN_CHARS = 300

/** Null for anything that is not an answer on `count` items. `hide` takes secrets out of a text. */
export function readBulkAnswer(body: Buffer, count: number, hide: (text: string) => string): BulkItem[] | null {
  const answer = parse(body)
  if (typeof field(answer, 'errors') !== 'boolean') return null
  if (field(answer, 'errors') === false) return Array.from({ length: count }, () => TAKEN)
  const items = field(answer, 'items')
  if (!Array.isArray(items) || items.length !== count) return null
  const read = items.map((item) => readItem(field(item, 'create'), hide))
  return read.includes(null) ? null : (read as BulkItem[])
}

function readItem(item: unknown, hide: (text: string) => string): BulkItem | null {
  const status = field(item, 'status')
  if (typeof status !== 'number') return null
  if (status >= 200 && status < 300) return TAKEN
  const error = field(item, 'error')
  const type = field(error, 'type')
  if (status === 409 && type === 'version_conflict_engine_exception') return TAKEN
  const later = status < 400 || status === 408 || status === 409 || status === 429 || status >= 500 || LATER.has(String(type))
  const cause = field(field(error, 'caused_by'), 'reason')
  const told = [type, field(error, 'reason'), cause].filter((part) => typeof part === 'string' && part !== '').join(': ')
  return { outcome: later ? 'later' : 'refused', reason: `${status} ${escapeControls(hide(told).slice(0, SHOWN_CHARS))}`.trim() }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}

function field(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined
}
