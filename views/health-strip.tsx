// The top of the dashboard: the state in words with its reasons, and the eight figures an operator looks at first.
import type { Child } from 'hono/jsx'
import { Cut } from './cut.tsx'
import { bytes, clock, count, duration, exact, isoTime, plural, rate as rateText } from './format.ts'
import { health } from './health.ts'
import { logsParameters } from './logs-address.ts'
import { Num } from './number.tsx'
import type { Snapshot } from './snapshot.ts'
import { Time } from './time.tsx'

const SIGNS = { good: '✓', waiting: '…', attention: '!', failing: '×' } as const
/** Parse errors are counted for ever; only fresh ones are an alarm. */
const RECENT_MS = 5 * 60_000
/** A rule that deletes is no trouble; a disk or a journal that is about to be full within a week is. */
const ALARM_DAYS = 7
/** A forecast from a week's growth says little about what comes after a quarter. */
const FORESEEN_DAYS = 90
/** More reasons than this are in the tables below. */
const MAX_REASONS = 4

export function HealthStrip({ snapshot }: { snapshot: Snapshot }) {
  const { totals, disk, retention: { full } } = snapshot
  const { state, words, reasons } = health(snapshot)
  const errors = lastMinute(snapshot.rate.levels.error) + lastMinute(snapshot.rate.levels.fatal)
  const recent = snapshot.parseErrors.some(({ time }) => snapshot.now - time < RECENT_MS)
  const worst = snapshot.outputs.reduce<Snapshot['outputs'][number] | null>((slowest, output) => (slowest === null || output.lag > slowest.lag ? output : slowest), null)
  return (
    <section id="health" aria-labelledby="health-title">
      <h2 id="health-title" class="sr">Health</h2>
      <div class={`state state-${state}`}>
        <span class="sign" aria-hidden="true">{SIGNS[state]}</span>
        <p class="state-words" id="state" aria-live="polite">{words}</p>
        {reasons.length > 0 && <ul class="reasons">
          {reasons.slice(0, MAX_REASONS).map((reason) => <li><Cut text={reason} max={200} /></li>)}
          {reasons.length > MAX_REASONS && <li>And {count(reasons.length - MAX_REASONS)} more, in the tables below.</li>}
        </ul>}
      </div>
      <dl class="tiles">
        <Tile label="Now" note="records a second" href="/logs?from=5m"><span class="num" title={`${exact(snapshot.perSecond)} a second over the last 5 s`}>{rateText(snapshot.perSecond)}</span></Tile>
        <Tile label="Stored" note={`${bytes(totals.bytes)} of lines`} href="/logs"><Num value={totals.records} /></Tile>
        <Tile label="Errors" note="in the last minute" alarm={errors > 0} href="/logs?q=level%3A%3E%3Derror&from=1m"><Num value={errors} /></Tile>
        <Tile label="Parse errors" note="kept as raw lines" alarm={recent} href="/logs?q=error%3A*"><Num value={totals.errors} /></Tile>
        <Tile label="Filtered out" note="dropped by filters"><Num value={totals.dropped} /></Tile>
        <Tile label="Output lag" note={lagNote(worst)} alarm={worst !== null && worst.state !== 'running'} href="#outputs">
          {worst === null ? <span class="num">–</span> : <Num value={worst.lag} />}
        </Tile>
        <Tile label="Disk" note={diskNote(snapshot)} alarm={full !== null && !full.rule && full.days < ALARM_DAYS}><Num value={disk.bytes} unit="bytes" /></Tile>
        <Tile label="Oldest" note={disk.oldest === null ? 'nothing kept yet' : `ago: ${clock(disk.oldest).slice(0, 10)}`} {...(disk.oldest === null ? {} : { href: `/logs?${logsParameters({ to: isoTime(disk.oldest + 60_000) ?? '' })}` })}>{disk.oldest === null ? <span class="num">–</span> : <Time at={disk.oldest} now={snapshot.now} bare />}</Tile>
      </dl>
    </section>
  )
}

/** `href`: the logs, or the part of the page, that its figure is of. */
function Tile({ label, note, alarm, href, children }: { label: string; note: string; alarm?: boolean; href?: string; children?: Child }) {
  return (
    <div class={alarm === true ? 'tile alarm' : 'tile'}>
      <dt>{label}</dt>
      <dd><span class="figure">{href === undefined ? children : <a class="quiet" href={href}>{children}</a>}</span><span class="tile-note">{note}</span></dd>
    </div>
  )
}

function lagNote(worst: Snapshot['outputs'][number] | null): string {
  if (worst === null) return 'no outputs'
  return worst.lag === 0 ? 'all delivered' : `${duration(worst.lagSeconds * 1000)} behind`
}

function diskNote({ disk, retention: { full } }: Snapshot): string {
  const free = `${bytes(disk.free)} free`
  if (full === null || full.days > FORESEEN_DAYS) return free
  if (full.days === 0) return full.rule ? `at its limit, ${free}` : `full, ${free}`
  return `full in ${full.days < 1 ? 'less than a day' : plural(Math.floor(full.days), 'day')}, ${free}`
}

function lastMinute(values: readonly number[]): number {
  return values.slice(-60).reduce((sum, value) => sum + value, 0)
}
