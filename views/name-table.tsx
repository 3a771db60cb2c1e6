// Tags or sources: how each has been coming in, its share of all records, and its last error; the long tail is folded away.
import type { Trouble } from '../core/http/newest-troubles.ts'
import { Cut } from './cut.tsx'
import { DataTable, type Column } from './data-table.tsx'
import { count, exact, plural, rate as rateText } from './format.ts'
import { logsParameters } from './logs-address.ts'
import { Num } from './number.tsx'
import { queryTerm } from './query-term.ts'
import { Section } from './section.tsx'
import { Share } from './share.tsx'
import type { Snapshot } from './snapshot.ts'
import { Sparkline } from './sparkline.tsx'
import { Time } from './time.tsx'
import { visible } from './visible.ts'

const SHOWN = 6
/** Beyond this a table is no reading matter; the API has them all. */
const LISTED = 200
/** A longer name was cut where it was counted, and would find nothing. */
const WHOLE_CHARS = 200
/** Two steps of five seconds: steady, and still now. */
const NOW_STEPS = 2

interface Props {
  readonly of: 'tags' | 'sources'
  readonly snapshot: Snapshot
  readonly lastErrors: ReadonlyMap<string, Trouble> | undefined
}

const TEXTS = {
  tags: { title: 'Tags', noun: 'Tag', name: 'tag', caption: 'Records by tag', empty: 'No tags yet.' },
  sources: { title: 'Sources', noun: 'Source', name: 'source', caption: 'Records by source', empty: 'No sources yet.' },
} as const

export function NameTable({ of, snapshot, lastErrors }: Props) {
  const { title, noun, name: field, caption, empty } = TEXTS[of]
  const { totals, disk, now } = snapshot
  const entries = Object.entries(totals[of]).filter(([, value]) => value > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const columns: Column[] = [
    { label: noun }, { label: 'Last 5 minutes' }, { label: 'Now', numeric: true }, { label: 'Records', numeric: true }, { label: 'Share', numeric: true },
    ...(of === 'sources' ? [{ label: 'Disk', numeric: true }] : []), { label: 'Last error', numeric: true },
  ]
  const row = ([name, value]: [string, number]) => {
    const recent = snapshot.recent(of, name)
    return [
      <Name field={field} name={name} />,
      <Sparkline values={recent} />,
      <Now recent={recent} />,
      <Num value={value} />,
      <Share part={value} whole={totals.records} />,
      ...(of === 'sources' ? [<Num value={Object.hasOwn(disk.sources, name) ? (disk.sources[name]?.bytes ?? 0) : 0} unit="bytes" />] : []),
      <LastError field={field} name={name} error={lastErrors?.get(name)} now={now} />,
    ]
  }
  const rest = entries.slice(SHOWN)
  return (
    <Section id={of} title={title} half note={entries.length > SHOWN ? `${count(entries.length)} in all` : undefined}>
      {entries.length === 0 ? <p class="empty">{empty}</p> : <DataTable caption={caption} columns={columns} rows={entries.slice(0, SHOWN).map(row)} />}
      {rest.length > 0 && (
        <details id={`${of}-more`}>
          <summary>{count(rest.length)} more</summary>
          <DataTable caption={`${caption}, continued`} columns={[{ label: noun }, { label: 'Records', numeric: true }, { label: 'Share', numeric: true }]}
            rows={rest.slice(0, LISTED).map(([name, value]) => [<Name field={field} name={name} />, <Num value={value} />, <Share part={value} whole={totals.records} />])} />
          {rest.length > LISTED && <p class="empty">The other {count(rest.length - LISTED)} are in <a href="/api/stats">the JSON statistics</a>.</p>}
        </details>
      )}
    </Section>
  )
}

function Name({ field, name }: { field: 'tag' | 'source'; name: string }) {
  if (name === '') return <span>(none)</span>
  if (name.length > WHOLE_CHARS) return <Cut text={name} max={36} />
  return <a class="quiet" href={`/logs?${logsParameters({ q: queryTerm(field, name) })}`}><Cut text={name} max={36} /></a>
}

function Now({ recent }: { recent: readonly number[] }) {
  const newest = recent.slice(-NOW_STEPS)
  const perSecond = newest.length === 0 ? 0 : newest.reduce((sum, value) => sum + value, 0) / newest.length
  return <span class={perSecond === 0 ? 'num soft' : 'num'} title={`${exact(perSecond)} a second over the last ${plural(NOW_STEPS * 5, 'second')}`}>{rateText(perSecond)}</span>
}

function LastError({ field, name, error, now }: { field: 'tag' | 'source'; name: string; error: Trouble | undefined; now: number }) {
  if (error === undefined) return <span class="soft" title="None among the newest errors">–</span>
  const title = visible(error.message).slice(0, 200)
  return <a class="quiet" href={`/logs?${logsParameters({ q: `${queryTerm(field, name)} level:>=error` })}`} title={title}><Time at={error.time} now={now} /></a>
}
