// One entry of the configuration come to life: its plugin's setup, the taps it made, what it costs. Outlives reloads that do not change it.
import type { AnyComponentConfig } from './config/config.ts'
import type { Output, Source } from './define-plugin.ts'
import type { Cost } from './guard.ts'
import type { HookName, Hooks } from './hooks.ts'
import type { TapWatch } from './tap-watch.ts'

/** A tap as the plugin asked for it, so that every generation can repeat it. */
export interface RecordedTap {
  readonly hook: HookName
  /** Parser name, for `parse`. */
  readonly key: string | null
  readonly async: boolean
  readonly options: { name: string; stage?: number }
  readonly fn: (...args: never[]) => unknown
}

export class Component {
  readonly config: AnyComponentConfig
  readonly taps: RecordedTap[] = []
  readonly stopper = new AbortController()
  /** What setup returned; null for kinds that only tap, and after a failed setup. */
  source: Source | null = null
  output: Output | null = null
  /** Why it does not run, or null. */
  failed: string | null = null
  /** Set by lifecycle once `start` has been called. */
  started = false
  /** Set while somebody looks at what goes in and out. */
  watch: TapWatch | null = null
  readonly #costs = new Map<HookName, Cost>()

  constructor(config: AnyComponentConfig) {
    this.config = config
  }

  get name(): string {
    return this.config.name
  }

  costOf(hook: HookName): Cost {
    let cost = this.#costs.get(hook)
    if (cost === undefined) this.#costs.set(hook, (cost = { hook, calls: 0, records: 0, dropped: 0, errors: 0, ms: 0, lastError: null }))
    return cost
  }

  costs(): Cost[] {
    return [...this.#costs.values()]
  }

  /** Taps what was recorded into the hooks of a new generation. */
  tapInto(hooks: Hooks): void {
    for (const { hook, key, async, options, fn } of this.taps) {
      const target = hook === 'parse' ? hooks.parse.for(key as string) : hooks[hook]
      const tap = { ...options, component: this }
      // The plugin's view of the hook was typed; what was recorded fits what it is repeated on.
      if (async) (target as unknown as { tapPromise(options: object, fn: unknown): void }).tapPromise(tap, fn)
      else (target as unknown as { tap(options: object, fn: unknown): void }).tap(tap, fn)
    }
  }
}
