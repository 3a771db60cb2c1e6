// Errors that escape every hook - a plugin's timer, its forgotten promise - are traced to the plugin, reported, and survived.
// By stack, not by AsyncLocalStorage: that switches promise hooks on for the whole process and cost 8 % of the HTTP intake.
import type { Component } from './component.ts'
import { messageOf, type ReportFor } from './guard.ts'

export interface Containment {
  release(): void
}

/** A frame of one of our own plugins, from source or dist: `plugins/outputs/console.js`. */
const OWN_PLUGIN = /[\\/]plugins[\\/](?:sources|parsers|taggers|filters|outputs|retention)[\\/]([\w-]+)\.[jt]s/

/** An error that belongs to no plugin is ours: it ends the process through `fatal`, since durability never depends on a clean end. */
export function containPlugins(components: () => readonly Component[], report: ReportFor, fatal: (error: unknown) => void): Containment {
  const onError = (error: unknown): void => {
    const culprit = findCulprit(error, components())
    if (culprit === null) {
      fatal(error)
      return
    }
    if (culprit.component !== null) {
      const cost = culprit.component.costOf('start')
      cost.errors++
      cost.lastError = messageOf(error)
    }
    report(culprit.name, 'error', `threw outside of any hook: ${messageOf(error)}`, 'Mend the plugin: catch errors in its timers and promises.')
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

/** Component is null when one of several loaded plugins did it and nothing tells which. */
function findCulprit(error: unknown, components: readonly Component[]): { name: string; component: Component | null } | null {
  if (!(error instanceof Error)) {
    // What is no Error has no stack, and our own code throws none: one of the loaded plugins did.
    const loaded = components.filter(({ config }) => config.module !== null)
    const [only] = loaded
    if (only === undefined) return null
    return loaded.length === 1 ? { name: only.name, component: only } : { name: 'plugins', component: null }
  }
  if (error.message.startsWith('BUG')) return null
  const stack = error.stack ?? ''
  const type = OWN_PLUGIN.exec(stack)?.[1]
  const component = components.find(({ config }) => (config.module === null ? config.type === type : stack.includes(config.module)))
  return component === undefined ? null : { name: component.name, component }
}
