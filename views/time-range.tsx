// Which span of time is searched: quick ones, two moments, and the windows beside the one that is shown. Links and a form, so it works without JavaScript.
import { logsSpan } from '../core/http/logs-span.ts'
import type { LogsRequest } from '../core/http/logs-view.ts'
import { isoTime } from './format.ts'
import { logsAddress } from './logs-address.ts'
import { shiftSpan, type Shift } from './shift-span.ts'
import { QUICK_SPANS, spanText } from './span-text.ts'

const STEPS: ReadonlyArray<readonly [shift: Shift, sign: string, label: string]> = [['older', '‹', 'Window before'], ['wider', '−', 'Zoom out'], ['newer', '›', 'Window after']]

export function TimeRange({ request }: { request: LogsRequest }) {
  const now = Date.now()
  const { q, from, to, columns, wrap, dense, ago } = request
  const read = logsSpan({ from, to }, now)
  const span = read.ok ? read.span : { from: null, to: null }
  const label = spanText(from, to)
  return (
    <div class="time-range">
      <details class="menu" id="time-menu">
        <summary class="pick" aria-label={`Time: ${label}`}>{label}</summary>
        <div class="panel">
          <ul class="menu-list">
            {QUICK_SPANS.map(([value, name]) => (
              <li><a href={logsAddress(request, { from: value, to: '', before: '' })} data-span={value} aria-current={to === '' && value === from ? 'true' : undefined}>{name}</a></li>
            ))}
          </ul>
          <form class="moments" action="/logs" method="get" data-query>
            <input type="hidden" name="q" value={q} />
            {Object.entries({ columns, wrap, dense, ago }).map(([name, value]) => (value === '' ? null : <input type="hidden" name={name} value={value} />))}
            <label>From <input type="datetime-local" name="from" step="any" value={field(span.from, Math.floor)} /></label>
            <label>To <input type="datetime-local" name="to" step="any" value={field(span.to, Math.ceil)} /></label>
            <p class="note">UTC. Leave one empty for an open end.</p>
            <button type="submit" class="go">Apply</button>
          </form>
        </div>
      </details>
      {span.from === null ? null : (
        <div class="steps" role="group" aria-label="Move the span of time">
          {STEPS.map(([shift, sign, name]) => {
            const target = shiftSpan(span, shift, now)
            return target === null ? <span aria-hidden="true">{sign}</span> : <a href={logsAddress(request, { ...target, before: '' })} id={`step-${shift}`} aria-label={name} title={name}>{sign}</a>
          })}
        </div>
      )}
    </div>
  )
}

/** To the second: nobody types less. */
function field(time: number | null, round: (seconds: number) => number): string {
  return time === null ? '' : (isoTime(round(time / 1000) * 1000)?.slice(0, 19) ?? '')
}
