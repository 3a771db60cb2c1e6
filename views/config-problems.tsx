// Mistakes of a configuration as a list: where each is, what is wrong, what was probably meant.
import type { CheckView } from '../core/http/config-view.ts'
import { visible } from './visible.ts'

type Problems = NonNullable<CheckView['problems']>

export function ConfigProblems({ problems }: { problems: Problems }) {
  return <ul class="mistakes">{problems.map((problem) => <Mistake problem={problem} />)}</ul>
}

function Mistake({ problem: { severity, line, column, path, message, nearest } }: { problem: Problems[number] }) {
  return (
    <li class={`mistake mistake-${severity}`}>
      <span class={`badge badge-${severity === 'error' ? 'error' : 'warn'}`}>{severity}</span>
      {line > 0 ? <a class="mistake-place" href="#check-text" data-line={String(line)} data-column={String(column)}>line {line}, column {column}</a> : null}
      <span class="mistake-text">{path === '' ? null : <><code>{visible(path)}</code>: </>}{visible(message)}{/[.?!]$/.test(message) ? '' : '.'}{nearest === undefined ? '' : ` Did you mean "${visible(nearest)}"?`}</span>
    </li>
  )
}
