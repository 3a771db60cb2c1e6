// What is searched for on the page of logs, and where a mistake in it is.
import type { LogsView } from '../core/http/logs-view.ts'
import { visible } from './visible.ts'

const SPANS = [['15m', 'Last 15 minutes'], ['1h', 'Last hour'], ['24h', 'Last 24 hours'], ['7d', 'Last 7 days'], ['', 'All time']] as const

export function SearchBar({ view: { q, from, problem } }: { view: LogsView }) {
  const spans = SPANS.some(([value]) => value === from) ? SPANS : [[from, `Since ${from}`] as const, ...SPANS]
  return (
    <>
      <form class="search" action="/logs" method="get" role="search">
        <label class="sr" for="q">Query</label>
        <input id="q" name="q" type="search" value={q} placeholder='level:error tag:payment "card declined" latency_ms:>800' autocomplete="off" spellcheck={false} aria-describedby={problem === null ? undefined : 'q-problem'} aria-invalid={problem === null ? undefined : 'true'} />
        <label class="sr" for="from">Time</label>
        <select id="from" name="from">{spans.map(([value, label]) => <option value={value} selected={value === from}>{label}</option>)}</select>
        <button type="submit">Search</button>
      </form>
      {problem === null ? null : <QueryProblem q={q} problem={problem} />}
    </>
  )
}

/** The query once more, with the place marked. */
function QueryProblem({ q, problem: { message, at, length } }: { q: string; problem: NonNullable<LogsView['problem']> }) {
  return (
    <div id="q-problem" class="query-problem" role="alert">
      <p>{message.charAt(0).toUpperCase() + message.slice(1)}{message.endsWith('.') ? '' : '.'}</p>
      {at === null ? null : <pre>{visible(q.slice(0, at))}<mark>{visible(q.slice(at, at + Math.max(1, length))) || ' '}</mark>{visible(q.slice(at + Math.max(1, length)))}</pre>}
    </div>
  )
}
