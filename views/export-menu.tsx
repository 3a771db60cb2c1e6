// The whole result as a file, in each form there is.
import type { LogsRequest } from '../core/http/logs-view.ts'
import { logsParameters } from './logs-address.ts'

const FORMS = [['ndjson', '', 'JSON lines'], ['ndjson', '1', 'JSON lines, gzip'], ['csv', '', 'CSV'], ['csv', '1', 'CSV, gzip']] as const

export function ExportMenu({ request: { q, from, to } }: { request: LogsRequest }) {
  return (
    <details class="menu" id="export-menu">
      <summary class="pick">Export</summary>
      <div class="panel">
        <ul class="menu-list">
          {FORMS.map(([format, gzip, label]) => <li><a href={`/api/export?${logsParameters({ q, from, to, format, gzip })}`} download="">{label}</a></li>)}
        </ul>
        <p class="note">All that matches, newest first.</p>
      </div>
    </details>
  )
}
