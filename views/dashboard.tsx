// The part of the dashboard that is polled: everything that can change.
import { LEVELS } from '../core/level.ts'
import { CountTable } from './count-table.tsx'
import { Counters } from './counters.tsx'
import { FirstRecord } from './first-record.tsx'
import { HealthStrip } from './health-strip.tsx'
import { Outputs } from './outputs.tsx'
import { ParseErrors } from './parse-errors.tsx'
import { Plugins } from './plugins.tsx'
import { Problems } from './problems.tsx'
import type { Snapshot } from './snapshot.ts'
import { Streams } from './streams.tsx'
import { Throughput } from './throughput.tsx'

/** `outerMorph` keeps elements, focus and selection; `refresh` is what live.js fires when the page comes back into view. */
export function Dashboard({ snapshot }: { snapshot: Snapshot }) {
  const { totals } = snapshot
  const trouble = snapshot.problems.some(({ level }) => level === 'error')
  const problems = <Problems problems={snapshot.problems} now={snapshot.now} />
  return (
    <div id="live" hx-get="/metrics/fragment" hx-trigger="every 2s, refresh" hx-swap="outerMorph" data-taken={new Date(snapshot.now).toISOString()}>
      <HealthStrip snapshot={snapshot} />
      <div class="cards">
        {trouble && problems}
        {totals.records === 0 ? <FirstRecord origin={snapshot.origin} dropped={totals.dropped} /> : <Flow snapshot={snapshot} />}
        <Outputs outputs={snapshot.outputs} />
        {snapshot.streams.length > 0 && <Streams streams={snapshot.streams} />}
        {(totals.records > 0 || snapshot.parseErrors.length > 0) && <ParseErrors parseErrors={snapshot.parseErrors} totals={totals} now={snapshot.now} />}
        {snapshot.plugins.length > 0 && <Plugins plugins={snapshot.plugins} />}
        <Counters counters={snapshot.counters} />
        {!trouble && problems}
      </div>
    </div>
  )
}

/** Before the first record these would be five ways to say that there is nothing. */
function Flow({ snapshot: { rate, totals, disk } }: { snapshot: Snapshot }) {
  return (
    <>
      <Throughput rate={rate} />
      <CountTable id="levels" title="Levels" noun="Level" caption="Records by level" counts={totals.levels} total={totals.records} order={LEVELS.toReversed()} swatches empty="No levels yet." />
      <CountTable id="tags" title="Tags" noun="Tag" caption="Records by tag" counts={totals.tags} total={totals.records} empty="No tags yet." />
      <CountTable id="sources" title="Sources" noun="Source" caption="Records by source" counts={totals.sources} total={totals.records} disk={disk.sources} empty="No sources yet." />
    </>
  )
}
