// Streams: what each one is read as, and why.
import { Cut } from './cut.tsx'
import { DataTable, type Column } from './data-table.tsx'
import { count } from './format.ts'
import { Num } from './number.tsx'
import { Section } from './section.tsx'
import type { Snapshot } from './snapshot.ts'

const SHOWN = 8
/** Beyond this a table is no reading matter; the API has them all. */
const LISTED = 200

const COLUMNS: readonly Column[] = [
  { label: 'Stream' }, { label: 'Source' }, { label: 'Parser' }, { label: 'Why', wide: true }, { label: 'Records', numeric: true }, { label: 'Parse errors', numeric: true },
]

export function Streams({ streams }: Pick<Snapshot, 'streams'>) {
  const sorted = streams.toSorted((a, b) => b.records - a.records || (a.name < b.name ? -1 : 1))
  const rows = sorted.slice(0, LISTED + SHOWN).map((stream) => [
    <Cut text={stream.name} max={44} />, <Cut text={stream.source} max={24} />, <Cut text={stream.parser} max={20} />,
    <span class="soft"><Cut text={stream.parserReason} max={70} /></span>,
    <Num value={stream.records} />, <span class={stream.errors > 0 ? 'hot' : ''}><Num value={stream.errors} /></span>,
  ])
  return (
    <Section id="streams" title="Streams" wide note={`${count(streams.length)} in all`}>
      <DataTable caption="Streams with their parser, records and parse errors" columns={COLUMNS} rows={rows.slice(0, SHOWN)} />
      {rows.length > SHOWN && (
        <details id="streams-more">
          <summary>{count(streams.length - SHOWN)} more</summary>
          <DataTable caption="Streams, continued" columns={COLUMNS} rows={rows.slice(SHOWN)} />
          {streams.length > rows.length && <p class="empty">The other {count(streams.length - rows.length)} are in <a href="/api/stats">the JSON statistics</a>.</p>}
        </details>
      )}
    </Section>
  )
}
