// Plugins: what each one costs and how often it failed.
import type { PluginCost } from '../core/read-model.ts'
import { Cut } from './cut.tsx'
import { DataTable, type Column } from './data-table.tsx'
import { count, duration, exact } from './format.ts'
import { Num } from './number.tsx'
import { Section } from './section.tsx'
import { Share } from './share.tsx'
import type { Snapshot } from './snapshot.ts'

/** All parsers are at hand for `auto`; those that were hardly ever asked are no reading matter. */
const LEAST_MS = 1
const LEAST_CALLS = 10
const LISTED = 100

const COLUMNS: readonly Column[] = [
  { label: 'Plugin' }, { label: 'Kind' }, { label: 'Hook' }, { label: 'Calls', numeric: true }, { label: 'Per call', numeric: true },
  { label: 'In all', numeric: true }, { label: 'Of the time', numeric: true }, { label: 'Errors', numeric: true }, { label: 'Last error', wide: true },
]

export function Plugins({ plugins, now, startedAt }: Pick<Snapshot, 'plugins' | 'now' | 'startedAt'>) {
  const sorted = plugins.toSorted((a, b) => b.ms - a.ms)
  const used = sorted.filter(({ calls, errors, ms }) => ms >= LEAST_MS || errors > 0 || calls >= LEAST_CALLS)
  const names = new Set(used.map(({ name }) => name))
  const idle = [...new Set(sorted.map(({ name }) => name))].filter((name) => !names.has(name)).sort()
  const row = (plugin: PluginCost) => [
    <Name plugin={plugin} />, <Cut text={plugin.kind} max={20} />, <Cut text={plugin.hook} max={20} />, <Num value={plugin.calls} />,
    <Cost ms={plugin.calls > 0 ? plugin.ms / plugin.calls : 0} />, <Cost ms={plugin.ms} />, <Share part={plugin.ms} whole={now - startedAt} />,
    <span class={plugin.errors > 0 ? 'hot' : ''}><Num value={plugin.errors} /></span>,
    plugin.lastError === null ? <span class="soft">none</span> : <Cut text={plugin.lastError} max={90} />,
  ]
  return (
    <Section id="plugins" title="Plugins" wide note="Costliest first; a call is a batch of lines">
      {used.length > 0 && <DataTable caption="Plugins with their calls, cost and errors" columns={COLUMNS} rows={used.map(row)} />}
      {idle.length > 0 && (
        <details id="plugins-more">
          <summary>{count(idle.length)} {used.length === 0 ? 'of them' : 'more'} cost nothing so far</summary>
          <p class="soft">{idle.slice(0, LISTED).map((name, i) => <>{i === 0 ? null : ', '}<Cut text={name} max={32} /></>)}{idle.length > LISTED ? ', …' : '.'}</p>
        </details>
      )}
    </Section>
  )
}

function Name({ plugin }: { plugin: PluginCost }) {
  return <>{<Cut text={plugin.name} max={32} />}{plugin.type !== plugin.name && <span class="soft"> <Cut text={plugin.type} max={20} /></span>}</>
}

function Cost({ ms }: { ms: number }) {
  return <span class="num" title={`${exact(ms)} ms`}>{ms === 0 ? '0' : duration(ms)}</span>
}
