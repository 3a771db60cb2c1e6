// Plugins: what each one costs and how often it failed.
import type { PluginCost } from '../core/read-model.ts'
import { Cut } from './cut.tsx'
import { DataTable, type Column } from './data-table.tsx'
import { duration, exact } from './format.ts'
import { Num } from './number.tsx'
import { Section } from './section.tsx'
import type { Snapshot } from './snapshot.ts'

const COLUMNS: readonly Column[] = [
  { label: 'Plugin' }, { label: 'Kind' }, { label: 'Hook' }, { label: 'Calls', numeric: true }, { label: 'Per call', numeric: true },
  { label: 'In all', numeric: true }, { label: 'Errors', numeric: true }, { label: 'Last error', wide: true },
]

export function Plugins({ plugins }: Pick<Snapshot, 'plugins'>) {
  const sorted = plugins.toSorted((a, b) => b.ms - a.ms)
  const rows = sorted.map((plugin) => [
    <Name plugin={plugin} />, <Cut text={plugin.kind} max={20} />, <Cut text={plugin.hook} max={20} />, <Num value={plugin.calls} />,
    <Cost ms={plugin.calls > 0 ? plugin.ms / plugin.calls : 0} />, <Cost ms={plugin.ms} />,
    <span class={plugin.errors > 0 ? 'hot' : ''}><Num value={plugin.errors} /></span>,
    plugin.lastError === null ? <span class="soft">none</span> : <Cut text={plugin.lastError} max={90} />,
  ])
  return (
    <Section id="plugins" title="Plugins" wide note="Costliest first; a call is a batch of lines">
      <DataTable caption="Plugins with their calls, cost and errors" columns={COLUMNS} rows={rows} />
    </Section>
  )
}

function Name({ plugin }: { plugin: PluginCost }) {
  return <>{<Cut text={plugin.name} max={32} />}{plugin.type !== plugin.name && <span class="soft"> <Cut text={plugin.type} max={20} /></span>}</>
}

function Cost({ ms }: { ms: number }) {
  return <span class="num" title={`${exact(ms)} ms`}>{ms === 0 ? '0' : duration(ms)}</span>
}
