// The rows of a page and the way to older ones: part of the page of logs, and alone when the page asks for more.
import type { LogsView } from '../core/http/logs-view.ts'
import { logsAddress } from './logs-address.ts'
import { recordLook } from './record-look.ts'
import { RecordRow } from './record-row.tsx'

/** `full`: for browsers without scripts. */
export function RecordList({ view, full = false }: { view: LogsView; full?: boolean }) {
  const { records, next, wrap, dense } = view
  const look = recordLook(view, full)
  return (
    <>
      <ol class={`records${wrap === '' ? '' : ' wrap'}${dense === '' ? '' : ' dense'}`} id="records">{records.map((record) => <RecordRow record={record} look={look} />)}</ol>
      <nav class="pages" aria-label="More records">
        {next === null ? <span class="soft">{records.length === 0 ? '' : 'No older records.'}</span> : <a rel="next" href={logsAddress(view, { before: next })}>Older records</a>}
      </nav>
    </>
  )
}
