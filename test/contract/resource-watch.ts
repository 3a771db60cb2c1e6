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

  /** Kinds of what is still there. */
  left(): string[] {
    return [...this.#live.values()].filter(({ resource }) => !endsByItself(resource)).map(({ kind }) => kind)
  }

  end(): void {
    this.#hook.disable()
  }
}

/** A single timer that holds nothing up, as `AbortSignal.timeout` makes; a repeating one (`_repeat`) never ends. */
function endsByItself(resource: object): boolean {
  const hasRef: unknown = Reflect.get(resource, 'hasRef')
  return Reflect.get(resource, '_repeat') === null && typeof hasRef === 'function' && hasRef.call(resource) === false
}
