// What a query may look like, where one could not be read: each example can be tried.
import type { LogsRequest } from '../core/http/logs-view.ts'
import { logsAddress } from './logs-address.ts'

const EXAMPLES = [
  ['declined', 'the word, in any value'],
  ['"card declined"', 'the text, also part of a word'],
  ['level:>=warn', 'warnings, errors and worse'],
  ['tag:payment -source:web', 'a tag, but not from this source'],
  ['status:[500 TO 599]', 'a number in a range; latency_ms:>800 compares'],
  ['user.id:u42*', 'a value that begins so'],
  ['path:"/var/log"', 'quotes, for a value with slashes or spaces'],
  ['/time(d )?out/i', 'a regular expression'],
  ['(a OR b) level:error', 'either of two, and an error'],
] as const

export function QueryHelp({ request }: { request: LogsRequest }) {
  return (
    <section class="query-help" aria-labelledby="query-help-title">
      <h2 id="query-help-title">Queries look like this</h2>
      <dl>{EXAMPLES.map(([q, what]) => <><dt><a href={logsAddress(request, { q, before: '' })}>{q}</a></dt><dd>{what}</dd></>)}</dl>
    </section>
  )
}
