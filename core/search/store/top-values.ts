// The most frequent values of levels, sources, tags, hosts and of what is in body and fields: from indexes where they tell, else of a sample.
import type { Json, JsonObject } from '../../json.ts'
import { StoredLine } from '../../journal/stored-line.ts'
import { LEVELS } from '../../level.ts'
import type { FieldsAnswer, FieldValues, MatchRequest, Receipt } from '../store.ts'
import { findNewest } from './find-newest.ts'
import { SearchRun, type StoreParts } from './search-run.ts'

/** The newest records that match: enough to see what a field holds, parsed in 2 ms. */
const SAMPLE = 1000

/** Hostile bodies have a name of its own for every record. */
const MAX_NAMES = 500
const MAX_VALUES = 1000
/** A value is shown, not stored: longer ones are messages that do not repeat. */
const MAX_VALUE_CHARS = 200
/** Bodies nest; names of more parts than this nobody filters by. */
const MAX_DEPTH = 5

const SEGMENTS_A_WAVE = 16

export async function topValues(parts: StoreParts, request: MatchRequest, options: { readonly values: number; readonly names?: readonly string[] }): Promise<FieldsAnswer> {
  const wanted = options.names === undefined ? null : new Set(options.names.map(nameInAnswer))
  const known = await exactNames(parts, request)
  const counted = new Counted(wanted)
  let { receipt } = known
  let sampled = 0
  let whole = false
  if (wanted === null || [...wanted].some((name) => known.values[name] === undefined)) {
    const sample = await findNewest(parts, { ...request, limit: SAMPLE, before: null, order: 'newest' })
    for (const { text } of sample.records) counted.take(new StoredLine(0, 0, Buffer.from(text)))
    sampled = sample.records.length
    whole = sample.next === null && sample.receipt.complete
    // The sample is what is asked for: that there is more is no shortcoming.
    receipt = { ...sample.receipt, reason: sample.receipt.reason === 'limit' ? null : sample.receipt.reason }
  }
  const fields: FieldValues[] = []
  for (const name of ['level', 'source', 'host', 'tags']) {
    if (wanted !== null && !wanted.has(name)) continue
    const exact = known.values[name]
    fields.push({ name, values: top(exact ?? counted.values.get(name) ?? new Map(), options.values), exact: whole || exact !== undefined })
    counted.values.delete(name)
  }
  for (const [name, values] of counted.values) fields.push({ name, values: top(values, options.values), exact: whole })
  return { fields, sampled, receipt }
}

type Exact = Partial<Record<string, Map<string, number>>>

/** Of all records that match, where no block need be read for it; else nothing. */
async function exactNames(parts: StoreParts, request: MatchRequest): Promise<{ values: Exact; receipt: Receipt }> {
  const nothing: Exact = Object.create(null) as Exact
  const run = new SearchRun(parts, request)
  const { receipt } = run
  const level = new Map<string, number>()
  const source = new Map<string, number>()
  let tags: Map<string, number> | null = new Map()
  try {
    for (let at = 0; at < run.segments.length; at += SEGMENTS_A_WAVE) {
      if (run.stop()) return { values: nothing, receipt }
      for (const { names, candidates } of await run.ask(run.segments.slice(at, at + SEGMENTS_A_WAVE), { kind: 'names' })) {
        if (candidates.length > 0) return { values: nothing, receipt }
        for (const found of names) {
          for (const [i, n] of found.levels.entries()) if (n > 0) add(level, LEVELS[i] as string, n)
          for (const [name, n] of found.sources) add(source, name, n)
          if (found.tags === null) tags = null
          else if (tags !== null) for (const [name, n] of found.tags) add(tags, name, n)
        }
      }
    }
    return { values: receipt.complete ? Object.assign(nothing, { level, source }, tags === null ? {} : { tags }) : nothing, receipt }
  } finally {
    await run.end()
  }
}

class Counted {
  readonly values = new Map<string, Map<string, number>>()
  readonly #wanted: ReadonlySet<string> | null

  constructor(wanted: ReadonlySet<string> | null) {
    this.#wanted = wanted
  }

  take(line: StoredLine): void {
    const { level, source, host, tags, body, fields } = line.value
    this.#leaf('level', level)
    this.#leaf('source', source)
    this.#leaf('host', host)
    for (const tag of tags) this.#leaf('tags', tag)
    if (typeof body !== 'string') this.#object('', body, 0)
    if (fields !== undefined) this.#object('', fields, 0)
  }

  #object(prefix: string, object: JsonObject, depth: number): void {
    for (const key of Object.keys(object)) {
      const name = prefix + key
      // A name of the record's own would be another thing in a query.
      this.#value(prefix === '' && RECORD_NAMES.has(key) ? `body.${key}` : name, object[key] as Json, depth + 1)
    }
  }

  #value(name: string, value: Json, depth: number): void {
    if (value === null) return
    if (typeof value !== 'object') this.#leaf(name, value)
    else if (depth > MAX_DEPTH) return
    else if (Array.isArray(value)) for (const item of value) this.#value(name, item, depth + 1)
    else this.#object(`${name}.`, value, depth)
  }

  #leaf(name: string, value: string | number | boolean): void {
    if (this.#wanted !== null && !this.#wanted.has(name)) return
    let values = this.values.get(name)
    if (values === undefined) {
      if (this.values.size >= MAX_NAMES) return
      this.values.set(name, (values = new Map()))
    }
    const text = String(value)
    if (text === '' || text.length > MAX_VALUE_CHARS || (values.size >= MAX_VALUES && !values.has(text))) return
    add(values, text, 1)
  }
}

/** A query says `tag:` and may say where a key is; an answer has one name for each. */
function nameInAnswer(asked: string): string {
  if (asked === 'tag') return 'tags'
  const key = asked.replace(/^(?:body|fields)\./, '')
  return RECORD_NAMES.has(key.split('.', 1)[0] as string) ? asked : key
}

/** What a query takes for the record's own. */
const RECORD_NAMES = new Set(['time', 'level', 'source', 'host', 'tag', 'tags', 'error', 'guessed', 'body', 'fields'])

function add(counts: Map<string, number>, name: string, n: number): void {
  counts.set(name, (counts.get(name) ?? 0) + n)
}

function top(counts: ReadonlyMap<string, number>, limit: number): Array<{ value: string; count: number }> {
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, limit).map(([value, count]) => ({ value, count }))
}
