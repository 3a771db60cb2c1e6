// Timers, sockets, watchers and workers that a plugin made and did not take away again; nobody else's are counted.
import { AsyncLocalStorage, createHook } from 'node:async_hooks'

/** What keeps a process alive or a descriptor open until somebody closes it. */
const KINDS = new Set(['Timeout', 'TCPSERVERWRAP', 'TCPWRAP', 'PIPESERVERWRAP', 'PIPEWRAP', 'UDPWRAP', 'FSEVENTWRAP', 'STATWATCHER', 'PROCESSWRAP', 'WORKER'])

export class ResourceWatch {
  readonly #inside = new AsyncLocalStorage<ResourceWatch>()
  readonly #live = new Map<number, { readonly kind: string; readonly resource: object }>()
  readonly #hook = createHook({
    init: (id, kind, _trigger, resource: object) => {
      if (KINDS.has(kind) && this.#inside.getStore() === this) this.#live.set(id, { kind, resource })
    },
    destroy: (id) => void this.#live.delete(id),
  })

  /** What `work` makes, and what is made by what it makes, is watched. */
  run<T>(work: () => T): T {
    this.#hook.enable()
    return this.#inside.run(this, work)
  }

  /** Kinds of what is still there. A timer that was `unref`ed and forgotten counts as well: it may still fire. */
  left(): string[] {
    return [...this.#live.values()].map(({ kind }) => kind)
  }

  end(): void {
    this.#hook.disable()
  }
}
