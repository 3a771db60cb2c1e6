// A page for one record: all it holds, and what its source stored before and after it.
import type { MissingRecord, RecordView } from '../core/http/log-record-routes.ts'
import type { LogsRequest } from '../core/http/logs-view.ts'
import type { ShownRecord } from '../core/http/shown-record.ts'
import { clock } from './format.ts'
import { logsAddress } from './logs-address.ts'
import { RecordDetail } from './record-detail.tsx'
import { recordLook } from './record-look.ts'
import { RecordRow } from './record-row.tsx'
import { visible } from './visible.ts'

/** What a page of one record is searched from. */
const NOTHING: LogsRequest = { q: '', from: '', to: '', before: '', columns: '', wrap: '', dense: '', ago: '' }
/** Further records at a time. */
const STEP = 20

export function RecordPage({ view }: { view: RecordView }) {
  const { record, before, after, around } = view
  const more = (change: Partial<RecordView['around']>): string => {
    const wanted = { ...around, ...change }
    return `/logs/record/${record.id}?before=${wanted.before}&after=${wanted.after}`
  }
  return (
    <div class="record-page">
      <section aria-label="Stored after it">
        {after.length === 0 ? <p class="note">Nothing of this source was stored after it.</p> : null}
        {after.length < around.after || after.length === 0 ? null : <p class="note"><a href={more({ after: around.after + STEP })}>{STEP} more after it</a></p>}
        <Rows records={after} />
      </section>
      <article class={`card this-record level-${record.level}`} aria-label="The record" id="this">
        <header class="this-head">
          <span class={`level of-${record.level}`}>{record.level}</span>
          <time datetime={record.time}>{clock(Date.parse(record.time))}</time>
          <bdi class="source">{visible(record.source)}</bdi>
        </header>
        <RecordDetail view={view} request={NOTHING} />
      </article>
      <section aria-label="Stored before it">
        <Rows records={before} />
        {before.length === 0 ? <p class="note">Nothing of this source was stored before it.</p> : null}
        {before.length < around.before || before.length === 0 ? null : <p class="note"><a href={more({ before: around.before + STEP })}>{STEP} more before it</a></p>}
      </section>
    </div>
  )
}

function Rows({ records }: { records: readonly ShownRecord[] }) {
  const look = recordLook(NOTHING)
  return <ol class="records">{records.map((record) => <RecordRow record={record} look={look} />)}</ol>
}

export function MissingRecordPage({ missing: { id, gone } }: { missing: MissingRecord }) {
  return (
    <section class="card missing">
      <h2>{gone.gone === 'deleted' ? 'This record was deleted' : 'There is no such record'}</h2>
      <p>
        {gone.gone === 'deleted'
          ? <>Record {visible(id.slice(0, 60))} is no longer kept{gone.since === undefined ? '' : `: it went at ${clock(gone.since)}`}. Retention or an erasure took it, and nothing brings it back.</>
          : <>No record ever had the id {visible(id.slice(0, 60))} here. An id looks like 12-3456; it belongs to the server that gave it.</>}
      </p>
      <p><a class="tool" href={logsAddress(NOTHING, {})}>To the logs</a></p>
    </section>
  )
}
