// Every plugin there is, by kind and type: the built-in ones and those loaded from modules.
// One registry serves one reading of the configuration; a reload makes a new one, so that plugins taken out of it are gone.
import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { checkPlugin, isPlugin } from './check-plugin.ts'
import { KINDS, type Kind, type Plugin } from './define-plugin.ts'
import { findPackage } from './find-package.ts'
import { PluginError } from './plugin-error.ts'
import { installPluginResolver } from './plugin-resolver.ts'

/** A module that awaits at its top must not keep Sawlog from starting; the slowest honest one reads a file. */
const IMPORT_LIMIT_MS = 10_000

interface Entry {
  readonly plugin: Plugin
  /** Name for messages: a file, or `built in`. */
  readonly from: string
  /** Changes when the plugin's file does; empty for built-in ones. */
  readonly version: string
}

export class Registry {
  private readonly builtins: readonly Plugin[]
  private readonly entries = new Map<string, Entry>()
  private isSealed = false

  constructor(builtins: readonly Plugin[]) {
    this.builtins = builtins
    for (const plugin of builtins) {
      if (this.entries.has(keyOf(plugin.kind, plugin.type))) throw new Error(`BUG: two built-in plugins are ${plugin.kind} "${plugin.type}"`)
      this.entries.set(keyOf(plugin.kind, plugin.type), { plugin, from: 'built in', version: '' })
    }
  }

  /** With the same built-in plugins and nothing loaded, for the next reading of the configuration. */
  fresh(): Registry {
    return new Registry(this.builtins)
  }

  /** With the same plugins, for checking what somebody sends: it loads no module, since that would run its code. */
  sealed(): Registry {
    const copy = new Registry(this.builtins)
    for (const [key, entry] of this.entries) copy.entries.set(key, entry)
    copy.isSealed = true
    return copy
  }

  get<K extends Kind>(kind: K, type: string): Extract<Plugin, { readonly kind: K }> | undefined {
    const plugin = this.entries.get(keyOf(kind, type))?.plugin
    return plugin !== undefined && isOfKind(plugin, kind) ? plugin : undefined
  }

  types(kind: Kind): string[] {
    return this.all().filter((plugin) => plugin.kind === kind).map(({ type }) => type)
  }

  /** By kind, then in the order they came. */
  all(): Plugin[] {
    const plugins = [...this.entries.values()].map(({ plugin }) => plugin)
    return KINDS.flatMap((kind) => plugins.filter((plugin) => plugin.kind === kind))
  }

  /** Part of a component's fingerprint. */
  version(plugin: Plugin): string {
    return this.entries.get(keyOf(plugin.kind, plugin.type))?.version ?? ''
  }

  /** Adds the plugins of a module: a path from `fromDir`, or a package seen from there or from Sawlog. Throws `PluginError`; then none of them is added. */
  async load(specifier: string, fromDir: string): Promise<Plugin[]> {
    const file = locate(specifier, fromDir)
    if (this.isSealed) {
      const loaded = [...this.entries.values()].filter(({ from }) => from === file).map(({ plugin }) => plugin)
      if (loaded.length > 0) return loaded
      throw new PluginError(`the running configuration has not loaded ${file}`, 'A check runs no code of plugins: put it into the configuration file, and reload.')
    }
    const version = String(statSync(file).mtimeMs)
    const url = `${pathToFileURL(file).href}?v=${version}`
    const plugins = pluginsOf(await importModule(url, file), file)
    for (const plugin of plugins) this.checkFree(plugin, file, plugins)
    for (const plugin of plugins) this.entries.set(keyOf(plugin.kind, plugin.type), { plugin, from: file, version: url })
    return plugins
  }

  private checkFree(plugin: Plugin, file: string, together: readonly Plugin[]): void {
    const taken = this.entries.get(keyOf(plugin.kind, plugin.type))
    const twice = together.some((other) => other !== plugin && other.kind === plugin.kind && other.type === plugin.type)
    // The same file named twice (under `plugins:` and as a `type:`) is one plugin.
    if (!twice && (taken === undefined || taken.from === file)) return
    const other = twice || taken === undefined ? 'the same module' : taken.from === 'built in' ? 'Sawlog itself' : taken.from
    throw new PluginError(`${file} has a ${plugin.kind} of type "${plugin.type}", but ${other} has one as well`, `Give one of them another "type".`)
  }
}

/** Is it a module's name at all, and not only a type's? */
export function isPathSpecifier(specifier: string): boolean {
  return specifier.startsWith('./') || specifier.startsWith('../') || specifier === '.' || specifier === '..' || isAbsolute(specifier) || specifier.startsWith('file:')
}

function keyOf(kind: Kind, type: string): string {
  return `${kind} ${type}`
}

function isOfKind<K extends Kind>(plugin: Plugin, kind: K): plugin is Extract<Plugin, { readonly kind: K }> {
  return plugin.kind === kind
}

function locate(specifier: string, fromDir: string): string {
  const own = fileURLToPath(new URL('.', import.meta.url))
  try {
    if (!isPathSpecifier(specifier)) {
      const found = findPackage(specifier, fromDir) ?? findPackage(specifier, own)
      if (found === null) {
        throw new PluginError(`no package "${specifier}" in any node_modules from ${resolve(fromDir)} or ${own} upwards`, `Install it (npm install ${specifier}), or write a path that begins with ./ for a file.`, { missing: true })
      }
      return checkFile(found)
    }
    return checkFile(specifier.startsWith('file:') ? fileURLToPath(specifier) : resolve(fromDir, specifier))
  } catch (error) {
    if (error instanceof PluginError) throw error
    throw new PluginError(reason(error), 'Name a plugin file, or a package whose "exports" or "main" names one.', { cause: error })
  }
}

function checkFile(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) throw new PluginError(`there is no file ${file}`, "Paths start at the configuration file's folder.")
  if (!stats.isFile()) throw new PluginError(`${file} is not a file`, 'Name the plugin file itself.')
  if (/\.[cm]?tsx?$/.test(file) && !Reflect.get(process.features, 'typescript')) {
    throw new PluginError(`${file} is TypeScript, which Node ${process.versions.node} does not run`, 'Use Node 22.18 or later, or compile it to .mjs first (npx tsc).')
  }
  // As it stands in stack traces: Node resolves links when it loads a module.
  return realpathSync(file)
}

async function importModule(url: string, file: string): Promise<unknown> {
  installPluginResolver()
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not finish loading within ${IMPORT_LIMIT_MS / 1000} s`)), IMPORT_LIMIT_MS)
  })
  try {
    return await Promise.race([import(url), limit])
  } catch (error) {
    throw new PluginError(`cannot load ${file}: ${reason(error)}`, error instanceof SyntaxError ? `\`node --check ${file}\` shows the line.` : 'Mend the module, or take it out of the configuration.', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

function pluginsOf(loaded: unknown, file: string): Plugin[] {
  const value: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'default') : undefined
  if (value === undefined) throw new PluginError(`${file} has no default export`, 'End it with `export default definePlugin({ ... })`, or an array of plugins.')
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw new PluginError(`${file} exports an empty list of plugins`, 'Export at least one plugin.')
  const wrong = list.flatMap((one, index) => checkPlugin(one).map((text) => (list.length > 1 ? `[${index}] ${text}` : text)))
  if (wrong.length > 0) throw new PluginError(`the default export of ${file} is not a plugin: ${wrong.join('; ')}`, 'Make it with definePlugin from "sawlog/plugin".')
  return list.filter(isPlugin)
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
