// The page of logs: a query, the newest records that match, each opened to all it holds. Reads without JavaScript.
import type { LogsView, ShownRecord } from '../core/http/logs-view.ts'
import type { Receipt } from '../core/search/store.ts'
import { bytes, clock, count, plural } from './format.ts'
import { Num } from './number.tsx'
import { visible } from './visible.ts'

/** A longer message is cut in its row; opened, the record has it whole. */
const ROW_CHARS = 400
const SPANS = [['15m', 'Last 15 minutes'], ['1h', 'Last hour'], ['24h', 'Last 24 hours'], ['7d', 'Last 7 days'], ['', 'All time']] as const

export function LogsPage({ view }: { view: LogsView }) {
  const { q, from, problem, records, next, receipt } = view
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
      {receipt === null ? null : <p class="note receipt">{receiptText(records.length, next !== null, receipt)}</p>}
      {problem === null && records.length === 0 ? <p class="empty">Nothing matches{from === '' ? '' : ' in this span of time'}. {from === '' ? 'Try fewer words.' : <a href={address(view, { from: '', before: '' })}>Search all time</a>}</p> : null}
      <ol class="records">{records.map((record) => <Row record={record} />)}</ol>
      <nav class="pages" aria-label="More records">
        {view.before === '' ? null : <a href={address(view, { before: '' })}>Newest</a>}
        {next === null ? null : <a rel="next" href={address(view, { before: next })}>Older</a>}
        {records.length === 0 ? null : <a href={`/api/export?${parameters({ q, from, format: 'csv' })}`}>Export as CSV</a>}
        {records.length === 0 ? null : <a href={`/api/export?${parameters({ q, from, format: 'ndjson' })}`}>Export as JSON lines</a>}
      </nav>
    </>
  )
}

function Row({ record: { id, time, level, source, message, fields, error } }: { record: ShownRecord }) {
  const text = visible(message)
  return (
    <li id={`r${id}`}>
      <details class={`record level-${level}`}>
        <summary>
          <time datetime={time} title={time}>{clock(Date.parse(time))}</time>
          <span class={`level of-${level}`}>{level}</span>
          <bdi class="source">{visible(source)}</bdi>
          <bdi class="message">{text.length > ROW_CHARS ? `${text.slice(0, ROW_CHARS)}…` : text}</bdi>
        </summary>
        {error === null ? null : <p class="parse-error">Did not parse: {visible(error)}</p>}
        <pre class="whole">{message.split('\n').map(visible).join('\n')}</pre>
        <dl class="fields">{fields.map(([name, value]) => <><dt><bdi>{visible(name)}</bdi></dt><dd><bdi>{visible(value)}</bdi></dd></>)}</dl>
        <p class="note"><a href={`/api/records/${id}`}>JSON</a> <a href={`/api/records/${id}/context`}>Context</a> <span class="soft">{id}</span></p>
      </details>
    </li>
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

function receiptText(shown: number, more: boolean, { complete, reason, blocks, blocksScanned, bytesScanned, ms }: Receipt) {
  return (
    <>
      {more ? <>The newest <Num value={shown} /></> : plural(shown, 'record')} · read {count(blocksScanned)} of {plural(blocks, 'block')}, {bytes(bytesScanned)}, in {ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms · {complete ? 'complete' : <strong>incomplete: {reason === 'budget' ? 'it took too long' : reason ?? 'unknown'}</strong>}
    </>
  )
}

function address({ q, from, to, before }: LogsView, change: { from?: string; before?: string }): string {
  return `/logs?${parameters({ q, from, to, before, ...change })}`
}

function parameters(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '')).toString()
}
