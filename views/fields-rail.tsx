// The fields of what matches: values to search for and to leave out, each a link.
import type { LogsFields } from '../core/http/logs-fields.ts'
import type { LogsRequest } from '../core/http/logs-view.ts'
import { narrowQuery, type Narrowed } from '../core/search/narrow-query.ts'
import { queryTerm } from '../core/search/query-term.ts'
import type { FieldValues } from '../core/search/store.ts'
import { count, exact as digits, plural } from './format.ts'
import { logsAddress } from './logs-address.ts'
import { Num } from './number.tsx'
import { visible } from './visible.ts'

/** Values of a field; the query box completes the others. */
const VALUES = 8
/** Fields that are open at first, beside those that are the record's own. */
const OPEN = 5

export function FieldsRail({ request, fields: { fields, more, sampled, receipt } }: { request: LogsRequest; fields: LogsFields }) {
  const narrow = narrowQuery(request.q)
  const estimated = fields.some(({ exact }) => !exact)
  return (
    <>
      {fields.length === 0 ? <p class="part-wait">No records, no fields.</p> : null}
      {fields.map((field, i) => <Field request={request} narrow={narrow} field={field} open={i < OPEN} />)}
      {more === 0 ? null : <p class="note">{plural(more, 'more field')}: type a name into the query box.</p>}
      {fields.length === 0 ? null : (
        <p class="note">
          {estimated ? <>Counts with ~ are of the newest <Num value={sampled} /> that match; the others are of all.</> : 'Counts are of all that match.'}
          {receipt.complete ? null : <strong class="hot"> Incomplete: {receipt.reason === 'budget' ? 'it took too long' : receipt.reason ?? 'unknown'}.</strong>}
        </p>
      )}
    </>
  )
}

type Narrow = (term: string, exclude: boolean) => Narrowed

function Field({ request, narrow, field: { name, values, exact }, open }: { request: LogsRequest; narrow: Narrow; field: FieldValues; open: boolean }) {
  const top = Math.max(1, values[0]?.count ?? 1)
  const unique = top === 1 && values.length > VALUES
  const label = visible(name === 'tags' ? 'tag' : name)
  return (
    <details class="facet" open={open} data-field={name}>
      <summary><bdi>{label}</bdi> <span class="soft num">{values.length > VALUES ? `${VALUES}+` : values.length}</span></summary>
      {unique ? <p class="note">Never the same twice.</p> : (
        <ul>{values.slice(0, VALUES).map(({ value, count: n }) => <Value request={request} narrow={narrow} name={name} label={label} value={value} n={n} part={n / top} exact={exact} />)}</ul>
      )}
    </details>
  )
}

interface ValueProps {
  readonly request: LogsRequest
  readonly narrow: Narrow
  readonly name: string
  readonly label: string
  readonly value: string
  readonly n: number
  /** Of the most frequent one's count. */
  readonly part: number
  readonly exact: boolean
}

function Value({ request, narrow, name, label, value, n, part, exact }: ValueProps) {
  const term = queryTerm(name, value)
  const text = visible(value)
  const number = <span class="num" title={`${exact ? '' : 'about '}${digits(n)}`}>{exact ? '' : '~'}{count(n)}</span>
  if (term === null) return <li class="facet-value"><span class="only"><bdi>{text}</bdi></span>{number}</li>
  const only = narrow(term, false)
  const without = narrow(term, true)
  const go = (q: string): string => logsAddress(request, { q, before: '' })
  return (
    <li class="facet-value">
      <a class="only" href={go(only.q)} aria-current={only.active ? 'true' : undefined} title={only.active ? `Take ${label} ${text} out of the query` : `Only ${label} ${text}`}>
        <svg class="facet-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width={(part * 100).toFixed(1)} height="1" class={name === 'level' ? `level-${value}` : 'fill'} /></svg>
        <bdi>{text}</bdi>
      </a>
      {number}
      <a class="without" href={go(without.q)} aria-label={`Without ${label} ${text}`} title={`Without ${label} ${text}`}>≠</a>
    </li>
  )
}
