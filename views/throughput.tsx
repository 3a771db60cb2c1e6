// The last five minutes as stacked bars by level: SVG attributes only, so the page's content policy needs no exception.
import { LEVELS, type Level } from '../core/level.ts'
import type { Rate } from '../core/read-model.ts'
import { clock, count, exact, plural, rate as rateText } from './format.ts'
import { Section } from './section.tsx'

/** Five seconds a bar: 60 bars are readable at 390 px, and bars begin at whole multiples so that they do not shimmer between polls. */
const BAR_SECONDS = 5
const BARS = 60
const WIDTH = 600
const HEIGHT = 160
const SLOT = WIDTH / BARS
/** Troubles stay visible beside a flood of info: three units are about two pixels. */
const MIN_VISIBLE = 3
/** Bottom to top: what must not be missed stands on the base line, where heights compare best. */
const STACK: readonly Level[] = LEVELS.toReversed()
const TROUBLE: readonly Level[] = ['fatal', 'error', 'warn']

interface Bar {
  /** Epoch seconds. */
  readonly from: number
  /** Records a second. */
  readonly levels: Readonly<Record<Level, number>>
  readonly total: number
}

export function Throughput({ rate }: { rate: Rate }) {
  const bars = makeBars(rate)
  const top = niceTop(Math.max(0, ...bars.map((bar) => bar.total)))
  const seen = LEVELS.filter((level) => rate.levels[level].some((value) => value > 0))
  const sum = rate.records.reduce((total, value) => total + value, 0)
  return (
    <Section id="throughput" title="Throughput" wide note="Records a second, last 5 minutes">
      <figure class="chart">
        <div class="plot">
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-labelledby="throughput-text">
            {[0, 0.5, 1].map((part) => (
              <line x1="0" x2={WIDTH} y1={HEIGHT * part} y2={HEIGHT * part} class="grid" vector-effect="non-scaling-stroke" />
            ))}
            {bars.map((bar, i) => bar.total > 0 && <BarShape bar={bar} x={i * SLOT} top={top} />)}
          </svg>
          <span class="tick high" aria-hidden="true">{rateText(top)}</span>
          <span class="tick middle" aria-hidden="true">{rateText(top / 2)}</span>
          {sum === 0 && <p class="plot-empty">No records in the last 5 minutes.</p>}
        </div>
        <div class="axis" aria-hidden="true"><span>5 min ago</span><span>2.5 min</span><span>now</span></div>
        <figcaption>
          <span id="throughput-text" class="sr">{inWords(rate, bars, sum)}</span>
          <ul class="legend">
            {seen.map((level) => (
              <li>
                <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" class={`level-${level}`} /></svg>
                {level} <LevelSum values={rate.levels[level]} />
              </li>
            ))}
          </ul>
        </figcaption>
      </figure>
    </Section>
  )
}

function LevelSum({ values }: { values: readonly number[] }) {
  const total = values.reduce((sum, value) => sum + value, 0)
  return <span class="num" title={`${exact(total)} in the last 5 minutes`}>{count(total)}</span>
}

function BarShape({ bar, x, top }: { bar: Bar; x: number; top: number }) {
  let y = HEIGHT
  const parts = STACK.flatMap((level) => {
    const value = bar.levels[level]
    if (value <= 0) return []
    const height = Math.min(y, Math.max((value / top) * HEIGHT, TROUBLE.includes(level) ? MIN_VISIBLE : 0.5))
    y -= height
    return [<rect x={fixed(x + SLOT * 0.1)} width={fixed(SLOT * 0.8)} y={fixed(y)} height={fixed(height)} class={`level-${level}`} />]
  })
  const levels = STACK.filter((level) => bar.levels[level] > 0).map((level) => `${level} ${rateText(bar.levels[level])}`)
  return (
    <g class="column">
      <title>{`${clock(bar.from * 1000)}: ${rateText(bar.total)} (${levels.join(', ')})`}</title>
      <rect x={fixed(x)} width={SLOT} y="0" height={HEIGHT} class="hit" />
      {parts}
    </g>
  )
}

function makeBars(rate: Rate): Bar[] {
  const end = rate.from + rate.records.length
  const first = Math.floor((end - 1) / BAR_SECONDS) * BAR_SECONDS - (BARS - 1) * BAR_SECONDS
  return Array.from({ length: BARS }, (_, i) => {
    const from = first + i * BAR_SECONDS
    // The oldest and the newest bar have fewer seconds: an average keeps their height comparable.
    const start = Math.max(0, from - rate.from)
    const stop = Math.max(start, Math.min(rate.records.length, from + BAR_SECONDS - rate.from))
    const mean = (values: readonly number[]): number => {
      let sum = 0
      for (let second = start; second < stop; second++) sum += values[second] ?? 0
      return stop > start ? sum / (stop - start) : 0
    }
    const { trace, debug, info, warn, error, fatal } = rate.levels
    const levels = { trace: mean(trace), debug: mean(debug), info: mean(info), warn: mean(warn), error: mean(error), fatal: mean(fatal) }
    return { from, levels, total: mean(rate.records) }
  })
}

/** The next 1, 2 or 5 times a power of ten, so that the scale rarely jumps and its middle is a round number too. */
function niceTop(max: number): number {
  if (max <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(max))
  return ([1, 2, 5, 10].find((step) => step * power >= max) ?? 10) * power
}

function inWords(rate: Rate, bars: readonly Bar[], sum: number): string {
  if (sum === 0) return 'No records in the last 5 minutes.'
  const peak = bars.reduce((best, bar) => (bar.total > best.total ? bar : best))
  const trouble = TROUBLE.map((level) => [level, rate.levels[level].reduce((total, value) => total + value, 0)] as const).filter(([, value]) => value > 0)
  const troubles = trouble.length === 0 ? 'no warnings or errors' : trouble.map(([level, value]) => `${count(value)} ${level}`).join(', ')
  return `Bar chart: ${plural(sum, 'record')} in the last 5 minutes, ${rateText(sum / rate.records.length)} on average, `
    + `at most ${rateText(peak.total)} at ${clock(peak.from * 1000)}; ${troubles}.`
}

function fixed(value: number): string {
  return value.toFixed(2)
}
