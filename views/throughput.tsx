// Throughput as stacked bars by level over a span of time: SVG attributes only, so the page's content policy needs no exception.
import type { Bar, Span, SpanChart } from '../core/http/span-chart.ts'
import { SPANS } from '../core/http/span-chart.ts'
import { LEVELS, type Level } from '../core/level.ts'
import { clock, count, exact, isoTime, plural, rate as rateText } from './format.ts'
import { logsParameters } from './logs-address.ts'
import { Section } from './section.tsx'
import { Swatch } from './swatch.tsx'

const WIDTH = 600
const HEIGHT = 160
/** Troubles stay visible beside a flood of info: three units are about two pixels. */
const MIN_VISIBLE = 3
/** Bottom to top: what must not be missed stands on the base line, where heights compare best. */
const STACK: readonly Level[] = LEVELS.toReversed()
const TROUBLE: readonly Level[] = ['fatal', 'error', 'warn']

const TEXTS: Readonly<Record<Span, { readonly link: string; readonly words: string; readonly axis: readonly [string, string] }>> = {
  '5m': { link: '5 min', words: 'the last 5 minutes', axis: ['5 min ago', '2.5 min'] },
  '15m': { link: '15 min', words: 'the last 15 minutes', axis: ['15 min ago', '7.5 min'] },
  '1h': { link: '1 h', words: 'the last hour', axis: ['1 h ago', '30 min'] },
  '24h': { link: '24 h', words: 'the last 24 hours', axis: ['24 h ago', '12 h'] },
  '7d': { link: '7 d', words: 'the last 7 days', axis: ['7 d ago', '3.5 d'] },
}

export function Throughput({ chart: { span, bars, complete } }: { chart: SpanChart }) {
  const { words, axis } = TEXTS[span]
  const top = niceTop(bars.reduce((most, bar) => Math.max(most, perSecond(bar)), 0))
  const seen = LEVELS.filter((level) => bars.some(({ levels }) => levels[level] > 0))
  const slot = WIDTH / Math.max(1, bars.length)
  const sum = bars.reduce((total, bar) => total + barSum(bar), 0)
  const empty = bars.length === 0 ? 'Counting takes longer than usual.' : `No records in ${words}.`
  return (
    <Section id="throughput" title="Throughput" wide note={<SpanLinks span={span} />}>
      <figure class="chart">
        <div class="plot">
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-labelledby="throughput-text">
            {[0, 0.5, 1].map((part) => (
              <line x1="0" x2={WIDTH} y1={HEIGHT * part} y2={HEIGHT * part} class="grid" vector-effect="non-scaling-stroke" />
            ))}
            {bars.map((bar, i) => barSum(bar) > 0 && <BarShape bar={bar} x={i * slot} slot={slot} top={top} />)}
          </svg>
          <span class="tick high" aria-hidden="true">{rateText(top)}</span>
          <span class="tick middle" aria-hidden="true">{rateText(top / 2)}</span>
          {sum === 0 && <p class="plot-empty">{empty}</p>}
        </div>
        <div class="axis" aria-hidden="true"><span>{axis[0]}</span><span>{axis[1]}</span><span>now</span></div>
        <figcaption>
          <span id="throughput-text" class="sr">{sum === 0 ? empty : inWords(words, bars, sum)}</span>
          <ul class="legend">
            {seen.map((level) => <li><a class="quiet" href={`/logs?${logsParameters({ q: `level:${level}`, from: span })}`}><Swatch level={level} />{level} <LevelSum bars={bars} level={level} words={words} /></a></li>)}
            <li class="legend-note" id="readout">{complete || bars.length === 0 ? 'Records a second' : 'Records a second; not all could be counted in time'}{span === '5m' ? ', as they came' : ', by their own time'}</li>
          </ul>
        </figcaption>
      </figure>
    </Section>
  )
}

function SpanLinks({ span }: { span: Span }) {
  return (
    <span class="spans" role="group" aria-label="Span of time">
      {SPANS.map((one) => <a href={one === '5m' ? '/metrics' : `/metrics?span=${one}`} data-span={one} title={TEXTS[one].words} aria-current={one === span ? 'true' : undefined}>{TEXTS[one].link}</a>)}
    </span>
  )
}

function LevelSum({ bars, level, words }: { bars: readonly Bar[]; level: Level; words: string }) {
  const total = bars.reduce((sum, { levels }) => sum + levels[level], 0)
  return <span class="num" title={`${exact(total)} in ${words}`}>{count(total)}</span>
}

function BarShape({ bar, x, slot, top }: { bar: Bar; x: number; slot: number; top: number }) {
  let y = HEIGHT
  const gap = Math.min(slot * 0.1, 2)
  const parts = STACK.flatMap((level) => {
    const value = bar.levels[level] / bar.seconds
    if (value <= 0) return []
    const height = Math.min(y, Math.max((value / top) * HEIGHT, TROUBLE.includes(level) ? MIN_VISIBLE : 0.5))
    y -= height
    return [<rect x={fixed(x + gap)} width={fixed(slot - 2 * gap)} y={fixed(y)} height={fixed(height)} class={`level-${level}`} />]
  })
  const levels = STACK.filter((level) => bar.levels[level] > 0).map((level) => `${level} ${count(bar.levels[level])}`)
  return (
    <g class="column" data-from={isoTime(bar.from) ?? ''} data-to={isoTime(bar.to) ?? ''}>
      <title>{`${clock(bar.from)}: ${rateText(perSecond(bar))} (${levels.join(', ')})`}</title>
      <rect x={fixed(x)} width={fixed(slot)} y="0" height={HEIGHT} class="hit" />
      {parts}
    </g>
  )
}

function barSum({ levels }: Bar): number {
  let sum = 0
  for (const level of LEVELS) sum += levels[level]
  return sum
}

function perSecond(bar: Bar): number {
  return bar.seconds > 0 ? barSum(bar) / bar.seconds : 0
}

/** The next 1, 2 or 5 times a power of ten, from 0.1 on, so that the scale rarely jumps and its middle is a round number too. */
function niceTop(max: number): number {
  if (max <= 0.1) return 0.1
  const power = 10 ** Math.floor(Math.log10(max))
  return ([1, 2, 5, 10].find((step) => step * power >= max) ?? 10) * power
}

function inWords(words: string, bars: readonly Bar[], sum: number): string {
  const peak = bars.reduce((best, bar) => (perSecond(bar) > perSecond(best) ? bar : best))
  const seconds = bars.reduce((total, bar) => total + bar.seconds, 0)
  const trouble = TROUBLE.map((level) => [level, bars.reduce((total, bar) => total + bar.levels[level], 0)] as const).filter(([, value]) => value > 0)
  const troubles = trouble.length === 0 ? 'no warnings or errors' : trouble.map(([level, value]) => `${count(value)} ${level}`).join(', ')
  return `Bar chart: ${plural(sum, 'record')} in ${words}, ${rateText(sum / seconds)} on average, `
    + `at most ${rateText(perSecond(peak))} at ${clock(peak.from)}; ${troubles}.`
}

function fixed(value: number): string {
  return value.toFixed(2)
}
