// Other things that components count, such as lines that were cut or were not UTF-8.
import { Cut } from './cut.tsx'
import { DataTable, type Column } from './data-table.tsx'
import { Num } from './number.tsx'
import { Section } from './section.tsx'
import type { Snapshot } from './snapshot.ts'

const COLUMNS: readonly Column[] = [{ label: 'What', wide: true }, { label: 'Component' }, { label: 'Count', numeric: true }]

export function Counters({ counters }: Pick<Snapshot, 'counters'>) {
  const rows = counters.filter(({ value }) => value > 0).map(({ component, what, value }) => [
    <Cut text={what.replaceAll(/(?<=[a-z\d])_(?=[a-z\d])/gi, ' ')} max={40} />, <Cut text={component} max={32} />, <Num value={value} />,
  ])
  if (rows.length === 0) return null
  return (
    <Section id="counters" title="Also counted" wide>
      <DataTable caption="What components counted besides records" columns={COLUMNS} rows={rows} />
    </Section>
  )
}
