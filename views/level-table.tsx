// Levels with their counts and shares, worst first.
import { LEVELS } from '../core/level.ts'
import type { Totals } from '../core/read-model.ts'
import { DataTable } from './data-table.tsx'
import { Num } from './number.tsx'
import { Section } from './section.tsx'
import { Share } from './share.tsx'
import { Swatch } from './swatch.tsx'

const COLUMNS = [{ label: 'Level', wide: true }, { label: 'Records', numeric: true }, { label: 'Share', numeric: true }] as const

export function LevelTable({ totals }: { totals: Totals }) {
  const rows = LEVELS.toReversed().filter((level) => (totals.levels[level] ?? 0) > 0).map((level) => {
    const value = totals.levels[level] ?? 0
    return [<a class="quiet named" href={`/logs?q=level:${level}`}><Swatch level={level} />{level}</a>, <Num value={value} />, <Share part={value} whole={totals.records} />]
  })
  return (
    <Section id="by-level" title="Levels">
      {rows.length === 0 ? <p class="empty">No levels yet.</p> : <DataTable caption="Records by level" columns={COLUMNS} rows={rows} />}
    </Section>
  )
}
