// How many records match, by time and level: stacked bars, each a link to its own span. Dragging over them is `logs-brush.js`.
import type { LogsHistogram } from '../core/http/logs-histogram.ts'
import type { LogsRequest } from '../core/http/logs-view.ts'
import { LEVELS, type Level } from '../core/level.ts'
import type { HistogramBucket } from '../core/search/store.ts'
import { count, duration, exact, isoTime, plural } from './format.ts'
import { logsAddress } from './logs-address.ts'
import { Num } from './number.tsx'
import { timeTicks } from './time-ticks.ts'

const HEIGHT = 100
/** Troubles stay visible beside a flood of info. */
const MIN_VISIBLE = 3
/** Bottom to top: what must not be missed stands on the base line. */
const STACK: readonly Level[] = LEVELS.toReversed()
const TROUBLE: ReadonlySet<Level> = new Set(['fatal', 'error', 'warn'])
const TICKS = 8

export function Histogram({ request, histogram: { buckets, total, receipt } }: { request: LogsRequest; histogram: LogsHistogram }) {
  const [first, last] = [buckets[0], buckets.at(-1)]
  const top = Math.max(1, ...buckets.map(sum))
  const seen = STACK.map((level) => [level, buckets.reduce((n, { levels }) => n + (levels[level] ?? 0), 0)] as const).filter(([, n]) => n > 0)
  const width = Math.max(0, ...buckets.map(({ from, to }) => to - from))
  const incomplete = !receipt.complete
  const place = (time: number): number => (first === undefined || last === undefined ? 0 : ((time - first.from) / (last.to - first.from)) * buckets.length)
  return (
    <>
      <div class="histogram-head">
        <p class="total"><strong><Num value={total} /></strong> {total === 1 ? 'record' : 'records'}{incomplete ? ' so far' : ''}</p>
        <ul class="legend">
          {seen.map(([level, n]) => (
            <li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" class={`level-${level}`} /></svg>{level} <Num value={n} /></li>
          ))}
        </ul>
        <p class="note">
          {width === 0 ? null : <>{duration(width)} a bar · </>}read {count(receipt.blocksScanned)} of {plural(receipt.blocks, 'block')} in {duration(receipt.ms)}
          {incomplete ? <> · <strong class="hot">incomplete: {receipt.reason === 'budget' ? 'it took too long' : receipt.reason ?? 'unknown'}</strong></> : null}
        </p>
      </div>
      {first === undefined || last === undefined ? <p class="part-wait">No time to show: nothing is stored here.</p> : (
        <figure class="histogram-plot" data-from={isoTime(first.from)} data-to={isoTime(last.to)}>
          <svg class="bars" viewBox={`0 0 ${buckets.length} ${HEIGHT}`} preserveAspectRatio="none" role="group" aria-label={inWords(buckets, total, seen)}>
            {buckets.map((bucket, i) => <Bar request={request} bucket={bucket} x={place(bucket.from)} width={place(bucket.to) - place(bucket.from)} top={top} focusable={i === buckets.length - 1} />)}
          </svg>
          <svg class="ticks" aria-hidden="true">
            {timeTicks(first.from, last.to, TICKS).map(({ part, label }, i) => <text x={`${(part * 100).toFixed(2)}%`} y="12" text-anchor={part < 0.03 ? 'start' : part > 0.97 ? 'end' : 'middle'} class={i % 2 === 1 ? 'odd' : undefined}>{label}</text>)}
          </svg>
          {total === 0 ? <p class="plot-none">No records in this span of time.</p> : <span class="peak" aria-hidden="true">{count(top)}</span>}
          <output class="brushed" hidden></output>
        </figure>
      )}
    </>
  )
}

interface BarProps {
  readonly request: LogsRequest
  readonly bucket: HistogramBucket
  readonly x: number
  /** The first and the last may be cut. */
  readonly width: number
  readonly top: number
  readonly focusable: boolean
}

function Bar({ request, bucket, x, width, top, focusable }: BarProps) {
  const [from, to] = [isoTime(bucket.from) ?? '', isoTime(bucket.to) ?? '']
  const total = sum(bucket)
  const levels = STACK.flatMap((level) => (bucket.levels[level] === undefined ? [] : [`${level} ${exact(bucket.levels[level])}`]))
  const label = `${spoken(from)} to ${spoken(to)}: ${plural(total, 'record')}${levels.length === 0 ? '' : ` (${levels.join(', ')})`}`
  let y = HEIGHT
  const parts = STACK.flatMap((level) => {
    const value = bucket.levels[level] ?? 0
    if (value <= 0) return []
    const height = Math.min(y, Math.max((value / top) * HEIGHT, TROUBLE.has(level) ? MIN_VISIBLE : 1))
    y -= height
    return [<rect x={(x + width * 0.08).toFixed(3)} width={(width * 0.84).toFixed(3)} y={y.toFixed(2)} height={height.toFixed(2)} class={`level-${level}`} />]
  })
  return (
    <a class="column" href={logsAddress(request, { from, to, before: '' })} data-from={from} data-to={to} tabindex={focusable ? 0 : -1} aria-label={label}>
      <title>{label}</title>
      <rect x={x.toFixed(3)} width={width.toFixed(3)} y="0" height={HEIGHT} class="hit" />
      {parts}
    </a>
  )
}

function sum({ levels }: HistogramBucket): number {
  return Object.values(levels).reduce((n, value) => n + value, 0)
}

function spoken(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11).replace('.000', '')}`
}

function inWords(buckets: readonly HistogramBucket[], total: number, seen: ReadonlyArray<readonly [Level, number]>): string {
  if (total === 0) return 'Bar chart: no records in this span of time.'
  const peak = buckets.reduce((best, bucket) => (sum(bucket) > sum(best) ? bucket : best))
  return `Bar chart: ${plural(total, 'record')} (${seen.map(([level, n]) => `${level} ${count(n)}`).join(', ')}), at most ${count(sum(peak))} in a bar, at ${spoken(isoTime(peak.from) ?? '')}. Arrow keys move between bars, with shift they mark several, Enter shows them.`
}
