// The records of the page of logs: what was read for them, the live tail, the rows.
import type { LogsView } from '../core/http/logs-view.ts'
import { logsAddress, logsParameters } from './logs-address.ts'
import { ReceiptLine } from './receipt-line.tsx'
import { RecordList } from './record-list.tsx'
import { RowOptions } from './row-options.tsx'

export function Records({ view, full }: { view: LogsView; full: boolean }) {
  const { q, from, columns, ago, problem, records, next, receipt, live } = view
  if (problem !== null) return null
  const nothing = records.length === 0
  return (
    <section aria-label="Records">
      <div class="records-head">
        {receipt === null ? null : <ReceiptLine shown={records.length} more={next !== null} receipt={receipt} />}
        <RowOptions request={view} />
        {view.before === '' && view.to === '' ? null : <a class="tool" id="to-newest" href={logsAddress(view, { before: '', to: '' })}>To the newest</a>}
        {live === null ? null : <button type="button" class="tool live-switch" id="live" aria-pressed={live.on ? 'true' : 'false'} data-id={live.id} data-tail={`/logs/tail?${logsParameters({ q, columns, ago })}`} hidden>Live</button>}
      </div>
      <p class="live-state" id="live-state" role="status" hidden></p>
      <button type="button" class="live-new" id="live-new" hidden></button>
      {nothing ? <p class="empty" id="nothing">{live?.on === true ? 'Nothing matches yet.' : <>Nothing matches{from === '' ? '' : ' in this span of time'}. {from === '' ? 'Try fewer words.' : <a href={logsAddress(view, { from: '', before: '' })}>Search all time</a>}</>}</p> : null}
      <div id="log" role="log" aria-live="off" aria-label="Records, newest first" tabindex={-1}>
        <RecordList view={view} full={full} />
      </div>
    </section>
  )
}
