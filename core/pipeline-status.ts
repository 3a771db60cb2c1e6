// The declared plugins as they are wired, with what each has done so far.
import type { Component } from './component.ts'
import type { Delivery } from './delivery.ts'
import { SECTION_OF } from './config/config.ts'
import type { FlowSampler } from './flow-sampler.ts'
import type { PipelineNode, PipelineStatus, PipelineWire } from './read-model.ts'
import type { Stats } from './stats.ts'
import type { StreamStates } from './stream-state.ts'

export interface PipelineParts {
  readonly stats: Stats
  readonly streams: StreamStates
  components(): readonly Component[]
  deliveries(): Iterable<Delivery>
}

/** `outputs/search`. */
export function nodeId(component: Component): string {
  return `${SECTION_OF[component.config.kind]}/${component.name}`
}

export function pipelineStatus(parts: PipelineParts, flow: FlowSampler): PipelineStatus {
  const sources = sourceCounts(parts.stats)
  const outputs = new Map([...parts.deliveries()].map((delivery) => delivery.status()).map((status) => [status.name, status]))
  const wires = wiresOf(parts)
  const used = new Set(wires.map(({ to }) => to))
  const nodes = parts.components().map((component): PipelineNode => {
    const { kind, type, name, path, when, plugin } = component.config
    const id = nodeId(component)
    const costs = component.costs()
    const sum = (of: (cost: (typeof costs)[number]) => number): number => costs.reduce((total, cost) => total + of(cost), 0)
    const output = kind === 'output' ? (outputs.get(name) ?? null) : null
    const own = kind === 'source' ? sources.get(name) : undefined
    const hooks = costs.filter(({ hook }) => hook === 'parse' || hook === 'tag' || hook === 'filter' || hook === 'committed')
    return {
      id, kind, type, name, path, when, summary: plugin.summary, failed: component.failed, used: kind !== 'parser' || path !== '' || used.has(id),
      records: kind === 'source' ? (own?.records ?? 0) : output !== null ? output.delivered : kind === 'retention' ? null : sum(({ records }) => records),
      dropped: sum(({ dropped }) => dropped),
      perSecond: kind === 'retention' ? null : flow.perSecond(id), history: flow.history(id),
      errors: (own?.errors ?? 0) + sum(({ errors }) => errors) + (component.failed === null ? 0 : 1),
      ms: hooks.reduce((total, { ms }) => total + ms, 0),
      lastError: component.failed ?? output?.lastError ?? costs.find(({ lastError }) => lastError !== null)?.lastError ?? null,
      output,
    }
  })
  return { nodes, wires }
}

/** For the sampler: what only grows, by id. */
export function flowCounts({ stats, components, deliveries }: PipelineParts): ReadonlyMap<string, number> {
  const sources = sourceCounts(stats)
  const delivered = new Map([...deliveries()].map((delivery) => delivery.status()).map(({ name, delivered: done }) => [name, done]))
  return new Map(components().map((component) => {
    const { kind } = component.config
    const count = kind === 'source' ? sources.get(component.name)?.records : kind === 'output' ? delivered.get(component.name) : component.costs().reduce((sum, { records }) => sum + records, 0)
    return [nodeId(component), count ?? 0]
  }))
}

function sourceCounts(stats: Stats): ReadonlyMap<string, { records: number; errors: number }> {
  const counts = new Map<string, { records: number; errors: number }>()
  for (const { name, records, errors } of stats.streams()) {
    const component = name.slice(0, name.indexOf('/'))
    const sum = counts.get(component)
    if (sum === undefined) counts.set(component, { records, errors })
    else {
      sum.records += records
      sum.errors += errors
    }
  }
  return counts
}

/** Which parsers the streams of each source have now. */
function wiresOf({ streams, components }: PipelineParts): PipelineWire[] {
  const present = new Set(components().map(nodeId))
  const wires = new Map<string, PipelineWire>()
  for (const { component, parser } of streams.all()) {
    const [from, to] = [`sources/${component}`, `parsers/${parser}`]
    if (present.has(from) && present.has(to)) wires.set(`${from}\0${to}`, { from, to })
  }
  return [...wires.values()]
}
