// One list of the configuration (`sources:`, `outputs:` ...) to components: plugin found, options checked, names unique.
import { resolve } from 'node:path'
import type { z } from 'zod'
import { KINDS, type Kind, type Plugin } from '../define-plugin.ts'
import type { Json, JsonObject } from '../json.ts'
import { PluginError } from '../plugin-error.ts'
import { isPathSpecifier, type Registry } from '../registry.ts'
import { COMMON_KEYS, type CommonKeys } from './common-keys.ts'
import { SECTION_OF, type ComponentConfig, type PluginOf } from './config.ts'
import { explainIssues, unknownKey, type Explained } from './explain-issues.ts'
import { fingerprint } from './fingerprint.ts'
import { nearest } from './nearest.ts'
import { inputSchema } from './option-schema.ts'
import type { Origins } from './origins.ts'
import { formatPath, type ConfigPath } from './path.ts'
import type { Problems } from './problems.ts'

/** What is wrong with a query and at which character, or null. */
export type CheckQuery = (text: string) => { readonly message: string; readonly at: number } | null

export interface Reading {
  readonly registry: Registry
  /** Folder of the configuration file: plugin modules start there. */
  readonly fromDir: string
  readonly origins: Origins
  readonly problems: Problems
  readonly checkQuery: CheckQuery
}

export interface ComponentList<K extends Kind> {
  readonly components: ReadonlyArray<ComponentConfig<K>>
  /** All names of the list, also those of entries with mistakes. */
  readonly names: ReadonlySet<string>
}

/** A component of any kind. */
type Configured = Pick<ComponentConfig, 'name' | 'line' | 'options'> & { readonly plugin: Plugin }

/** Typed so that a kind's schema gives that kind's keys. */
const COMMON: { readonly [K in Kind]: z.ZodType<CommonKeys[K]> } = COMMON_KEYS

export async function readComponents<K extends Kind>(kind: K, list: readonly Json[], reading: Reading): Promise<ComponentList<K>> {
  const components: Array<ComponentConfig<K>> = []
  const lines = new Map<string, number>()
  for (const [index, entry] of list.entries()) {
    const path = [SECTION_OF[kind], index]
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      reading.problems.add({ path, at: 'value', message: `expected a mapping with a "type", got ${entry === null ? 'nothing' : Array.isArray(entry) ? 'a list' : JSON.stringify(entry)}`, expected: 'a mapping' })
      continue
    }
    const plugin = await findPlugin(kind, entry, path, reading)
    const name = typeof entry['name'] === 'string' ? entry['name'] : (plugin?.type ?? (typeof entry['type'] === 'string' ? entry['type'] : null))
    if (name !== null) checkUnique(name, entry, path, lines, kind, reading)
    if (plugin === null) continue
    checkSingle(plugin, path, components, reading)
    const component = readComponent(kind, plugin, entry, path, reading)
    if (component === null) continue
    checkOwnFile(component, path, components, reading)
    components.push(component)
  }
  return { components, names: new Set(lines.keys()) }
}

