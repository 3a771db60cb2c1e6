// The read model over the running system.
import { statfsSync } from 'node:fs'
import type { Component } from './component.ts'
import type { Config } from './config/config.ts'
import { effectiveConfig } from './config/effective-config.ts'
import type { Delivery } from './delivery.ts'
import type { Journal } from './journal/journal.ts'
import type { FlowSampler } from './flow-sampler.ts'
import { nodeId, pipelineStatus } from './pipeline-status.ts'
import type { PluginCost, ReadModel, ShownTapRow, StreamStatus, TapStatus } from './read-model.ts'
import { retentionStatus } from './retention-status.ts'
import type { StreamCounts, Stats } from './stats.ts'
import type { StreamStates } from './stream-state.ts'
import type { Sweeper } from './sweeper.ts'
import type { TapRow } from './tap-watch.ts'
import type { TapWatches } from './tap-watches.ts'

/** Of a source shown at once; a page of more is no use. */
const MAX_STREAMS = 200

/** Of one record that goes through a plugin: less than was kept, so that filters saw whole what is cut here. */
const MAX_TAP_TEXT = 1000
const MAX_TAP_CHANGE = 200

export interface StatusParts {
  readonly version: string
  readonly journal: Journal
  readonly stats: Stats
  readonly streams: StreamStates
  readonly counters: ReadonlyMap<string, { component: string; what: string; value: number }>
  readonly dataDirectory: string
  readonly sweeper: Sweeper
  readonly flow: FlowSampler
  readonly taps: TapWatches
  /** Text of a stream as it may be shown. */
  shown(stream: string, text: string): string
  components(): readonly Component[]
  config(): Config
  deliveries(): Iterable<Delivery>
  stopping(): boolean
}

export function readModel(parts: StatusParts): ReadModel {
  const { journal, stats, version } = parts
  const values = remembered(effectiveConfig)
  return {
    version,
    startedAt: Date.now(),
    notReady: () => (parts.stopping() ? 'the server is stopping' : journal.stalled),
    totals: () => stats.totals(),
    perSecond: () => stats.perSecond(),
    rate: (seconds) => stats.rate(seconds),
    recent: (of, name) => stats.recent(of, name),
    streams: () => streamsOf(parts, parts.stats.streams()),
    streamsOf: (source) => streamsOf(parts, parts.stats.streams().filter(({ name }) => name.startsWith(`${source}/`)).slice(0, MAX_STREAMS)),
    pipeline: () => pipelineStatus(parts, parts.flow),
    tap: (id, after) => tapOf(parts, id, after),
    counters: () => [...parts.counters.values()],
    parseErrors: () => stats.parseErrors(),
    outputs: () => [...parts.deliveries()].map((delivery) => delivery.status()),
    plugins: () => parts.components().flatMap(costsOf),
    disk: () => {
      const { bavail, bsize } = statfsSync(parts.dataDirectory)
      return { ...journal.disk(), free: bavail * bsize, sources: journal.catalog.bySource.with(journal.active) }
    },
    retention: () => retentionStatus(journal, parts.sweeper.asks()),
    problems: () => stats.problems(),
    config: () => ({ file: parts.config().file, values: values(parts.config()), levels: parts.components().flatMap(({ name, source }) => (source?.level === undefined ? [] : [{ name, level: source.level.get() }])) }),
  }
}

/** For one argument, since a page that is polled asks with the same one each time. */
function remembered<A, R>(make: (argument: A) => R): (argument: A) => R {
  let last: { argument: A; result: R } | null = null
  return (argument) => (last?.argument === argument ? last : (last = { argument, result: make(argument) })).result
}

function tapOf({ taps, components, shown }: StatusParts, id: string, after: number): TapStatus | null {
  const component = components().find((one) => nodeId(one) === id)
  const watch = component === undefined ? null : taps.of(component.config.kind, component.name)
  if (watch === null) return null
  const { rows, skipped } = watch.rows(after)
  // What filters hide is hidden here too, also in what has not reached them yet.
  const show = (stream: string, text: string, max: number): string => shown(stream, text).slice(0, max)
  const cut = ({ stream, before, after, changes, ...rest }: TapRow): ShownTapRow => ({
    ...rest, stream, before: show(stream, before, MAX_TAP_TEXT), after: after === null ? null : show(stream, after, MAX_TAP_TEXT), changes: changes.map((change) => show(stream, change, MAX_TAP_CHANGE)),
  })
  return { skipped, rows: rows.map(cut) }
}

function streamsOf({ streams, journal }: StatusParts, counts: readonly StreamCounts[]): StreamStatus[] {
  return counts.filter(({ records, errors }) => records + errors > 0).map(({ name, records, errors }) => {
    const state = streams.get(name)
    const component = name.slice(0, name.indexOf('/'))
    const path = journal.positions.get(name)?.path
    return {
      // A followed file is known by its path, anything else by its stream's name.
      name: typeof path === 'string' ? path : name, source: state?.source ?? component, records, errors,
      parser: state?.parser ?? '', parserReason: state?.reason ?? '',
    }
  })
}

function costsOf(component: Component): PluginCost[] {
  const { kind, type, name } = component.config
  const costs: Array<Omit<PluginCost, 'name' | 'kind' | 'type'>> = component.costs().map(({ hook, calls, errors, ms, lastError }) => ({ hook, calls, errors, ms, lastError }))
  if (component.failed !== null) costs.push({ hook: 'start', calls: 0, errors: 1, ms: 0, lastError: `not running: ${component.failed}` })
  return costs.map((cost) => ({ name, kind, type, ...cost }))
}
