// The plugins somebody looks into at the moment. None, and nothing is paid for it but a check per batch.
import type { Component } from './component.ts'
import { TapWatch } from './tap-watch.ts'

/** Each costs up to a millisecond a second: more pages than that are a mistake. */
const MAX_WATCHES = 20
/** How often those nobody asks for are ended, ms. */
const SWEEP_MS = 5000

export class TapWatches {
  /** Of sources, by name: the pipeline knows no more of them. */
  readonly sources = new Map<string, TapWatch>()
  readonly #components: () => readonly Component[]
  readonly #watched = new Set<Component>()
  #timer: NodeJS.Timeout | null = null

  constructor(components: () => readonly Component[]) {
    this.#components = components
  }

  /** Begins to watch where nobody does yet. Null where there is no such plugin, or too many are watched. */
  of(kind: string, name: string): TapWatch | null {
    const component = this.#components().find((one) => one.config.kind === kind && one.name === name)
    if (component === undefined) return null
    if (component.watch !== null && !component.watch.over) return component.watch
    if (this.#watched.size >= MAX_WATCHES) return null
    const watch = new TapWatch()
    component.watch = watch
    if (kind === 'source') this.sources.set(name, watch)
    this.#watched.add(component)
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS).unref()
    return watch
  }

  /** Records were erased, or filters came that hide: what was seen before may be theirs. */
  forget(): void {
    for (const { watch } of this.#watched) watch?.forget()
  }

  #sweep(): void {
    for (const component of this.#watched) {
      if (component.watch?.over === false && this.#components().includes(component)) continue
      if (this.sources.get(component.name) === component.watch) this.sources.delete(component.name)
      component.watch = null
      this.#watched.delete(component)
    }
    if (this.#watched.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }
}
