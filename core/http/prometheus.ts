// The numbers for Prometheus, as text or OpenMetrics. Counters are set from the read model at each scrape, never counted twice.
import { Counter, Gauge, Registry, collectDefaultMetrics, type Metric } from 'prom-client'
import type { DiskStatus, OutputStatus, PluginCost, ReadModel, StreamStatus, Totals } from '../read-model.ts'

export interface PrometheusText {
  readonly contentType: string
  readonly body: string
}

export interface Prometheus {
  /** What one scrape gets; OpenMetrics where the Accept header asks for it, as Prometheus itself does. */
  scrape(accept: string | undefined): Promise<PrometheusText>
}

/** Everything one scrape reports, taken once: tables of up to 10,000 names are copied once, and the figures agree with each other. */
interface Snapshot {
  readonly totals: Totals
  readonly streams: readonly StreamStatus[]
  readonly outputs: readonly OutputStatus[]
  readonly plugins: readonly PluginCost[]
  readonly counters: ReturnType<ReadModel['counters']>
  readonly disk: DiskStatus
  readonly ready: boolean
}

/** Gauges of prom-client whose `_total` names break Prometheus' own rules (`promtool check metrics`); the same numbers exist without it. */
const MISNAMED = new Set(['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'])

export function createPrometheus(model: ReadModel): Prometheus {
  const text = new Registry()
  for (const metric of processMetrics()) text.registerMetric(metric)
  let snapshot = takeSnapshot(model)
  registerSawlog(text, model.version, () => snapshot)
  const open = openMetricsView(text)
  return {
    async scrape(accept) {
      snapshot = takeSnapshot(model)
      const registry = accept?.includes('application/openmetrics-text') === true ? open : text
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
  }
}

let ofProcess: Metric[] | null = null

/**
 * CPU, memory, event loop and garbage collection belong to the process, not to a model: made once, because each set holds observers
 * that nothing ever disconnects and counts from zero again, and routes are built anew at each reload.
 */
function processMetrics(): readonly Metric[] {
  if (ofProcess !== null) return ofProcess
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  ofProcess = registry.getMetricsAsArray().flatMap(({ name }) => {
    const metric = MISNAMED.has(name) ? undefined : registry.getSingleMetric(name)
    return metric === undefined ? [] : [metric]
  })
  return ofProcess
}

function takeSnapshot(model: ReadModel): Snapshot {
  return {
    totals: model.totals(), streams: model.streams(), outputs: model.outputs(), plugins: model.plugins(), counters: model.counters(),
    disk: model.disk(), ready: model.notReady() === null,
  }
}

/**
 * The same metrics under a second registry. prom-client cuts `_total` off a counter's own name when it writes OpenMetrics and
 * leaves it off, so the second registry gets objects that inherit everything but the name.
 */
function openMetricsView(text: Registry): Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE> {
  const open = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>()
  open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  for (const { name } of text.getMetricsAsArray()) {
    const metric = text.getSingleMetric(name)
    if (metric !== undefined) open.registerMetric(Object.create(metric, { name: { value: name, writable: true } }) as Metric)
  }
  return open
}

type Labels = { readonly [label: string]: string }
type Rows = Iterable<readonly [labels: Labels, value: number]>

function registerSawlog(registry: Registry, version: string, now: () => Snapshot): void {
  const registers = [registry]
  const counter = (name: string, help: string, labelNames: string[], rows: (snapshot: Snapshot) => Rows): void => {
    const metric = new Counter({
      name, help, labelNames, registers,
      collect() {
        metric.reset()
        for (const [labels, value] of rows(now())) metric.inc(labels, finite(value))
      },
    })
  }
  const gauge = (name: string, help: string, labelNames: string[], rows: (snapshot: Snapshot) => Rows): void => {
    const metric = new Gauge({
      name, help, labelNames, registers,
      collect() {
        metric.reset()
        for (const [labels, value] of rows(now())) metric.set(labels, finite(value))
      },
    })
  }
  const named = (label: string, counts: Readonly<Record<string, number>>): Rows => Object.entries(counts).map(([name, value]) => [{ [label]: name }, value])
  const one = (value: number): Rows => [[{}, value]]
  const byOutput = (value: (output: OutputStatus) => number) => ({ outputs }: Snapshot): Rows => outputs.map((output) => [{ output: output.name }, value(output)])
  const byPlugin = (value: (plugin: PluginCost) => number) => ({ plugins }: Snapshot): Rows =>
    plugins.map((plugin) => [{ plugin: plugin.name, kind: plugin.kind, hook: plugin.hook }, value(plugin)])

  counter('sawlog_records_total', 'Records stored durably, by level.', ['level'], ({ totals }) => named('level', totals.levels))
  counter('sawlog_source_records_total', 'Records stored durably, by source.', ['source'], ({ totals }) => named('source', totals.sources))
  counter('sawlog_tag_records_total', 'Records stored durably, by tag; a record counts once for each of its tags.', ['tag'], ({ totals }) => named('tag', totals.tags))
  counter('sawlog_stored_bytes_total', 'Bytes of stored records before compression.', [], ({ totals }) => one(totals.bytes))
  counter('sawlog_parse_errors_total', 'Lines that did not parse and were kept raw, by stream.', ['stream'], ({ streams }) =>
    streams.map((stream) => [{ stream: stream.name }, stream.errors]))
  counter('sawlog_filtered_records_total', 'Records that filters dropped.', [], ({ totals }) => one(totals.dropped))
  counter('sawlog_component_events_total', 'Other things that components count, such as lines that were cut or not UTF-8.', ['component', 'what'], ({ counters }) =>
    counters.map(({ component, what, value }) => [{ component, what }, value]))

  const output = ['output']
  gauge('sawlog_output_lag_records', 'Records not yet delivered.', output, byOutput(({ lag }) => lag))
  gauge('sawlog_output_lag_bytes', 'Bytes not yet delivered.', output, byOutput(({ lagBytes }) => lagBytes))
  gauge('sawlog_output_lag_seconds', 'Age of the oldest record not yet delivered.', output, byOutput(({ lagSeconds }) => lagSeconds))
  counter('sawlog_output_delivered_records_total', 'Records delivered.', output, byOutput(({ delivered }) => delivered))
  counter('sawlog_output_rejected_records_total', 'Records the target refused for good.', output, byOutput(({ rejected }) => rejected))
  gauge('sawlog_output_dead_letters', 'Refused records that wait to be replayed or discarded.', output, byOutput(({ deadLetters }) => deadLetters))
  counter('sawlog_output_errors_total', 'Deliveries that failed and are tried again.', output, byOutput(({ errors }) => errors))

  const plugin = ['plugin', 'kind', 'hook']
  counter('sawlog_plugin_seconds_total', 'Time spent inside a plugin.', plugin, byPlugin(({ ms }) => ms / 1000))
  counter('sawlog_plugin_calls_total', 'Calls of a plugin.', plugin, byPlugin(({ calls }) => calls))
  counter('sawlog_plugin_errors_total', 'Errors thrown by a plugin and contained.', plugin, byPlugin(({ errors }) => errors))

  gauge('sawlog_journal_bytes', 'Bytes of the journal on disk.', [], ({ disk }) => one(disk.bytes))
  gauge('sawlog_journal_segments', 'Segments of the journal on disk.', [], ({ disk }) => one(disk.segments))
  gauge('sawlog_journal_free_bytes', 'Free bytes on the disk that holds the journal.', [], ({ disk }) => one(disk.free))
  gauge('sawlog_ready', 'Whether records are taken: 1 or 0.', [], ({ ready }) => one(ready ? 1 : 0))
  gauge('sawlog_build_info', 'Always 1; the version is in the label.', ['version'], () => [[{ version }, 1]])
}

/** One wrong figure must not cost the whole scrape: prom-client throws on NaN and on counters below zero. */
function finite(value: number): number {
  return Number.isFinite(value) && value > 0 ? value : 0
}
