// The records of the page of logs, with what was read for them and the way to older ones.
import type { LogsView } from '../core/http/logs-view.ts'
import type { Receipt } from '../core/search/store.ts'
import { bytes, count, plural } from './format.ts'
import { logsAddress, logsParameters } from './logs-address.ts'
import { Num } from './number.tsx'
import { RecordRow } from './record-row.tsx'

export function Records({ view }: { view: LogsView }) {
  const { q, from, problem, records, next, receipt } = view
  return (
    <>
      {receipt === null ? null : <p class="note receipt">{receiptText(records.length, next !== null, receipt)}</p>}
      {problem === null && records.length === 0 ? <p class="empty">Nothing matches{from === '' ? '' : ' in this span of time'}. {from === '' ? 'Try fewer words.' : <a href={logsAddress(view, { from: '', before: '' })}>Search all time</a>}</p> : null}
      <ol class="records">{records.map((record) => <RecordRow record={record} />)}</ol>
      <nav class="pages" aria-label="More records">
        {view.before === '' ? null : <a href={logsAddress(view, { before: '' })}>Newest</a>}
        {next === null ? null : <a rel="next" href={logsAddress(view, { before: next })}>Older</a>}
        {records.length === 0 ? null : <a href={`/api/export?${logsParameters({ q, from, format: 'csv' })}`}>Export as CSV</a>}
        {records.length === 0 ? null : <a href={`/api/export?${logsParameters({ q, from, format: 'ndjson' })}`}>Export as JSON lines</a>}
      </nav>
    </>
  )
}

function receiptText(shown: number, more: boolean, { complete, reason, blocks, blocksScanned, bytesScanned, ms }: Receipt) {
  return (
    <>
      {more ? <>The newest <Num value={shown} /></> : plural(shown, 'record')} · read {count(blocksScanned)} of {plural(blocks, 'block')}, {bytes(bytesScanned)}, in {ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms · {complete ? 'complete' : <strong>incomplete: {reason === 'budget' ? 'it took too long' : reason ?? 'unknown'}</strong>}
    </>
  )
}
