// The page of logs: a query and its span, how many match over time, what their fields hold, and the newest of them. Reads without JavaScript.
import type { LogsView } from '../core/http/logs-view.ts'
import { LazyPart } from './lazy-part.tsx'
import { logsParameters } from './logs-address.ts'
import { Records } from './records.tsx'
import { SearchBar } from './search-bar.tsx'

export function LogsPage({ view }: { view: LogsView }) {
  const { q, from, to, problem } = view
  const source = (name: string): string => `/logs/${name}?${logsParameters({ q, from, to })}`
  return (
    <div class="explore">
      <SearchBar view={view} />
      {problem !== null ? null : (
        <LazyPart id="histogram" class="histogram" label="Records over time" source={source('histogram')}>
          <p class="part-wait">Counting…</p>
        </LazyPart>
      )}
      {problem !== null ? null : (
        <details class="explore-fields" id="fields-rail">
          <summary><h2>Fields</h2></summary>
          <LazyPart id="fields" class="fields-list" label="Fields" source={source('fields')}>
            <p class="part-wait">Looking at the newest records…</p>
          </LazyPart>
        </details>
      )}
      <div class="explore-rows"><Records view={view} /></div>
    </div>
  )
}
