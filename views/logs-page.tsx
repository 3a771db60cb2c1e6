// The page of logs: a query, the newest records that match, each opened to all it holds. Reads without JavaScript.
import type { LogsView } from '../core/http/logs-view.ts'
import { Records } from './records.tsx'
import { SearchBar } from './search-bar.tsx'

export function LogsPage({ view }: { view: LogsView }) {
  return (
    <>
      <SearchBar view={view} />
      <Records view={view} />
    </>
  )
}
