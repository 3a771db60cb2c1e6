// What is searched for on the page of logs, and where a mistake in it is.
import type { LogsAside } from '../core/http/logs-aside.ts'
import type { LogsView } from '../core/http/logs-view.ts'
import { ExportMenu } from './export-menu.tsx'
import { SavedSearches } from './saved-searches.tsx'
import { TimeRange } from './time-range.tsx'
import { visible } from './visible.ts'

export function SearchBar({ view, saved }: { view: LogsView; saved: LogsAside['saved'] }) {
  const { q, from, to, columns, wrap, dense, ago, problem } = view
  return (
    <div class="explore-bar" id="search-bar">
      <form class="search" id="search" action="/logs" method="get" role="search">
        <label class="sr" for="q">Query</label>
        <input id="q" name="q" type="search" value={q} placeholder='for example level:error tag:payment "card declined" latency_ms:>800' autocomplete="off" autocapitalize="off" spellcheck={false} aria-describedby="q-problem" aria-invalid={problem === null ? undefined : 'true'} />
        {from === '' ? null : <input type="hidden" name="from" value={from} />}
        {to === '' ? null : <input type="hidden" name="to" value={to} />}
        {Object.entries({ columns, wrap, dense, ago }).map(([name, value]) => (value === '' ? null : <input type="hidden" name={name} value={value} />))}
        <button type="submit" class="go">Search</button>
        <ul class="completions" id="q-options" role="listbox" aria-label="Completions" hidden></ul>
        <p class="sr" id="q-status" role="status"></p>
      </form>
      <TimeRange request={view} />
      <div class="result-menus">
        {saved === null ? null : <SavedSearches request={view} saved={saved} />}
        {problem === null ? <ExportMenu request={view} /> : null}
      </div>
      <QueryProblem q={q} problem={problem} />
    </div>
  )
}

/** The query once more, with the place marked. Empty while nothing is wrong: what is typed is checked into it. */
function QueryProblem({ q, problem }: { q: string; problem: LogsView['problem'] }) {
  if (problem === null) return <div id="q-problem" class="query-problem" role="alert" hidden></div>
  const { message, at, length } = problem
  return (
    <div id="q-problem" class="query-problem" role="alert">
      <p>{message.charAt(0).toUpperCase() + message.slice(1)}{message.endsWith('.') ? '' : '.'}</p>
      {at === null ? null : <pre>{visible(q.slice(0, at))}<mark>{visible(q.slice(at, at + Math.max(1, length))) || ' '}</mark>{visible(q.slice(at + Math.max(1, length)))}</pre>}
    </div>
  )
}
