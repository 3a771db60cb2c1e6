// How the rows of the page of logs look: switches in its address, and the columns that were added.
import type { LogsRequest } from '../core/http/logs-view.ts'
import { logsAddress } from './logs-address.ts'
import { columnsOf } from './record-look.ts'
import { visible } from './visible.ts'

const SWITCHES = [['wrap', 'Wrap'], ['dense', 'Compact'], ['ago', 'Ages']] as const

export function RowOptions({ request }: { request: LogsRequest }) {
  const columns = columnsOf(request)
  return (
    <div class="row-options">
      <ul class="switches" aria-label="How rows look">
        {SWITCHES.map(([name, label]) => <li><a class="switch" href={logsAddress(request, { [name]: request[name] === '' ? '1' : '' })} aria-current={request[name] === '' ? undefined : 'true'}>{label}</a></li>)}
      </ul>
      {columns.length === 0 ? null : (
        <ul class="switches" aria-label="Columns">
          {columns.map((name) => <li><a class="switch" href={logsAddress(request, { columns: columns.filter((one) => one !== name).join(',') })} aria-label={`Take away the column ${visible(name)}`}><bdi>{visible(name)}</bdi> ×</a></li>)}
        </ul>
      )}
    </div>
  )
}
