// Errors that escape every hook - a plugin's timer, its forgotten promise - are traced to the plugin, reported, and survived.
// By stack, not by AsyncLocalStorage: that switches promise hooks on for the whole process and cost 8 % of the HTTP intake.
import { fileURLToPath } from 'node:url'
import type { Component } from './component.ts'
import { messageOf, type ReportFor } from './guard.ts'

export interface Containment {
  /** To be told of each component before its setup: what it leaves behind when it is taken out or set up in vain is still its own. */
  know(component: Component): void
  release(): void
}

/** Component is null when one of several did it and nothing tells which, or when it is no longer configured. */
interface Culprit {
  readonly name: string
  readonly component: Component | null
}

/** A frame of one of our own plugins, from source or dist: `plugins/outputs/console.js`. */
const OWN_PLUGIN = /[\\/]plugins[\\/](?:sources|parsers|taggers|filters|outputs|retention)[\\/]([\w-]+)\.[jt]s/

/** Where a frame was: `file:///x/y.mjs?v=1:2:3`, or `/x/y.cjs:2:3` of a CommonJS module. */
const FRAME = /(?:file:\/\/)?\/[^\n]*?(?=:\d+:\d+\)?$)/gm

/** Our own code, wherever a plugin's folder may be around it. */
const OWN = new URL('..', import.meta.url).href

/** An error that belongs to no plugin is ours: it ends the process through `fatal`, since durability never depends on a clean end. */
export function containPlugins(components: () => readonly Component[], report: ReportFor, fatal: (error: unknown) => void): Containment {
  /** Name by module URL. One entry for each version of each module, which Node never unloads either. */
  const known = new Map<string, string>()
  const onError = (error: unknown): void => {
    const culprit = findCulprit(error, components(), known)
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
    know({ name, config: { module } }) {
      if (module !== null) known.set(module, name)
    },
    release() {
      process.off('uncaughtException', onError)
      process.off('unhandledRejection', onError)
    },
  }
}

function findCulprit(error: unknown, components: readonly Component[], known: ReadonlyMap<string, string>): Culprit | null {
  // What is no Error has no stack, and our own code throws none: one of the loaded plugins did.
  if (!(error instanceof Error)) return whichOf(components.filter(({ config }) => config.module !== null)) ?? (known.size > 0 ? { name: 'plugins', component: null } : null)
  if (error.message.startsWith('BUG')) return null
  const stack = error.stack ?? ''
  const type = OWN_PLUGIN.exec(stack)?.[1]
  const direct = whichOf(components.filter(({ config }) => (config.module === null ? config.type === type : stack.includes(config.module))))
  if (direct !== null) return direct
  for (const [module, name] of known) if (stack.includes(module)) return { name, component: null }
  return besideModule(stack, components, known)
}

/** A plugin of several files: the frame lies in the folder of its module or below, and is neither ours nor an installed package's. */
function besideModule(stack: string, components: readonly Component[], known: ReadonlyMap<string, string>): Culprit | null {
  for (const [frame] of stack.matchAll(FRAME)) {
    if (frame.startsWith(OWN)) continue
    const near = [...known.keys()].filter((module) => isBeside(frame, new URL('.', module)))
    if (near.length === 0) continue
    const [first] = near
    return whichOf(components.filter(({ config }) => config.module !== null && near.includes(config.module))) ?? { name: known.get(first as string) as string, component: null }
  }
  return null
}

function isBeside(frame: string, folder: URL): boolean {
  const prefix = frame.startsWith('file:') ? folder.href : fileURLToPath(folder)
  return frame.startsWith(prefix) && !frame.slice(prefix.length).includes('node_modules/')
}

function whichOf(found: readonly Component[]): Culprit | null {
  const [only] = found
  if (only === undefined) return null
  return found.length === 1 ? { name: only.name, component: only } : { name: found.map(({ name }) => name).join(' or '), component: null }
}
