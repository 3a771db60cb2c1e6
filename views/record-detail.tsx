// All that one record holds: its message, its fields with what can be done with each, and the JSON it is kept as.
import type { RecordView } from '../core/http/log-record-routes.ts'
import type { LogsRequest } from '../core/http/logs-view.ts'
import { narrowQuery, type Narrowed } from '../core/search/narrow-query.ts'
import { queryTerm } from '../core/search/query-term.ts'
import { bytes, plural } from './format.ts'
import { logsAddress } from './logs-address.ts'
import { MarkedText } from './marked-text.tsx'
import { columnsOf, recordLook } from './record-look.ts'
import { visible } from './visible.ts'

/** What is longer is a link: a browser takes seconds for a megabyte in one line. */
const MESSAGE_CHARS = 64 * 1024
const VALUE_CHARS = 4096
/** Of a name, and of a value that is searched for. */
const TERM_CHARS = 300
/** Of the values of all fields together. */
const FIELDS_CHARS = 128 * 1024
const JSON_CHARS = 64 * 1024

interface Props {
  readonly view: Pick<RecordView, 'record' | 'text'>
  /** What terms and columns are added to. */
  readonly request: LogsRequest
}

export function RecordDetail({ view: { record, text }, request }: Props) {
  const { id, time, level, source, message, fields, moreFields, error } = record
  const narrow = narrowQuery(request.q)
  let left = FIELDS_CHARS
  const room = (value: string): number => {
    const most = Math.min(VALUE_CHARS, Math.max(TERM_CHARS, left))
    left -= Math.min(value.length, most)
    return most
  }
  const own: ReadonlyArray<readonly [string, string]> = [['level', level], ['source', source]]
  return (
    <>
      {error === null ? null : <p class="parse-error">Did not parse: {visible(error)}</p>}
      <pre class="whole" id={`m${id}`} tabindex={0} aria-label="Message"><MarkedText text={message.slice(0, MESSAGE_CHARS)} marks={recordLook(request).marks} /></pre>
      {message.length <= MESSAGE_CHARS ? null : <p class="note"><a href={`/api/records/${id}`}>Show all of it ({bytes(message.length)})</a></p>}
      <p class="actions">
        <a class="tool" href={`/logs/record/${id}`}>Permalink</a>
        <button type="button" class="tool" data-copy={`/api/records/${id}`} data-part="message" hidden>Copy message</button>
        <button type="button" class="tool" data-copy={`/api/records/${id}`} data-part="json" hidden>Copy JSON</button>
        <a class="tool" href={`/api/records/${id}`}>JSON</a>
        <span class="soft num">{time} · {id}</span>
      </p>
      <table class="fields-table">
        <caption class="sr">Fields</caption>
        <thead class="sr"><tr><th scope="col">Field</th><th scope="col">Actions</th><th scope="col">Value</th></tr></thead>
        <tbody>{[...own, ...fields].map(([name, value]) => <Field name={name} value={value} most={room(value)} request={request} narrow={narrow} />)}</tbody>
      </table>
      {moreFields === 0 ? null : <p class="note"><a href={`/api/records/${id}`}>{plural(moreFields, 'more field')}</a></p>}
      <details class="json-view">
        <summary>As JSON</summary>
        <pre class="whole" tabindex={0} aria-label="JSON">{pretty(text)}</pre>
        {text.length <= JSON_CHARS ? null : <p class="note"><a href={`/api/records/${id}`}>All of it ({bytes(text.length)})</a></p>}
      </details>
    </>
  )
}

function Field({ name, value, most, request, narrow }: { name: string; value: string; most: number; request: LogsRequest; narrow: (term: string, exclude: boolean) => Narrowed }) {
  // Several tags are several values; a whole list is none that could be asked for.
  const term = name === 'tags' && value.includes(', ') || name.length > TERM_CHARS || value.length > TERM_CHARS || value === '' ? null : queryTerm(name, value)
  const label = visible(name.slice(0, TERM_CHARS)) + (name.length > TERM_CHARS ? '…' : '')
  const shown = visible(value.slice(0, most))
  const columns = columnsOf(request)
  const go = (q: string): string => logsAddress(request, { q, before: '' })
  return (
    <tr>
      <th scope="row"><bdi>{label}</bdi></th>
      <td class="field-actions">
        {term === null ? null : <a href={go(narrow(term, false).q)} aria-label={`Only ${label} ${shown.slice(0, 60)}`} title="Only records with this value">=</a>}
        {term === null ? null : <a href={go(narrow(term, true).q)} aria-label={`Without ${label} ${shown.slice(0, 60)}`} title="Without this value">≠</a>}
        {columns.includes(name) || name.includes(',') || name.length > TERM_CHARS ? null : <a href={logsAddress(request, { columns: [...columns, name].join(',') })} aria-label={`${label} as a column`} title="As a column">▥</a>}
      </td>
      <td><bdi>{shown}{value.length > most ? '…' : ''}</bdi></td>
    </tr>
  )
}

/** Cut first where it is long: what is made pretty grows. */
function pretty(text: string): string {
  const whole = text.length <= JSON_CHARS ? JSON.stringify(JSON.parse(text), null, 2) : text
  return whole.slice(0, JSON_CHARS).split('\n').map(visible).join('\n')
}
