// The newest lines that did not parse, as they came, with the reason.
import type { ParseErrorSample } from '../core/read-model.ts'
import { Cut } from './cut.tsx'
import { DataTable, type Column } from './data-table.tsx'
import { count } from './format.ts'
import { Section } from './section.tsx'
import type { Snapshot } from './snapshot.ts'
import { Time } from './time.tsx'

const SHOWN = 5
/** The fragment is polled every two seconds; all of them are records, and can be searched. */
const LISTED = 15

const COLUMNS: readonly Column[] = [{ label: 'When' }, { label: 'Stream' }, { label: 'Parser' }, { label: 'Reason', wide: true }, { label: 'Line', wide: true }]

export function ParseErrors({ parseErrors, totals, now }: Pick<Snapshot, 'parseErrors' | 'totals' | 'now'>) {
  const row = (sample: ParseErrorSample) => [
    <Time at={sample.time} now={now} />, <Cut text={sample.stream} max={32} />, <Cut text={sample.parser} max={20} />, <Cut text={sample.reason} max={80} />,
    <code class="line"><Cut text={sample.line} max={500} /></code>,
  ]
  return (
    <Section id="parse-errors" title="Parse errors" wide note={totals.errors > 0 ? `${count(totals.errors)} in all; each line was kept raw` : undefined}>
      {parseErrors.length === 0
        ? <p class="empty">{totals.errors > 0 ? 'None since this process started.' : 'Every line parsed.'}</p>
        : <DataTable caption="Newest lines that did not parse" columns={COLUMNS} rows={parseErrors.slice(0, SHOWN).map(row)} />}
      {parseErrors.length > SHOWN && (
        <details id="parse-errors-more">
          <summary>{count(Math.min(LISTED, parseErrors.length - SHOWN))} older</summary>
          <DataTable caption="Lines that did not parse, continued" columns={COLUMNS} rows={parseErrors.slice(SHOWN, SHOWN + LISTED).map(row)} />
          {parseErrors.length > SHOWN + LISTED && <p class="empty"><a href="/logs?q=error%3A*">All records that did not parse</a></p>}
        </details>
      )}
    </Section>
  )
}
