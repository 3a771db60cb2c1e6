// What became of a reload.
import type { ConfigShown } from '../core/http/config-view.ts'
import { ConfigProblems } from './config-problems.tsx'
import { visible } from './visible.ts'

export function ConfigReload({ reloaded: { ok, problems, failure, changes } }: { reloaded: NonNullable<ConfigShown['reloaded']> }) {
  return (
    <div class={ok ? 'said' : 'said said-bad'} role={ok ? 'status' : 'alert'}>
      <p><strong>{ok ? 'Reloaded' : 'Not reloaded'}</strong>: {ok ? (changes.length === 0 ? 'nothing is different.' : '') : failure === null ? 'the file is not valid; nothing was changed.' : visible(failure)}</p>
      {changes.length === 0 ? null : <ul class="changes">{changes.slice(0, 100).map((change) => <li>{visible(change)}</li>)}</ul>}
      {problems.length === 0 ? null : <ConfigProblems problems={problems} />}
    </div>
  )
}