/** Null when the entry has mistakes, which are then reported. */
export function readComponent<K extends Kind>(kind: K, plugin: PluginOf<K>, entry: JsonObject, path: ConfigPath, reading: Reading): ComponentConfig<K> | null {
  const { origins, problems } = reading
  const commonNames = Object.keys(COMMON_KEYS[kind].shape)
  const commonEntry: JsonObject = {}
  const optionEntry: JsonObject = {}
  for (const [key, value] of Object.entries(entry)) {
    if (key !== 'type') (commonNames.includes(key) ? commonEntry : optionEntry)[key] = value
  }

  const parser = ownParser(plugin)
  if (parser !== null) commonEntry['parser'] ??= parser
  if ('batch' in plugin && plugin.batch !== undefined) commonEntry['batch'] = withDefaults(commonEntry['batch'], plugin.batch)

  const aboutCommon: Explained = { value: commonEntry, base: path, schema: inputSchema(COMMON_KEYS[kind]), origins }
  const common = COMMON[kind].safeParse(commonEntry)
  if (!common.success) for (const finding of explainIssues(common.error.issues, aboutCommon)) problems.add(finding)

  const about: Explained = { value: optionEntry, base: path, schema: inputSchema(plugin.options), origins, alsoKnown: ['type', ...commonNames] }
  const options = parseOptions(plugin, optionEntry, about, problems)

  const when = entry['when']
  const wrong = typeof when === 'string' && when !== '' && commonNames.includes('when') ? reading.checkQuery(when) : null
  if (wrong !== null) problems.add({ path: [...path, 'when'], at: 'value', message: wrong.message.startsWith('cannot') ? wrong.message : `cannot read this query: ${wrong.message}`, inside: wrong.at })

  const alone = !common.success ? null : whyAlone(plugin, common.data)
  if (alone !== null) problems.add({ path: [...path, 'concurrency'], at: 'value', message: alone, expected: '1' })

  const missing = when === undefined ? whyWhen(plugin) : null
  if (missing !== null) problems.add({ path, at: 'value', message: `expected "when:", a query: ${missing}`, expected: 'when: a query' })

  if (!common.success || options === null || wrong !== null || missing !== null || alone !== null) return null
  return {
    kind,
    type: plugin.type,
    name: typeof entry['name'] === 'string' ? entry['name'] : plugin.type,
    plugin,
    options: options.value,
    when: typeof when === 'string' ? when : null,
    common: common.data,
    fingerprint: fingerprint([kind, plugin.type, reading.registry.version(plugin), entry]),
    module: reading.registry.version(plugin) || null,
    line: origins.get(path)?.value.line ?? 0,
    path: origins.get(path) === undefined ? '' : formatPath(path),
    raw: entry,
  }
}

/** What is no mapping is left as it is, for the schema to refuse. */
function withDefaults(given: Json | undefined, defaults: JsonObject): Json {
  if (given === undefined) return defaults
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? { ...defaults, ...given } : given
}

/** Outputs with an order, or a state, get one batch at a time. */
function whyAlone(plugin: Plugin, common: object): string | null {
  if (plugin.kind !== 'output' || plugin.concurrent === true || !('concurrency' in common) || common.concurrency === 1) return null
  return `the output "${plugin.type}" takes one batch at a time: leave "concurrency" out`
}

function ownParser(plugin: Plugin): string | null {
  return plugin.kind === 'source' ? (plugin.parser ?? null) : null
}

function whyWhen(plugin: Plugin): string | null {
  return plugin.kind === 'filter' ? (plugin.needsWhen ?? null) : null
}

/** Wrapped, because a plugin's options may well be `undefined`. */
function parseOptions(plugin: Plugin, entry: JsonObject, about: Explained, problems: Problems): { readonly value: unknown } | null {
  try {
    const parsed = plugin.options.safeParse(entry)
    const dropped = droppedKeys(entry, about).map((key) => unknownKey(key, [], about))
    for (const finding of dropped) problems.add(finding)
    if (parsed.success) return dropped.length === 0 ? { value: parsed.data } : null
    for (const finding of explainIssues(parsed.error.issues, about)) problems.add(finding)
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    problems.add({ path: about.base, at: 'value', message: `the options schema of ${plugin.kind} "${plugin.type}" failed: ${cause}. This is the plugin's mistake: a schema reports, it does not throw, and is not asynchronous` })
  }
  return null
}

/** `z.object` without `strict` loses unknown keys without a word; a mistyped option must not be lost. */
function droppedKeys(entry: JsonObject, { schema }: Explained): string[] {
  const { properties, additionalProperties, anyOf, oneOf, allOf } = schema
  if (properties === undefined || additionalProperties !== undefined || anyOf !== undefined || oneOf !== undefined || allOf !== undefined) return []
  return Object.keys(entry).filter((key) => !Object.hasOwn(properties, key))
}

