// The part of the dashboard that is polled: everything that can change.
import type { Overview } from '../core/http/overview-view.ts'
import { Counters } from './counters.tsx'
import { FirstRecord } from './first-record.tsx'
import { HealthStrip } from './health-strip.tsx'
import type { Shortcut } from './help.tsx'
import { LevelTable } from './level-table.tsx'
import { NameTable } from './name-table.tsx'
import { Outputs } from './outputs.tsx'
import { ParseErrors } from './parse-errors.tsx'
import { Plugins } from './plugins.tsx'
import { Problems } from './problems.tsx'
import type { Snapshot } from './snapshot.ts'
import { Streams } from './streams.tsx'
import { Throughput } from './throughput.tsx'
import { Troubles } from './troubles.tsx'

export const OVERVIEW_KEYS: readonly Shortcut[] = [['p', 'Pause, and go on'], ['1', 'The last 5 minutes'], ['2', 'Quarter of an hour'], ['3', 'Hour'], ['4', 'Day'], ['5', 'Week']]

/** `outerMorph` keeps elements, focus and selection; `refresh` is what live.js fires when the page comes back into view. */
export function Dashboard({ snapshot, overview }: { snapshot: Snapshot; overview: Overview }) {
  const { totals } = snapshot
  const trouble = snapshot.problems.some(({ level }) => level === 'error')
  const problems = <Problems problems={snapshot.problems} now={snapshot.now} />
  return (
    <div id="live" hx-get={`/metrics/fragment?span=${overview.chart.span}`} hx-trigger="every 2s, refresh" hx-swap="outerMorph" data-taken={new Date(snapshot.now).toISOString()}>
      <HealthStrip snapshot={snapshot} />
      <div class="cards">
        {trouble && problems}
        {totals.records === 0 ? <FirstRecord origin={snapshot.origin} dropped={totals.dropped} /> : <Flow snapshot={snapshot} overview={overview} />}
        <Outputs outputs={snapshot.outputs} />
        {snapshot.streams.length > 0 && <Streams streams={snapshot.streams} />}
        {(totals.records > 0 || snapshot.parseErrors.length > 0) && <ParseErrors parseErrors={snapshot.parseErrors} totals={totals} now={snapshot.now} />}
        {snapshot.plugins.length > 0 && <Plugins plugins={snapshot.plugins} now={snapshot.now} startedAt={snapshot.startedAt} />}
        <Counters counters={snapshot.counters} />
        {!trouble && problems}
      </div>
    </div>
  )
}

/** Before the first record these would be five ways to say that there is nothing. */
function Flow({ snapshot, overview: { chart, troubles } }: { snapshot: Snapshot; overview: Overview }) {
  return (
    <>
      <Throughput chart={chart} />
      <Troubles troubles={troubles} now={snapshot.now} />
      <LevelTable totals={snapshot.totals} />
      <NameTable of="tags" snapshot={snapshot} lastErrors={troubles?.lastErrors.tags} />
      <NameTable of="sources" snapshot={snapshot} lastErrors={troubles?.lastErrors.sources} />
    </>
  )
}
