// Runs the retention plugins, one after the other and never twice at once, and knows what each of them asked for.
import type { Component } from './component.ts'
import { guardHooks, type ReportFor } from './guard.ts'
import { createHooks } from './hooks.ts'
import type { EraseReport, RetentionLimit, RetentionOptions, RetentionPlan, RetentionStore } from './journal/retention-store.ts'
import type { Logger } from './define-plugin.ts'

/** How often retention looks, ms; a segment lives an hour by default. */
const SWEEP_MS = 60_000
/** After a segment was closed: a moment later, so that many closed in a row are one sweep. */
const CLOSED_MS = 1000
/** What an output holds back is told again so often, ms, while it does. */
const REMIND_MS = 3600_000

/** A limit that a plugin named at its last sweep. */
export interface Ask {
  readonly component: string
  readonly type: string
  /** `age`, ms, stands for a `time` that moves on. */
  readonly limit: Exclude<RetentionLimit, { time: number }> | { readonly age: number }
  readonly force: boolean
}

/** What a plugin erases, at its last sweep. */
export interface EraseAsk {
  readonly component: string
  readonly type: string
  readonly when: string
  readonly age: number
  /** Since the start. */
  readonly erased: number
  readonly complete: boolean
}

export interface SweeperDeps {
  components(): readonly Component[]
  /** Made anew for each sweep. */
  store(): RetentionStore
  readonly report: ReportFor
  loggerFor(component: string): Logger
}

export class Sweeper {
  readonly #deps: SweeperDeps
  readonly #timer: NodeJS.Timeout
  #soon: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()
  #waiting: Promise<void> | null = null
  #stopped = false
  /** By component; replaced at each sweep. */
  readonly #asks = new Map<Component, Array<Ask | EraseAsk>>()
  /** What was reported as held, by component: the outputs, and when. */
  readonly #held = new Map<Component, { outputs: string; at: number }>()
  #suspended: string | null = null

  constructor(deps: SweeperDeps) {
    this.#deps = deps
    this.#timer = setInterval(() => void this.sweep(), SWEEP_MS)
    this.#timer.unref()
  }

  /** Resolves when a sweep that began after this call is done. */
  sweep(): Promise<void> {
    this.#waiting ??= this.#running.then(() => {
      this.#waiting = null
      this.#running = this.#sweep()
      return this.#running
    })
    return this.#waiting
  }

  /** A segment was closed. */
  closed(): void {
    if (this.#soon !== null || this.#stopped) return
    this.#soon = setTimeout(() => {
      this.#soon = null
      void this.sweep()
    }, CLOSED_MS)
    this.#soon.unref()
  }

  /** Resolves when the running sweep is done. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    if (this.#soon !== null) clearTimeout(this.#soon)
    await this.#running
  }

  asks(): ReadonlyArray<Ask | EraseAsk> {
    const components = this.#deps.components()
    return components.flatMap((component) => this.#asks.get(component) ?? [])
  }

  async #sweep(): Promise<void> {
    const { components, store, report } = this.#deps
    let suspended: string | null = null
    for (const component of components()) {
      if (this.#stopped) return
      if (component.config.kind !== 'retention' || component.taps.length === 0) continue
      const hooks = createHooks()
      guardHooks(hooks, report)
      component.tapInto(hooks)
      const asks: Array<Ask | EraseAsk> = []
      await hooks.sweep.promise(this.#storeFor(component, store(), asks, (reason) => (suspended = reason)))
      this.#asks.set(component, asks)
    }
    for (const component of this.#asks.keys()) if (!components().includes(component)) this.#asks.delete(component)
    this.#tellSuspended(suspended)
  }

  /** The journal's store, as one component sees it: what it asks for is remembered, what is deleted or held back is said in its name. */
  #storeFor(component: Component, store: RetentionStore, asks: Array<Ask | EraseAsk>, suspend: (reason: string) => void): RetentionStore {
    const { name } = component
    const { type } = component.config
    return Object.create(store, {
      deleteBefore: { value: async (limit: RetentionLimit, options: RetentionOptions = {}): Promise<RetentionPlan> => {
        asks.push({ component: name, type, limit: 'time' in limit ? { age: store.now - limit.time } : limit, force: options.force === true })
        const plan = await store.deleteBefore(limit, options)
        if (plan.suspended !== null) suspend(plan.suspended)
        if (plan.segments > 0) this.#deps.loggerFor(name).info(`Deleted ${counted(plan)}.`)
        this.#tellHeld(component, plan)
        return plan
      } },
      erase: { value: async (when: string, before: number): Promise<EraseReport> => {
        const known = this.#asks.get(component)?.find((ask) => 'when' in ask && ask.when === when) as EraseAsk | undefined
        const done = await store.erase(when, before)
        asks.push({ component: name, type, when, age: store.now - before, erased: (known?.erased ?? 0) + done.records, complete: done.complete })
        if (done.records > 0) this.#deps.loggerFor(name).info(`Erased ${done.records} records that match ${when}; rewrote ${done.segments} segments.`)
        return done
      } },
    }) as RetentionStore
  }

  /** Once while the same outputs hold it back, and again each hour: their lag is on the page all the time. */
  #tellHeld(component: Component, plan: RetentionPlan): void {
    if (plan.heldBy.length === 0) {
      this.#held.delete(component)
      return
    }
    const outputs = plan.heldBy.join(', ')
    const told = this.#held.get(component)
    if (told !== undefined && told.outputs === outputs && performance.now() - told.at < REMIND_MS) return
    this.#held.set(component, { outputs, at: performance.now() })
    this.#deps.report(component.name, 'warn', `cannot delete ${counted(plan.held)} that ${outputs} still ${plan.heldBy.length === 1 ? 'has' : 'have'} to deliver`, 'They go once they are delivered; mend the output, or set force: true to delete them all the same.')
  }

  #tellSuspended(reason: string | null): void {
    const before = this.#suspended
    this.#suspended = reason
    if (reason !== null && before === null) this.#deps.report('retention', 'warn', `nothing is deleted by age: ${reason}`, 'Set the clock right. If it is right now, it counts again after a day without another jump, or after a restart.')
    if (reason === null && before !== null) this.#deps.report('retention', 'info', 'the clock can be trusted again: records are deleted by age', 'Nothing to do.')
  }
}

function counted({ segments, bytes, records }: { segments: number; bytes: number; records: number }): string {
  return `${segments} segment${segments === 1 ? '' : 's'} with ${records} records (${bytes} bytes)`
}
