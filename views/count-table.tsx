// Names with their counts and shares, largest first; the long tail is folded away.
import { Cut } from './cut.tsx'
import { DataTable, type Column } from './data-table.tsx'
import { count } from './format.ts'
import { Num } from './number.tsx'
import { Section } from './section.tsx'

/** As many as there are levels, so that the three tables side by side are of one height. */
const SHOWN = 6
/** Beyond this a table is no reading matter; the API has them all. */
const LISTED = 200

interface Props {
  readonly id: string
  readonly title: string
  /** Heads the column of names. */
  readonly noun: string
  readonly caption: string
  readonly counts: Readonly<Record<string, number>>
  /** What a share is a share of. */
  readonly total: number
  readonly empty: string
  /** A fixed order instead of by count. */
  readonly order?: readonly string[]
  readonly swatches?: boolean
  /** Bytes on disk, by name: a column more. */
  readonly disk?: Readonly<Record<string, { readonly bytes: number }>>
}

export function CountTable({ id, title, noun, caption, counts, total, empty, order, swatches, disk }: Props) {
  const entries = Object.entries(counts).filter(([, value]) => value > 0)
  if (order === undefined) entries.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  else entries.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]))
  const columns: Column[] = [{ label: noun, wide: true }, { label: 'Records', numeric: true }, { label: 'Share', numeric: true }, ...(disk === undefined ? [] : [{ label: 'Disk', numeric: true }])]
  const row = ([name, value]: [string, number]) => [
    <span class="named">{swatches === true ? <Swatch level={name} /> : null}<Cut text={name === '' ? '(none)' : name} max={36} /></span>,
    <Num value={value} />,
    <Share part={value} whole={total} />,
    ...(disk === undefined ? [] : [<Num value={Object.hasOwn(disk, name) ? (disk[name]?.bytes ?? 0) : 0} unit="bytes" />]),
  ]
  const rest = entries.slice(SHOWN)
  return (
    <Section id={id} title={title} note={entries.length > SHOWN ? `${count(entries.length)} in all` : undefined}>
      {entries.length === 0 ? <p class="empty">{empty}</p> : <DataTable caption={caption} columns={columns} rows={entries.slice(0, SHOWN).map(row)} />}
      {rest.length > 0 && (
        <details id={`${id}-more`}>
          <summary>{count(rest.length)} more</summary>
          <DataTable caption={`${caption}, continued`} columns={columns} rows={rest.slice(0, LISTED).map(row)} />
          {rest.length > LISTED && <p class="empty">The other {count(rest.length - LISTED)} are in <a href="/api/stats">the JSON statistics</a>.</p>}
        </details>
      )}
    </Section>
  )
}

function Swatch({ level }: { level: string }) {
  return <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" class={`level-${level}`} /></svg>
}

function Share({ part, whole }: { part: number; whole: number }) {
  const percent = whole > 0 ? Math.min(100, (part / whole) * 100) : 0
  const text = percent > 0 && percent < 0.1 ? '<0.1 %' : `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`
  return (
    <span class="share">
      <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" class="track" /><rect width={percent.toFixed(2)} height="6" class="fill" />
      </svg>
      <span class="num" title={`${percent.toFixed(3)} %`}>{text}</span>
    </span>
  )
}
