// Errors that escape every hook - a plugin's timer, its forgotten promise - are traced to the plugin, reported, and survived.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Component } from './component.ts'
import { messageOf, type ReportFor } from './guard.ts'

const running = new AsyncLocalStorage<Component>()

/** Everything `work` starts - timers, promises, sockets - belongs to the component. */
export function asComponent<T>(component: Component, work: () => T): T {
  return running.run(component, work)
}

export interface Containment {
  release(): void
}

/** An error that belongs to no plugin is ours: it ends the process through `fatal`, since durability never depends on a clean end. */
export function containPlugins(report: ReportFor, fatal: (error: unknown) => void): Containment {
  const onError = (error: unknown): void => {
    const component = running.getStore()
    if (component === undefined || (error instanceof Error && error.message.startsWith('BUG'))) {
      fatal(error)
      return
    }
    const cost = component.costOf('start')
    cost.errors++
    cost.lastError = messageOf(error)
    report(component.name, 'error', `threw outside of any hook: ${messageOf(error)}`, 'Mend the plugin: catch errors in its timers and promises.')
  }
  process.on('uncaughtException', onError)
  process.on('unhandledRejection', onError)
  return {
    release() {
      process.off('uncaughtException', onError)
      process.off('unhandledRejection', onError)
    },
  }
}