function checkUnique(name: string, entry: JsonObject, path: ConfigPath, lines: Map<string, number>, kind: Kind, { origins, problems }: Reading): void {
  const named = typeof entry['name'] === 'string'
  const first = lines.get(name)
  if (first === undefined) {
    lines.set(name, origins.get(path)?.value.line ?? 0)
    return
  }
  const place = first > 0 ? ` (line ${first})` : ''
  problems.add({ path: [...path, named ? 'name' : 'type'], at: 'value', message: `the ${kind} "${name}" is already there${place}. Give this one another "name"` })
}

/** Two readers of one standard input would take each other's lines. */
function checkSingle(plugin: Plugin, path: ConfigPath, before: readonly Configured[], { problems }: Reading): void {
  if (plugin.kind !== 'source' || plugin.single === undefined) return
  const first = before.find((component) => component.plugin === plugin)
  if (first === undefined) return
  problems.add({ path: [...path, 'type'], at: 'value', message: `there can be only one source of type "${plugin.type}": ${plugin.single}. "${first.name}"${first.line > 0 ? ` (line ${first.line})` : ''} is one` })
}

/** Two writers of one file would cut each other's records, and rename the file under each other. */
function checkOwnFile(component: Configured, path: ConfigPath, before: readonly Configured[], { problems }: Reading): void {
  const file = ownFile(component)
  const first = file === null ? undefined : before.find((one) => ownFile(one) === file)
  if (first === undefined || component.plugin.kind !== 'output') return
  problems.add({ path: [...path, component.plugin.ownFile as string], at: 'value', message: `the output "${first.name}"${first.line > 0 ? ` (line ${first.line})` : ''} writes this file already. Give this one another` })
}

function ownFile({ plugin, options }: Configured): string | null {
  if (plugin.kind !== 'output' || plugin.ownFile === undefined) return null
  const file = (options as Readonly<Record<string, unknown>>)[plugin.ownFile]
  return typeof file === 'string' ? resolve(file) : null
}

async function findPlugin<K extends Kind>(kind: K, entry: JsonObject, path: ConfigPath, { registry, fromDir, problems }: Reading): Promise<PluginOf<K> | null> {
  const { type } = entry
  const types = registry.types(kind)
  if (typeof type !== 'string' || type === '') {
    const got = type === undefined ? 'missing: ' : ''
    problems.add({ path: [...path, 'type'], at: 'value', message: `${got}expected the type of a ${kind}: ${types.join(', ')}`, expected: types.join(', ') })
    return null
  }
  const known = registry.get(kind, type)
  if (known !== undefined) return known
  const at = { path: [...path, 'type'], at: 'value' } as const
  try {
    const loaded = await registry.load(type, fromDir)
    const fitting = loaded.filter((plugin) => plugin.kind === kind)
    const [only] = fitting
    if (fitting.length === 1 && only !== undefined) return registry.get(kind, only.type) ?? null
    const have = loaded.map((plugin) => `${plugin.kind} "${plugin.type}"`).join(', ')
    const which = fitting.length === 0 ? `has no ${kind}` : `has several ${kind}s. Name it under "plugins:" and write one of their types here`
    problems.add({ ...at, message: `the module ${JSON.stringify(type)} ${which} (it has: ${have})` })
  } catch (error) {
    if (!(error instanceof PluginError)) throw error
    if (isPathSpecifier(type) || !error.missing) problems.add({ ...at, message: `cannot load the plugin: ${error.message}. ${error.remedy}` })
    else problems.add({ ...at, ...unknownType(kind, type, registry) })
  }
  return null
}

function unknownType(kind: Kind, type: string, registry: Registry): { message: string; expected: string; nearest: string | null } {
  const types = registry.types(kind)
  const expected = `one of ${types.join(', ')}`
  const other = KINDS.find((one) => registry.get(one, type) !== undefined)
  if (other !== undefined) return { message: `there is no ${kind} "${type}", but a ${other} of that type: it belongs under "${SECTION_OF[other]}"`, expected, nearest: null }
  const meant = nearest(type, types)
  const list = meant === null ? `. Known ${kind} types: ${types.join(', ')}; a plugin's file begins with ./, a package must be installed` : ''
  return { message: `unknown ${kind} type "${type}"${list}`, expected, nearest: meant }
}
