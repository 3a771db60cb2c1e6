// Configuration -> one generation: components set up in order, kept from the generation before where nothing changed.
import type { Context } from 'hono'
import { Component } from './component.ts'
import { compileWhen } from './compile-when.ts'
import type { AnyComponentConfig, Config } from './config/config.ts'
import type { BodyBudget, Output, PluginContext, Source } from './define-plugin.ts'
import { guardHooks, messageOf, type ReportFor } from './guard.ts'
import { createHooks, type Hooks } from './hooks.ts'
import type { Intake, Port } from './intake.ts'
import type { Journal } from './journal/journal.ts'
import type { OwnLog } from './log.ts'
import { upstreamOf } from './peers/peer-position.ts'
import { PROBLEM_LEVELS } from './problem.ts'
import { tapRecorder } from './tap-recorder.ts'

/** A `setup` that returns a promise gets this long, ms. */
const SETUP_MS = 10_000

export interface Generation {
  readonly config: Config
  readonly hooks: Hooks
  readonly components: readonly Component[]
}

export interface Workshop {
  readonly journal: Journal
  readonly intake: Intake
  readonly log: OwnLog
  readonly report: ReportFor
  readonly bodies: BodyBudget
  sender(c: Context): string
  count(component: string, what: string, by: number): void
  /** Told of each component before its setup. */
  know(component: Component): void
}

/** A component could not be set up. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}

/** What belongs to a source beside its plugin. */
const ports = new WeakMap<Component, Port>()

/**
 * Builds a generation. `previous` keeps running and is not touched. With `strict` (reload), a failing setup throws SetupError and
 * leaves nothing behind; without (start), the component is marked failed and the rest goes on - unless it is a filter that must fail closed.
 */
export async function assemble(config: Config, previous: Generation | null, workshop: Workshop, strict: boolean): Promise<Generation> {
  const hooks = createHooks()
  guardHooks(hooks, workshop.report)
  const components: Component[] = []
  const made: Component[] = []
  try {
    for (const entry of entriesOf(config)) {
      const kept = previous?.components.find((old) => old.config.kind === entry.kind && old.name === entry.name && old.config.fingerprint === entry.fingerprint && old.failed === null)
      if (kept !== undefined) {
        components.push(kept)
        continue
      }
      const component = new Component(entry)
      components.push(component)
      made.push(component)
      await setUp(component, workshop, strict)
    }
  } catch (error) {
    for (const component of made) component.stopper.abort()
    throw error
  }
  for (const component of components) component.tapInto(hooks)
  return { config, hooks, components }
}

/** Lets what a source hands in wait until `until` resolves. */
export function holdPort(component: Component, until: Promise<void>): void {
  ports.get(component)?.hold(until)
}

/** Refuses what a stopped source still hands in. */
export function closePort(component: Component): void {
  ports.get(component)?.close()
}

function entriesOf(config: Config): AnyComponentConfig[] {
  return [...config.parsers, ...config.taggers, ...config.filters, ...config.outputs, ...config.retention, ...config.sources]
}

async function setUp(component: Component, workshop: Workshop, strict: boolean): Promise<void> {
  const { config } = component
  const { plugin } = config
  workshop.know(component)
  try {
    const context = contextOf(component, workshop)
    // Each plugin's own types were checked when it was defined and its options parsed by its own schema.
    const setup = plugin.setup as (options: unknown, context: PluginContext) => unknown
    const result: unknown = await withinTime(setup(config.options, context))
    if (config.kind === 'source') component.source = checked<Source>(result, ['start', 'stop'], 'a source')
    if (config.kind === 'output') component.output = checked<Output>(result, ['deliver'], 'an output')
  } catch (error) {
    component.stopper.abort()
    component.taps.length = 0
    component.failed = messageOf(error)
    const message = `cannot set up ${config.kind} ${config.name}: ${component.failed}`
    const failsClosed = plugin.kind === 'filter' && plugin.onError === 'withhold'
    if (strict || failsClosed) throw new SetupError(message)
    workshop.report(config.name, 'error', message, 'Mend its configuration or the plugin; everything else runs on without it.')
  }
}

function contextOf(component: Component, workshop: Workshop): PluginContext {
  const { config, name } = component
  const base: PluginContext = {
    name,
    logger: workshop.log.for(name),
    signal: component.stopper.signal,
    // A plugin without types may hand in the error itself; a report must not be lost for that.
    problem: (level, message, remedy) => workshop.report(name, PROBLEM_LEVELS.includes(level) ? level : 'error', textOf(message), textOf(remedy)),
  }
  const count = (what: string, by: number): void => workshop.count(name, what, by)
  if (config.kind === 'output') {
    const { journal } = workshop
    return Object.assign(base, { journal: journal.id, history: journal.history, upstream: () => upstreamOf(journal.submitted, Date.now()), count })
  }
  const when = config.kind === 'tagger' || config.kind === 'filter' ? compileWhen(config.when) : null
  const tapped = Object.assign(base, { hooks: tapRecorder(component, when) })
  if (config.kind === 'filter') return Object.assign(tapped, { count })
  return config.kind === 'source' ? Object.assign(tapped, sourceContext(component, config.common.parser, workshop)) : tapped
}

function sourceContext(component: Component, parser: string, workshop: Workshop): object {
  const port = workshop.intake.port(component.name, parser)
  ports.set(component, port)
  const { emit, positions, streams, gaps, forget, reject, shown } = port
  return {
    emit, positions, streams, gaps, forget, reject, shown,
    count: (what: string, by: number) => workshop.count(component.name, what, by),
    journal: workshop.journal.id,
    answers: workshop.journal.answers,
    bodies: workshop.bodies,
    sender: (c: Context) => workshop.sender(c),
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined ? '' : messageOf(value)
}

async function withinTime(result: unknown): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`setup did not finish within ${SETUP_MS / 1000} s`)), SETUP_MS)
  })
  try {
    return await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
  }
}

function checked<T>(value: unknown, methods: readonly string[], what: string): T {
  for (const method of methods) {
    if (typeof (value as Record<string, unknown> | null | undefined)?.[method] !== 'function') throw new Error(`${what}'s setup must return an object with ${methods.map((name) => `${name}()`).join(' and ')}`)
  }
  return value as T
}
