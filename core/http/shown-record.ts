// A stored record as pages show it: texts, and everything else by the names that queries know.
import type { Json, JsonObject } from '../json.ts'
import { messageOf } from '../message.ts'
import type { FoundRecord } from '../search/store.ts'

/** Values shown of one record; the rest is in its JSON. */
const MOST_FIELDS = 200

export interface ShownRecord {
  readonly id: string
  readonly time: string
  readonly level: string
  readonly source: string
  readonly message: string
  /** Everything else, by its name in queries. */
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  /** Further ones that are not among them. */
  readonly moreFields: number
  /** Why it did not parse, or null. */
  readonly error: string | null
}

export function shownRecord({ id, text }: FoundRecord): ShownRecord {
  const record = JSON.parse(text) as { time: string; level: string; source: string; host: string; tags: string[]; body: string | JsonObject; fields?: JsonObject; guessed?: string[]; error?: string }
  const fields: Array<readonly [string, string]> = [['host', record.host], ['tags', record.tags.join(', ')]]
  let more = 0
  if (typeof record.body === 'object') more += flatten(record.body, '', fields)
  if (record.fields !== undefined) more += flatten(record.fields, '', fields)
  if (record.guessed !== undefined) fields.push(['guessed', record.guessed.join(', ')])
  const message = messageOf(record.body, record.fields) || (typeof record.body === 'string' ? record.body : JSON.stringify(record.body))
  return { id, time: record.time, level: record.level, source: record.source, message, fields, moreFields: more, error: record.error ?? null }
}

/** Objects by their paths with dots, as queries name them; lists as JSON. Gives how many had no room. */
function flatten(value: JsonObject, prefix: string, into: Array<readonly [string, string]>): number {
  let more = 0
  for (const [name, item] of Object.entries(value)) {
    if (isObject(item)) more += flatten(item, `${prefix}${name}.`, into)
    else if (into.length >= MOST_FIELDS) more++
    else into.push([prefix + name, typeof item === 'string' ? item : JSON.stringify(item)])
  }
  return more
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}
