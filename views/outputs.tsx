// Outputs: how far behind each one is and what holds it up.
import type { OutputStatus } from '../core/read-model.ts'
import { Cut } from './cut.tsx'
import { DataTable, type Column } from './data-table.tsx'
import { bytes, duration, exact } from './format.ts'
import { Num } from './number.tsx'
import { Section } from './section.tsx'
import type { Snapshot } from './snapshot.ts'

const COLUMNS: readonly Column[] = [
  { label: 'Output' }, { label: 'Type' }, { label: 'State' }, { label: 'Behind', numeric: true }, { label: 'Delivered', numeric: true },
  { label: 'Rejected', numeric: true }, { label: 'Errors', numeric: true }, { label: 'Last error', wide: true },
]

export function Outputs({ outputs }: Pick<Snapshot, 'outputs'>) {
  const rows = outputs.map((output) => [
    <Cut text={output.name} max={32} />, <Cut text={output.type} max={20} />, <State state={output.state} />, <Lag output={output} />,
    <Num value={output.delivered} />, <span class={output.rejected > 0 ? 'hot' : ''}><Num value={output.rejected} /></span>,
    <span class={output.errors > 0 ? 'hot' : ''}><Num value={output.errors} /></span>,
    output.lastError === null ? <span class="soft">none</span> : <Cut text={output.lastError} max={90} />,
  ])
  return (
    <Section id="outputs" title="Outputs" wide>
      {rows.length === 0
        ? <p class="empty">No output is configured. Records are stored in the journal all the same.</p>
        : <DataTable caption="Outputs with their state, lag and errors" columns={COLUMNS} rows={rows} />}
    </Section>
  )
}

function State({ state }: Pick<OutputStatus, 'state'>) {
  return <span class={`badge badge-${state}`}>{state}</span>
}

function Lag({ output }: { output: OutputStatus }) {
  if (output.lag === 0) return <span class="soft" title="0 records">up to date</span>
  const title = `${exact(output.lag)} records, ${bytes(output.lagBytes)}, the oldest waiting for ${duration(output.lagSeconds * 1000)}`
  return <span title={title}><Num value={output.lag} /> <span class="soft">{duration(output.lagSeconds * 1000)}</span></span>
}
