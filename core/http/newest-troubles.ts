// The newest warnings and errors, and the last error of each tag and source: two searches, however many watch.
import { copyText } from '../copy-text.ts'
import type { JsonObject } from '../json.ts'
import type { Level } from '../level.ts'
import { messageOf } from '../message.ts'
import type { FoundRecord, Store } from '../search/store.ts'
import { Kept } from './kept.ts'

export interface Trouble {
  readonly id: string
  /** Epoch ms. */
  readonly time: number
  readonly level: Level
  readonly source: string
  /** Its beginning. */
  readonly message: string
}

export interface Troubles {
  /** Newest first. */
  readonly newest: readonly Trouble[]
  /** By name; of the newest errors only, so one that is missing is old or never was. */
  readonly lastErrors: { readonly tags: ReadonlyMap<string, Trouble>; readonly sources: ReadonlyMap<string, Trouble> }
  /** False: not everything could be looked at in time. */
  readonly complete: boolean
}

/** As many as the table of levels beside it is high. */
const SHOWN = 8
/** Of so many errors the tags and sources are looked at. */
const ERRORS = 100
/** A page shows less of a line than this. */
const MAX_CHARS = 500
/** Where there are none for long, finding that out must not compete with taking records in. */
const BUDGET_MS = 1000
/** A page is not held up longer; two seconds later it has them. */
const WAIT_MS = 300

export function createTroubles(store: Store): () => Promise<Troubles | null> {
  const kept = new Kept(() => find(store), { freshMs: 2000, usableMs: 6000, waitMs: WAIT_MS })
  return () => kept.get()
}

async function find(store: Store): Promise<Troubles> {
  const common = { from: null, to: null, budgetMs: BUDGET_MS, before: null, order: 'newest' } as const
  const newest = await store.search({ ...common, query: { kind: 'level', levels: ['warn', 'error', 'fatal'] }, limit: SHOWN })
  const errors = await store.search({ ...common, query: { kind: 'level', levels: ['error', 'fatal'] }, limit: ERRORS })
  const tags = new Map<string, Trouble>()
  const sources = new Map<string, Trouble>()
  for (const found of errors.records) {
    const { trouble, tags: names } = read(found)
    if (!sources.has(trouble.source)) sources.set(trouble.source, trouble)
    for (const name of names) if (!tags.has(name)) tags.set(name, trouble)
  }
  return { newest: newest.records.map((found) => read(found).trouble), lastErrors: { tags, sources }, complete: newest.receipt.complete && errors.receipt.complete }
}

function read({ id, text }: FoundRecord): { trouble: Trouble; tags: readonly string[] } {
  const { time, level, source, tags, body, fields } = JSON.parse(text) as { time: string; level: Level; source: string; tags: string[]; body: string | JsonObject; fields?: JsonObject }
  const message = messageOf(body, fields) || (typeof body === 'string' ? body : JSON.stringify(body))
  return { trouble: { id, time: Date.parse(time), level, source, message: copyText(message, MAX_CHARS) }, tags }
}
