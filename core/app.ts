// The running system: one journal, one generation of components at a time, and what can be known about both.
import type { Hono } from 'hono'
import { assemble, type Generation, type Workshop } from './assemble.ts'
import type { Config } from './config/config.ts'
import { containPlugins, type Containment } from './containment.ts'
import { eraseThread } from './erase/erase-thread.ts'
import { Eraser } from './erase/eraser.ts'
import { FlowSampler } from './flow-sampler.ts'
import { firstNeeded, type Needed } from './first-needed.ts'
import type { ReportFor } from './guard.ts'
import { createHooks } from './hooks.ts'
import { createBodyBudget } from './http/body-budget.ts'
import { Intake } from './intake.ts'
import type { Commit } from './journal/commit.ts'
import { Journal } from './journal/journal.ts'
import type { SavedSearches } from './journal/saved-searches.ts'
import { takeInCopies } from './journal/take-in-copies.ts'
import { sealAndReport, type SealReport } from './journal/seal-report.ts'
import type { SealRunner } from './journal/sealed/seal-task.ts'
import { WorkerRunner } from './journal/sealed/worker-runner.ts'
import type { Level } from './level.ts'
import { Lifecycle } from './lifecycle.ts'
import type { OwnLog } from './log.ts'
import { OutputControl } from './output-control.ts'
import { Pipeline } from './pipeline.ts'
import type { ReadModel } from './read-model.ts'
import { journalTailSource } from './search/journal-tail-source.ts'
import type { Store } from './search/store.ts'
import { createStore } from './search/store/create-store.ts'
import type { TailSource } from './search/tail.ts'
import { readModel } from './system-status.ts'
import { flowCounts } from './pipeline-status.ts'
import { Stats } from './stats.ts'
import { Sweeper } from './sweeper.ts'
import { TapWatches } from './tap-watches.ts'

/** How much larger than `max_body` a body may become by decompression: JSON logs compress 5 to 10 times, a bomb 1000 times. */
const INFLATION = 4

export interface AppOptions {
  readonly config: Config
  readonly log: OwnLog
  readonly version: string
  sender: Workshop['sender']
  /** Who seals segments; a worker thread of its own by default. */
  readonly sealRunner?: SealRunner
  /** Called when the process cannot go on. */
  fatal(error: unknown): void
}

export class App {
  readonly model: ReadModel
  readonly eraser: Eraser
  readonly outputs: OutputControl
  readonly savedSearches: SavedSearches
  readonly #log: OwnLog
  readonly #journal: Journal
  readonly #stats: Stats
  readonly #workshop: Workshop
  readonly #pipeline: Pipeline
  readonly #lifecycle: Lifecycle
  readonly #containment: Containment
  readonly #sweeper: Sweeper
  readonly #flow: FlowSampler
  readonly #taps = new TapWatches(() => this.#generation.components)
  readonly store: Store
  /** Told of every commit, after the statistics. */
  readonly #listeners = new Set<() => void>()
  #generation: Generation
  /** Reloads and the stop follow each other, never overlap. */
  #changing: Promise<unknown> = Promise.resolve()
  #stopping = false

  /** Opens the journal and sets everything up; nothing runs before `start`. Throws DataError or SetupError. */
  static async open(options: AppOptions): Promise<App> {
    const early: Array<Parameters<ReportFor>> = []
    let report: ReportFor = (...problem) => void early.push(problem)
    let committed: (commit: Commit) => void = () => undefined
    const { config, log } = options
    const { journal: settings } = config
    const journal = await Journal.open({
      directory: config.data, fsync: settings.fsync, segmentBytes: settings.segment_size, segmentAgeMs: settings.segment_age,
      maxBytes: settings.max_size, onFull: settings.on_full, maxPendingBytes: settings.max_pending, reserveBytes: settings.reserve,
      sealing: { compression: settings.compression, level: settings.compression_level, maxUnsealedBytes: settings.max_unsealed, runner: options.sealRunner ?? new WorkerRunner() },
      now: Date.now, report: (level, message, remedy) => report('journal', level, message, remedy), committed: (commit) => committed(commit),
    })
    try {
      const app = new App(options, journal)
      report = app.#workshop.report
      for (const problem of early) report(...problem)
      committed = (commit) => app.#onCommit(commit)
      app.#generation = await assemble(config, null, app.#workshop, false)
      app.#carryOver()
      app.#pipeline.use(app.#generation.hooks)
      return app
    } catch (error) {
      await journal.close()
      for (const [component, level, message] of early) log.for(component)[level](message)
      throw error
    }
  }

