// Records before and after a plugin, newest first.
import type { ShownTapRow } from '../core/read-model.ts'
import { Cut } from './cut.tsx'
import { isoTime } from './format.ts'

export function PipelineTapRows({ rows }: { rows: readonly ShownTapRow[] }) {
  return <>{rows.toReversed().map((row) => <Row row={row} />)}</>
}

function Row({ row: { seq, time, before, after, changes } }: { row: ShownTapRow }) {
  return (
    <li data-seq={String(seq)}>
      <time class="soft num" datetime={isoTime(time) ?? undefined}>{isoTime(time)?.slice(11, 23) ?? ''}</time>
      <div>
        <code class="tap-line"><Cut text={before} max={600} /></code>
        {after === null ? <p class="tap-out"><span class="badge badge-stopped">dropped</span></p> : null}
        {after !== null && after !== before ? <code class="tap-line tap-after"><span class="sr">becomes </span><Cut text={after} max={600} /></code> : null}
        {changes.length === 0 ? null : <ul class="tap-out">{changes.map((change) => <li class="change"><Cut text={change} max={120} /></li>)}</ul>}
      </div>
    </li>
  )
}
