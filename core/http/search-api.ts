// What the search page and scripts ask beside the records themselves: counts, histogram, fields, one record, its surroundings.
import type { Hono } from 'hono'
import { recordJson } from '../search/record-json.ts'
import type { FoundRecord, Gone, Store } from '../search/store.ts'
import { HttpProblem } from './http-problem.ts'
import { readParameters } from './parameters.ts'
import { receiptJson } from './receipt-json.ts'
import { SEARCH_PARAMETERS, searchParameters } from './search-parameters.ts'

/** As many as fit side by side on a page. */
const BUCKETS = 60
const MAX_BUCKETS = 2000
/** Values shown of each field. */
const VALUES = 10
const MAX_VALUES = 1000
const CONTEXT = 10
const MAX_CONTEXT = 1000

const NO_STORE = { 'Cache-Control': 'no-store' }
const JSON_HEADERS = { ...NO_STORE, 'Content-Type': 'application/json' }

const RECORD_ID = /^(?:[0-9a-f]{8}-)?\d{1,12}-\d{1,10}$/

export function mountSearchApi(app: Hono, store: Store): void {
  app.get('/api/count', async (c) => {
    const { count, receipt } = await store.count(searchParameters(c, readParameters(c, SEARCH_PARAMETERS)))
    return c.json({ count, receipt: receiptJson(receipt) }, 200, NO_STORE)
  })

  app.get('/api/histogram', async (c) => {
    const parameters = readParameters(c, [...SEARCH_PARAMETERS, 'buckets'])
    const { buckets, receipt } = await store.histogram(searchParameters(c, parameters), parameters.integer('buckets', BUCKETS, 1, MAX_BUCKETS))
    const shown = buckets.map(({ from, to, levels }) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), levels }))
    return c.json({ buckets: shown, receipt: receiptJson(receipt) }, 200, NO_STORE)
  })

  app.get('/api/fields', async (c) => {
    const parameters = readParameters(c, [...SEARCH_PARAMETERS, 'values', 'names'])
    const names = parameters.list('names')
    const values = parameters.integer('values', VALUES, 1, MAX_VALUES)
    const { fields, sampled, receipt } = await store.fields(searchParameters(c, parameters), names === null ? { values } : { values, names })
    return c.json({ fields, sampled, receipt: receiptJson(receipt) }, 200, NO_STORE)
  })

  app.get('/api/records/:id', async (c) => {
    readParameters(c, [])
    const { id, text } = present(c.req.param('id'), await store.record(checked(c.req.param('id'))))
    return c.body(`${recordJson(id, text)}\n`, 200, JSON_HEADERS)
  })

  app.get('/api/records/:id/context', async (c) => {
    const parameters = readParameters(c, ['before', 'after'])
    const before = parameters.integer('before', CONTEXT, 0, MAX_CONTEXT)
    const after = parameters.integer('after', CONTEXT, 0, MAX_CONTEXT)
    const found = present(c.req.param('id'), await store.context(checked(c.req.param('id')), before, after))
    return c.body(`{"before":${list(found.before)},"record":${recordJson(found.record.id, found.record.text)},"after":${list(found.after)}}\n`, 200, JSON_HEADERS)
  })
}

function list(records: readonly FoundRecord[]): string {
  return `[${records.map(({ id, text }) => recordJson(id, text)).join(',')}]`
}

function checked(id: string): string {
  if (RECORD_ID.test(id)) return id
  throw new HttpProblem(400, `cannot find a record by ${JSON.stringify(id.slice(0, 80))}: an id looks like 12-3456, segment and record number. It is the "id" of each record in an answer.`)
}

function present<T extends object>(id: string, found: T | Gone): T {
  if (!('gone' in found)) return found
  if (found.gone === 'never') throw new HttpProblem(404, `cannot find record ${id}: there is no record of this id yet, or it is of another data directory.`)
  const when = found.since === undefined ? null : new Date(found.since).toISOString()
  throw new HttpProblem(410, `cannot show record ${id}: it was deleted${when === null ? '' : ` on ${when}`}.`, {}, { deleted_at: when })
}