  private constructor({ config, log, version, sender, fatal }: AppOptions, journal: Journal) {
    this.#log = log
    this.#journal = journal
    this.store = createStore({ list: () => journal.segments(), indexLost: (segment) => journal.indexLost(segment) })
    this.#stats = new Stats({ totals: journal.totals, now: Date.now })
    const report = this.#reporter()
    const { max_body, max_bodies } = config.server
    this.#generation = { config, hooks: createHooks(), components: [] }
    this.#pipeline = new Pipeline(journal, this.#generation.hooks, (sample) => this.#stats.parseError(sample), this.#taps.sources)
    const intake = new Intake(journal, this.#pipeline)
    const counters = new Map<string, { component: string; what: string; value: number }>()
    const count = (component: string, what: string, by: number): void => {
      const key = `${component}\0${what}`
      const counter = counters.get(key)
      if (counter === undefined) counters.set(key, { component, what, value: by })
      else counter.value += by
    }
    this.#workshop = { journal, intake, log, report, bodies: createBodyBudget({ size: max_bodies, maxBody: max_body, maxInflated: max_body * INFLATION }), sender, count, know: (component) => this.#containment.know(component) }
    this.#lifecycle = new Lifecycle({ journal, report, now: Date.now })
    this.outputs = new OutputControl(journal, () => this.#lifecycle.deliveriesByName())
    this.savedSearches = journal.store.savedSearches
    journal.needed = () => this.#needed()
    journal.onLost = (outputs, records) => {
      for (const output of outputs) count(output, 'dropped_undelivered', records)
    }
    this.#containment = containPlugins(() => this.#generation.components, report, fatal)
    this.#sweeper = new Sweeper({ components: () => this.#generation.components, store: () => journal.retention(), report, loggerFor: (component) => log.for(component) })
    this.eraser = new Eraser({ journal, report, level: config.journal.compression_level, thread: eraseThread, now: Date.now, forget: () => this.#forget() })
    journal.erase = (when, before) => this.eraser.rule(when, before, false)
    journal.onClosed = () => this.#sweeper.closed()
    const running = { stats: this.#stats, streams: intake.streams, components: () => this.#generation.components, deliveries: () => this.#lifecycle.deliveries() }
    this.#flow = new FlowSampler(() => flowCounts(running))
    this.model = readModel({
      ...running, version, journal, counters, dataDirectory: config.data, sweeper: this.#sweeper, flow: this.#flow, taps: this.#taps,
      shown: (stream, text) => this.#pipeline.shown(stream, text), config: () => this.#generation.config, stopping: () => this.#stopping,
    })
  }

  get config(): Config {
    return this.#generation.config
  }

  async start(): Promise<void> {
    await this.#lifecycle.start(this.#generation.components)
    this.#flow.start()
    void this.sweep()
  }

  /** Compresses what was stored until now. Throws what keeps it from that. */
  seal(): Promise<SealReport> {
    return sealAndReport(this.#journal)
  }

  /** Changes the level of a source that has one; false where there is no such source. */
  setLevel(name: string, level: Level): boolean {
    const source = this.#generation.components.find((component) => component.config.kind === 'source' && component.name === name)?.source
    source?.level?.set(level)
    return source?.level !== undefined
  }

  /** What live tails follow. */
  tailSource(): TailSource {
    return journalTailSource(this.#journal, (listener) => {
      this.#listeners.add(listener)
      return () => void this.#listeners.delete(listener)
    })
  }

  /** Lets the sources of the current generation mount their routes. */
  mountRoutes(app: Hono): void {
    this.#generation.hooks.routes.call(app)
  }

  /** Exchanges the generation for one of `config`; unchanged components keep running. Throws SetupError, and then nothing has changed. */
  reload(config: Config): Promise<void> {
    const change = this.#changing.then(() => this.#exchange(config))
    this.#changing = change.catch(() => undefined) // told to this caller; the next change must not fail for it
    return change
  }

  sweep(): Promise<void> {
    return this.#sweeper.sweep()
  }

  /** Drains: sources to what they have read, the journal to disk, outputs as far as their targets allow within the limit. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#journal.admission.hurry()
    this.#flow.stop()
    await this.#changing
    await this.#sweeper.stop()
    await this.#lifecycle.stop(this.#generation.components, true)
    await this.store.close()
    await this.#journal.close()
    // Containment stays to the end of the process: a timer that a plugin forgot must not change the exit code.
  }

  /** Lines that were kept to be shown may be of records that are erased or hidden now. */
  #forget(): void {
    this.#stats.forgetSamples()
    this.#taps.forget()
  }

  async #exchange(config: Config): Promise<void> {
    if (this.#stopping) return
    const old = this.#generation
    const next = await assemble(config, old, this.#workshop, true)
    const gone = old.components.filter((component) => !next.components.includes(component))
    await this.#lifecycle.stopSources(gone)
    this.#generation = next
    this.#carryOver()
    this.#pipeline.use(next.hooks)
    this.#workshop.intake.streams.reset()
    // A filter that redacts is there now, perhaps because of what the page shows.
    if (next.components.some((component) => component.config.kind === 'filter' && !old.components.includes(component))) this.#forget()
    await this.#lifecycle.stop(gone, false)
    await this.#lifecycle.start(next.components)
    // At once: a full disk should not wait a minute for a setting that frees it, nor a process that is restarted often for ever.
    takeInCopies(this.#journal, (level, message, remedy) => this.#workshop.report('journal', level, message, remedy))
    void this.sweep()
    for (const key of ['data', 'journal'] as const) if (JSON.stringify(old.config[key]) !== JSON.stringify(config[key])) this.#workshop.report('config', 'warn', `cannot change ${key} while running`, 'It takes effect with the next start.')
    for (const key of ['host', 'port', 'max_bodies', 'tls'] as const) if (JSON.stringify(old.config.server[key]) !== JSON.stringify(config.server[key])) this.#workshop.report('config', 'warn', `cannot change server.${key} while running`, 'It takes effect with the next start.')
    this.#log.setLevel(config.log.level)
    this.#log.setFormat(config.log.format)
  }

  /** Renamed sources take their streams along - only once the one of the old name has stopped, for it would go on where it no longer stands. */
  #carryOver(): void {
    const { components } = this.#generation
    for (const { config, name, started } of components) {
      if (config.kind !== 'source' || started || config.common.was === undefined) continue
      const { was } = config.common
      if (components.some((other) => other.config.kind === 'source' && other.name === was)) continue
      // Fails only when the journal closes before it is durable; then the next start renames again.
      this.#workshop.intake.rename(was, name).catch(() => undefined)
    }
  }

  #onCommit(commit: Commit): void {
    this.#stats.commit(commit)
    this.#generation.hooks.committed.call(commit)
    for (const delivery of this.#lifecycle.deliveries()) delivery.wake()
    for (const listener of this.#listeners) listener()
  }

  /** Counted and shown each time, logged once a minute: a full disk says so a hundred times a second. */
  #reporter(): ReportFor {
    const logged = new Map<string, number>()
    return (component, level, message, remedy) => {
      const time = Date.now()
      const problem = { component, level, message, remedy, time }
      this.#stats.problem(problem)
      this.#generation.hooks.problem.call(problem)
      const key = `${component}\0${message}`
      if (time - (logged.get(key) ?? 0) < 60_000) return
      if (logged.size > 1000) logged.clear()
      logged.set(key, time)
      this.#log.for(component)[level](`${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.$/, '')}. ${remedy}`)
    }
  }

  #needed(): Needed | null {
    const outputs = this.#generation.components.filter(({ config }) => config.kind === 'output')
    return firstNeeded(outputs.map((component) => ({ name: component.name, cursor: this.#lifecycle.deliveryOf(component)?.cursor ?? this.#journal.store.cursor(component.name) })))
  }
}
