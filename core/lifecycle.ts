// Starting, exchanging and stopping the components of a generation, each with a time limit of its own.
import { type Generation, closePort, holdPort } from './assemble.ts'
import type { Component } from './component.ts'
import { compileWhen } from './compile-when.ts'
import { Delivery, type DeliveryDeps } from './delivery.ts'
import { guardHooks, messageOf, type ReportFor } from './guard.ts'
import { createHooks } from './hooks.ts'

/** Limits in ms. A stop must leave time for the journal and the outputs within the 10 s that SIGTERM promises. */
const START_MS = 10_000
/** What a source that has started hands in waits for the others, ms at most. */
const TOGETHER_MS = 3000
const STOP_MS = 4000
const DRAIN_MS = 3000

export class Lifecycle {
  readonly #deliveries = new Map<Component, Delivery>()
  readonly #deps: DeliveryDeps
  readonly #report: ReportFor

  constructor(deps: DeliveryDeps) {
    this.#deps = deps
    this.#report = deps.report
  }

  deliveries(): Iterable<Delivery> {
    return this.#deliveries.values()
  }

  deliveriesByName(): ReadonlyMap<string, Delivery> {
    return new Map([...this.#deliveries].map(([{ name }, delivery]) => [name, delivery]))
  }

  /** The delivery of an output, once it was started. */
  deliveryOf(component: Component): Delivery | undefined {
    return this.#deliveries.get(component)
  }

  /** Outputs first, so that their cursors stand before the first record. */
  async start(components: readonly Component[]): Promise<void> {
    const fresh = components.filter((component) => component.failed === null && !component.started)
    for (const component of fresh) component.started = true
    for (const component of fresh) this.#deliver(component)
    await tapsOf(fresh, this.#report).start.promise(new AbortController().signal)
    // Beside one that reads at full speed the hundred small steps of finding files again take ten seconds instead of one; a process
    // that is killed again before that never comes to read them.
    const together = soonest(TOGETHER_MS)
    await Promise.all(fresh.map(async (component) => {
      await this.#startSource(component)
      holdPort(component, together.done)
    }))
    together.now()
  }

  /** Sources read to their end, then outputs; their last cursors are saved when it resolves. */
  async stop(components: readonly Component[], drain: boolean): Promise<void> {
    const started = components.filter((component) => component.started)
    await this.stopSources(started)
    await tapsOf(started, this.#report).stop.promise(new AbortController().signal)
    await Promise.all(started.map((component) => this.#stopDelivery(component, drain)))
    for (const component of started) component.stopper.abort()
  }

  async stopSources(components: readonly Component[]): Promise<void> {
    await Promise.all(components.map(async (component) => {
      if (component.source === null || component.stopper.signal.aborted) return
      const { source } = component
      await this.#inTime(component, 'stop', STOP_MS, () => source.stop())
      closePort(component)
      component.stopper.abort()
    }))
  }

  #deliver(component: Component): void {
    const { config, output } = component
    if (config.kind !== 'output' || output === null) return
    const delivery = new Delivery(component, config.common, compileWhen(config.when), this.#deps)
    this.#deliveries.set(component, delivery)
    delivery.start()
  }

  async #stopDelivery(component: Component, drain: boolean): Promise<void> {
    const delivery = this.#deliveries.get(component)
    if (delivery === undefined) return
    const timer = setTimeout(() => delivery.abort(), DRAIN_MS)
    await this.#inTime(component, 'stop', DRAIN_MS + 1000, () => delivery.stop(drain))
    clearTimeout(timer)
    delivery.disown()
    this.#deliveries.delete(component)
  }

  async #startSource(component: Component): Promise<void> {
    const { source } = component
    // A stop may have come while the start hooks ran.
    if (source !== null && !component.stopper.signal.aborted) await this.#inTime(component, 'start', START_MS, () => source.start(component.stopper.signal))
  }

  async #inTime(component: Component, what: 'start' | 'stop', limitMs: number, work: () => Promise<void> | void): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`${what} did not finish within ${limitMs / 1000} s`)), limitMs)
    })
    const cost = component.costOf(what)
    cost.calls++
    try {
      await Promise.race([(async () => work())(), late])
    } catch (error) {
      cost.errors++
      cost.lastError = messageOf(error)
      this.#report(component.name, 'error', `cannot ${what}: ${messageOf(error)}`, 'Everything else runs on; mend the plugin or its configuration.')
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Hooks with the taps of these components alone: those that keep running are not started twice. */
function tapsOf(components: readonly Component[], report: ReportFor): Generation['hooks'] {
  const hooks = createHooks()
  guardHooks(hooks, report)
  for (const component of components) component.tapInto(hooks)
  return hooks
}

/** Resolves when `now` is called, or after that time. */
function soonest(ms: number): { readonly done: Promise<void>; now(): void } {
  let now: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    now = () => {
      clearTimeout(timer)
      resolve()
    }
  })
  return { done, now: () => now() }
}
