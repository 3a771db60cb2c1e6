// Runs one plugin without Sawlog around it: hooks that a test can call, a recorded intake, collected problems.
import { Hono } from 'hono'
import type { RetentionStore } from '../../core/journal/retention-store.ts'
import { Component, type RecordedTap } from '../../core/component.ts'
import type { AnyComponentConfig } from '../../core/config/config.ts'
import type { Plugin, PluginContext } from '../../core/define-plugin.ts'
import type { Gap } from '../../core/emit.ts'
import type { HookName, Sample } from '../../core/hooks.ts'
import type { Commit, Position } from '../../core/journal/commit.ts'
import type { Problem } from '../../core/problem.ts'
import type { Batch } from '../../core/record.ts'
import { tapRecorder } from '../../core/tap-recorder.ts'
import { FakeIntake } from './fake-intake.ts'

export interface HostSettings {
  /** The component's name; the plugin's type by default. */
  readonly name?: string
  /** Where a source's streams stand, as after a restart. */
  readonly positions?: ReadonlyMap<string, Position>
  readonly gaps?: readonly Gap[]
  /** The journal's id. */
  readonly journal?: string
}

/** Bytes of request bodies a source may hold: small, so that tests reach the limit. */
const BODY_BUDGET = 64 * 1024 * 1024

export class Host<P extends Plugin> {
  readonly name: string
  readonly intake: FakeIntake
  readonly problems: Problem[] = []
  /** `level message`, as logged. */
  readonly logs: string[] = []
  /** What hooks threw, and promises from hooks that must not return one. Sawlog would count and report these. */
  readonly faults: unknown[] = []
  /** `what` -> how many, from the `count` of a source, filter or output. */
  readonly counts = new Map<string, number>()
  /** Lines a source refused, with the reason. */
  readonly rejected: Array<{ readonly stream: string; readonly line: string; readonly reason: string }> = []
  readonly context: Parameters<P['setup']>[1]
  /** What `setup` returned. */
  component!: Awaited<ReturnType<P['setup']>>
  readonly #plugin: P
  readonly #options: unknown
  readonly #component: Component

  constructor(plugin: P, options: unknown, settings: HostSettings) {
    this.name = settings.name ?? plugin.type
    this.intake = new FakeIntake(settings.positions)
    this.#plugin = plugin
    this.#options = plugin.options.parse(options)
    const config = { kind: plugin.kind, type: plugin.type, name: this.name, plugin, options: this.#options, common: {}, fingerprint: '' }
    this.#component = new Component(config as unknown as AnyComponentConfig)
    this.context = this.#contextFor(settings) as Parameters<P['setup']>[1]
  }

  /** Calls the plugin's `setup`, once. */
  async setup(): Promise<this> {
    const setup = this.#plugin.setup.bind(this.#plugin) as (options: unknown, context: unknown) => unknown
    this.component = (await setup(this.#options, this.context)) as Awaited<ReturnType<P['setup']>>
    return this
  }

  taps(hook: HookName): readonly RecordedTap[] {
    return this.#component.taps.filter((tap) => tap.hook === hook)
  }

  tag(batch: Batch): void {
    this.#call('tag', batch)
  }
  parse(batch: Batch): void {
    this.#call('parse', batch)
  }
  /** A failing filter keeps its batch. */
  filter(batch: Batch): Batch {
    const results = this.#call('filter', batch)
    return (results.at(-1) as Batch | undefined) ?? batch
  }
  detect(sample: Sample): string | undefined {
    return this.#call('detect', sample).find((answer) => answer !== undefined) as string | undefined
  }
  committed(commit: Commit): void {
    this.#call('committed', commit)
  }
  /** The app with the routes a source mounts. */
  routes(): Hono {
    const app = new Hono()
    this.#call('routes', app)
    return app
  }
  sweep(store: RetentionStore): Promise<void> {
    return this.#callAsync('sweep', store)
  }
  start(): Promise<void> {
    return this.#callAsync('start', this.context.signal)
  }
  stop(): Promise<void> {
    return this.#callAsync('stop', this.context.signal)
  }
  /** Aborts the component's signal, as stopping and reloading do. */
  abort(): void {
    this.#component.stopper.abort()
  }

  #call(hook: HookName, ...args: unknown[]): unknown[] {
    const results: unknown[] = []
    for (const { fn } of this.taps(hook)) {
      try {
        const result = (fn as (...args: unknown[]) => unknown)(...args)
        if (result instanceof Promise) {
          this.faults.push(new Error(`the tap of ${hook} returned a promise`))
          result.catch((error: unknown) => this.faults.push(error))
        } else results.push(result)
      } catch (error) {
        this.faults.push(error)
      }
    }
    return results
  }

  async #callAsync(hook: HookName, ...args: unknown[]): Promise<void> {
    for (const { fn } of this.taps(hook)) {
      try {
        await (fn as (...args: unknown[]) => unknown)(...args)
      } catch (error) {
        this.faults.push(error)
      }
    }
  }

  #contextFor(settings: HostSettings): object {
    const log = (level: string) => (message: string) => void this.logs.push(`${level} ${message}`)
    const base: PluginContext = {
      name: this.name,
      logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
      signal: this.#component.stopper.signal,
      problem: (level, message, remedy) => void this.problems.push({ level, component: this.name, message, remedy, time: Date.now() }),
    }
    const count = (what: string, by: number) => void this.counts.set(what, (this.counts.get(what) ?? 0) + by)
    if (this.#plugin.kind === 'output') return { ...base, journal: settings.journal ?? 'test-journal', history: { run: '0123456789abcdef', endOf: () => ({ segment: Number.MAX_SAFE_INTEGER, record: 0 }) }, upstream: () => [], count }
    const tapped = { ...base, hooks: tapRecorder(this.#component, null) }
    if (this.#plugin.kind === 'filter') return { ...tapped, count }
    return this.#plugin.kind === 'source' ? { ...tapped, ...this.#sourceContext(settings) } : tapped
  }

  #sourceContext({ gaps = [], journal = 'test-journal' }: HostSettings): object {
    const { intake } = this
    let used = 0
    return {
      emit: intake.emit,
      positions: (stream: string) => intake.positions.get(stream) ?? null,
      streams: () => intake.positions,
      gaps: () => gaps,
      forget: (stream: string) => intake.forget(stream),
      count: (what: string, by: number) => void this.counts.set(what, (this.counts.get(what) ?? 0) + by),
      reject: (stream: string, line: string, reason: string) => void this.rejected.push({ stream, line, reason }),
      shown: (_stream: string, text: string) => text,
      answers: intake.answers,
      journal,
      sender: () => 'anonymous',
      bodies: {
        size: BODY_BUDGET,
        maxBody: BODY_BUDGET / 4,
        maxInflated: BODY_BUDGET,
        take: (bytes: number) => used + bytes <= BODY_BUDGET && ((used += bytes), true),
        give: (bytes: number) => void (used -= bytes),
      },
    }
  }
}

/** `options` as in the config, without `type` and `name`; throws where the schema refuses them. Call `setup()` next. */
export function createHost<P extends Plugin>(plugin: P, options: unknown = {}, settings: HostSettings = {}): Host<P> {
  return new Host(plugin, options, settings)
}
