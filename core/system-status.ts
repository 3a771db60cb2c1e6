// The read model over the running system.
import { statfsSync } from 'node:fs'
import type { Component } from './component.ts'
import type { Config } from './config/config.ts'
import { effectiveConfig } from './config/effective-config.ts'
import type { Delivery } from './delivery.ts'
import type { Journal } from './journal/journal.ts'
import type { PluginCost, ReadModel, StreamStatus } from './read-model.ts'
import { retentionStatus } from './retention-status.ts'
import type { Stats } from './stats.ts'
import type { StreamStates } from './stream-state.ts'
import type { Sweeper } from './sweeper.ts'

export interface StatusParts {
  readonly version: string
  readonly journal: Journal
  readonly stats: Stats
  readonly streams: StreamStates
  readonly counters: ReadonlyMap<string, { component: string; what: string; value: number }>
  readonly dataDirectory: string
  readonly sweeper: Sweeper
  components(): readonly Component[]
  config(): Config
  deliveries(): Iterable<Delivery>
  stopping(): boolean
}

export function readModel(parts: StatusParts): ReadModel {
  const { journal, stats, version } = parts
  return {
    version,
    startedAt: Date.now(),
    notReady: () => (parts.stopping() ? 'the server is stopping' : journal.stalled),
    totals: () => stats.totals(),
    perSecond: () => stats.perSecond(),
    rate: (seconds) => stats.rate(seconds),
    recent: (of, name) => stats.recent(of, name),
    streams: () => streamsOf(parts),
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
    config: () => ({ file: parts.config().file, values: effectiveConfig(parts.config()), levels: parts.components().flatMap(({ name, source }) => (source?.level === undefined ? [] : [{ name, level: source.level.get() }])) }),
  }
}

function streamsOf({ stats, streams, journal }: StatusParts): StreamStatus[] {
  return stats.streams().filter(({ records, errors }) => records + errors > 0).map(({ name, records, errors }) => {
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
  const costs = component.costs()
  if (component.failed !== null) costs.push({ hook: 'start', calls: 0, errors: 1, ms: 0, lastError: `not running: ${component.failed}` })
  return costs.map((cost) => ({ name, kind, type, ...cost }))
}
