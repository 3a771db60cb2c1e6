// What a parser makes of each line, or why it does not; and what to write into the configuration to have it.
import type { TrialView } from '../core/http/trial-view.ts'
import { Cut } from './cut.tsx'
import { type Column, DataTable } from './data-table.tsx'
import { visible } from './visible.ts'

const COLUMNS: readonly Column[] = [{ label: 'Line', wide: true }, { label: 'Time' }, { label: 'Level' }, { label: 'Message', wide: true }, { label: 'Fields', wide: true }]

type Result = NonNullable<TrialView['result']>

export function PipelineTrialResult({ trial: { problem, result } }: { trial: TrialView }) {
  if (problem !== null) return <p class="said said-bad">{visible(problem)}</p>
  if (result === null) return null
  if (result.problems.length > 0) {
    return (
      <div class="said said-bad">
        <p>The options are not right:</p>
        <ul>{result.problems.map(({ line, column, path, message, nearest }) => <li>line {line}, column {column}: {path === '' ? null : <code>{visible(path)}: </code>}{visible(message)}{nearest === undefined ? '' : ` Did you mean "${visible(nearest)}"?`}</li>)}</ul>
      </div>
    )
  }
  const { rows, untried, yaml } = result
  const parsed = rows.filter(({ error }) => error === null).length
  return (
    <>
      <p class={parsed === rows.length && untried === 0 ? 'said' : 'said said-warn'}><strong>{parsed} of {rows.length}</strong> lines parse.{untried === 0 ? '' : ` ${untried} were not tried: time was over, so this parser is too slow for them.`}</p>
      <DataTable caption="Lines and what the parser makes of them" columns={COLUMNS} rows={rows.map(cells)} />
      {yaml === '' ? null : <div class="part"><h3>To have it so</h3><pre class="yaml"><code>{yaml.split('\n').map(visible).join('\n')}</code></pre></div>}
    </>
  )
}

function cells({ line, error, time, level, message, fields }: Result['rows'][number]) {
  return [
    <code class="line"><Cut text={line} max={300} /></code>,
    time === null ? <span class="soft">none</span> : <span class="num">{time}</span>,
    level === null ? <span class="soft">none</span> : <span class={`level level-${level}`}>{level}</span>,
    error === null ? <Cut text={message} max={200} /> : <span class="hot">does not parse: <Cut text={error} max={200} /></span>,
    fields.length === 0 ? <span class="soft">none</span> : <ul class="pairs">{fields.map(([name, value]) => <li><b><Cut text={name} max={60} /></b> <Cut text={value} max={120} /></li>)}</ul>,
  ]
}
