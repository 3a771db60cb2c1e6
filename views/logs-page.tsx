// The page of logs: a query and its span, how many match over time, what their fields hold, and the newest of them. Reads without JavaScript.
import type { LogsAside } from '../core/http/logs-aside.ts'
import type { LogsView } from '../core/http/logs-view.ts'
import { FieldsRail } from './fields-rail.tsx'
import { Histogram } from './histogram.tsx'
import { LazyPart } from './lazy-part.tsx'
import { logsParameters } from './logs-address.ts'
import { QueryHelp } from './query-help.tsx'
import { Records } from './records.tsx'
import { SearchBar } from './search-bar.tsx'

export function LogsPage({ view, aside: { saved, parts } }: { view: LogsView; aside: LogsAside }) {
  const { q, from, to, columns, wrap, dense, ago, problem } = view
  const source = (name: string): string | null => (parts === null ? `/logs/${name}?${logsParameters({ q, from, to, columns, wrap, dense, ago })}` : null)
  return (
    <div class="explore">
      <SearchBar view={view} saved={saved} />
      {problem !== null ? <QueryHelp request={view} /> : (
        <>
          <LazyPart id="histogram" class="histogram" label="Records over time" source={source('histogram')}>
            {parts === null ? <Wait text="Counting…" whole={`/logs?${logsParameters({ q, from, to, charts: '1' })}`} /> : <Histogram request={view} histogram={parts.histogram} />}
          </LazyPart>
          <details class="explore-fields" id="fields-rail" open={parts !== null}>
            <summary><h2>Fields</h2></summary>
            <LazyPart id="fields" class="fields-list" label="Fields" source={source('fields')}>
              {parts === null ? <Wait text="Looking at the newest records…" /> : <FieldsRail request={view} fields={parts.fields} />}
            </LazyPart>
          </details>
        </>
      )}
      <div class="explore-rows"><Records view={view} full={parts !== null} /></div>
    </div>
  )
}

/** `whole`: the page that needs no script to be whole. */
function Wait({ text, whole }: { text: string; whole?: string }) {
  return (
    <div class="part-wait">
      <p class="scripted">{text}</p>
      {whole === undefined ? null : <noscript><a href={whole}>Show the histogram and the fields</a></noscript>}
    </div>
  )
}
