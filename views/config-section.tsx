// One section of the configuration: its values, in lists an entry at a time.
import type { ConfigValue } from '../core/read-model.ts'
import type { ConfigSectionGroups } from './config-groups.ts'
import { Cut } from './cut.tsx'
import { DataTable } from './data-table.tsx'
import { Section } from './section.tsx'
import { visible } from './visible.ts'

const COLUMNS = [{ label: 'Key' }, { label: 'Value', wide: true }, { label: 'From' }] as const

export function ConfigSection({ section: { name, groups }, file }: { section: ConfigSectionGroups; file: string }) {
  return (
    <Section id={`config-${name}`} title={name} wide>
      {groups.map(({ path, title, values }) => (
        <div class="config-group">
          {path === '' ? null : <h3><Cut text={title} max={60} /> <code class="soft">{visible(path)}</code></h3>}
          <DataTable caption={`Values of ${path === '' ? name : path}`} columns={COLUMNS} rows={values.map((value) => [<Key path={value.path} group={path} />, <Value value={value} />, <Origin value={value} file={file} />])} />
        </div>
      ))}
    </Section>
  )
}

/** Whole for those who search or copy it; what all of the group have is said softly. */
function Key({ path, group }: { path: string; group: string }) {
  const common = group === '' ? '' : `${group}.`
  return <code>{common === '' ? null : <span class="key-common">{visible(common)}</span>}{visible(path.slice(common.length))}</code>
}

function Value({ value: { value } }: { value: ConfigValue }) {
  return <code><Cut text={typeof value === 'string' ? value : JSON.stringify(value)} max={200} /></code>
}

function Origin({ value: { from, line, by }, file }: { value: ConfigValue; file: string }) {
  const place = line === null || line === 0 ? '' : `line ${line}`
  switch (from) {
    case 'file': return <span title={`${visible(file)}, ${place}`}>file{place === '' ? '' : `, ${place}`}</span>
    case 'env': return <span>environment: <code>{by}</code>{place === '' ? '' : `, ${place}`}</span>
    case 'flag': return <span>flag: <code>{by}</code></span>
    default: return <span class="soft">default</span>
  }
}
