// Installs the hook that resolves `sawlog/plugin` and `sawlog/testing` to this Sawlog's own files for every importer.
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import { fileURLToPath } from 'node:url'
import { resolve } from './plugin-resolver-hook.ts'

let installed = false

/** Idempotent. Run from the sources (tests) it serves the built copy, because Node 20's loader thread reads no TypeScript; without a build it does nothing. */
export function installPluginResolver(): void {
  if (installed) return
  const fromSources = import.meta.url.endsWith('.ts')
  const hook = new URL(fromSources ? '../dist/core/plugin-resolver-hook.js' : './plugin-resolver-hook.js', import.meta.url)
  if (fromSources && !existsSync(fileURLToPath(hook))) return
  installed = true
  // Node >= 22.15 runs hooks in this thread, for `require` as well, and deprecates the other way.
  const registerHooks: unknown = Reflect.get(module, 'registerHooks')
  if (typeof registerHooks === 'function' && !fromSources) registerHooks({ resolve })
  else module.register(hook)
}
