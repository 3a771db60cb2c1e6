// One record: its page with what was stored around it, and alone for a row that is opened.
import type { Hono } from 'hono'
import type { FoundRecord, Gone } from '../search/store.ts'
import { boundRecords } from './bound-records.ts'
import { HttpProblem } from './http-problem.ts'
import { logsRequest } from './logs-request.ts'
import { NO_STORE } from './no-store.ts'
import { pageFrame } from './page-frame.ts'
import type { PageParts } from './pages.ts'
import { type ShownRecord, shownRecord } from './shown-record.ts'

/** Records before and after, at first and at most. */
const AROUND = 10
const MOST_AROUND = 500

/** A record with what is kept of it, and its neighbours of the same source, each newest first. */
export interface RecordView {
  readonly record: ShownRecord
  /** The stored line. */
  readonly text: string
  readonly after: readonly ShownRecord[]
  readonly before: readonly ShownRecord[]
  /** How many were asked for. */
  readonly around: { readonly before: number; readonly after: number }
}

export interface MissingRecord {
  readonly id: string
  readonly gone: Gone
}

export function mountLogRecord(app: Hono, { model, store, pages }: PageParts): void {
  app.get('/logs/record/:id', async (c) => {
    const id = c.req.param('id')
    const around = { before: amount(c.req.query('before')), after: amount(c.req.query('after')) }
    const found = await store.context(id, around.before, around.after)
    const frame = pageFrame(c, model.version)
    if ('gone' in found) return c.html(pages.missingRecord({ id, gone: found }, frame), found.gone === 'deleted' ? 410 : 404, NO_STORE)
    const near = boundRecords([...shownNewest(found.after), ...shownNewest(found.before)])
    const view = { record: shownRecord(found.record), text: found.record.text, after: near.slice(0, found.after.length), before: near.slice(found.after.length), around }
    return c.html(pages.record(view, frame), 200, NO_STORE)
  })

  app.get('/logs/record/:id/detail', async (c) => {
    const found = await store.record(c.req.param('id'))
    if ('gone' in found) throw new HttpProblem(found.gone === 'deleted' ? 410 : 404, `cannot show the record: ${found.gone === 'deleted' ? 'it was deleted' : 'there is none of this id'}.`)
    return c.html(pages.recordDetail({ record: shownRecord(found), text: found.text }, logsRequest(c)), 200, NO_STORE)
  })
}

function amount(given: string | undefined): number {
  const n = Number(given ?? AROUND)
  return Number.isInteger(n) && n >= 0 ? Math.min(n, MOST_AROUND) : AROUND
}

function shownNewest(records: readonly FoundRecord[]): ShownRecord[] {
  return records.map(shownRecord).toReversed()
}
