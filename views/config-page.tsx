// The page of the configuration: each value as it counts, and where it came from. Secrets are masked before they come here.
import type { ConfigStatus, ConfigValue } from '../core/read-model.ts'
import { Cut } from './cut.tsx'
import { DataTable } from './data-table.tsx'
import { Section } from './section.tsx'
import { visible } from './visible.ts'

const COLUMNS = [{ label: 'Key' }, { label: 'Value', wide: true }, { label: 'From' }] as const

/** Lowest to highest. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

export function ConfigPage({ status: { file, values, levels }, all }: { status: ConfigStatus; all: boolean }) {
  const shown = all ? values : values.filter(({ from }) => from !== 'default')
  const sections = new Map<string, ConfigValue[]>()
  for (const value of shown) {
    const name = /^[^.[]+/.exec(value.path)?.[0] ?? value.path
    sections.set(name, [...(sections.get(name) ?? []), value])
  }
  return (
    <>
      <p class="page-note">
        Read from <code>{visible(file)}</code>; a change of the file counts at once, where it is valid. {all ? <a href="/config">Without defaults</a> : <a href="/config?all=1">With all defaults</a>}
      </p>
      {levels.length === 0 ? null : (
        <Section id="levels" title="Levels" note="Changed here, they count at once." wide>
          {levels.map(({ name, level }) => (
            <form class="level-form" action="/config/level" method="post">
              <input type="hidden" name="source" value={name} />
              <label>{visible(name)} <select name="level">{LEVELS.map((one) => <option value={one} selected={one === level}>{one}</option>)}</select></label>
              <button type="submit">Change</button>
            </form>
          ))}
        </Section>
      )}
      <div class="cards">
        {[...sections].map(([name, list]) => (
          <Section id={`config-${name}`} title={name} wide>
            <DataTable caption={`Values of ${name}`} columns={COLUMNS} rows={list.map((value) => [<code>{visible(value.path)}</code>, <Value value={value} />, <Origin value={value} file={file} />])} />
          </Section>
        ))}
      </div>
    </>
  )
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
