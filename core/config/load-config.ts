// The configuration: YAML, environment and flags to a checked `Config`, or every mistake in it with its place.
import { dirname, resolve } from 'node:path'
import type { Kind } from '../define-plugin.ts'
import type { Json, JsonObject } from '../json.ts'
import { PluginError } from '../plugin-error.ts'
import type { Registry } from '../registry.ts'
import { parseQuery } from '../search/parse-query.ts'
import { applyFlags, type Flags } from './apply-flags.ts'
import { allParsers, checkParserNames } from './check-parsers.ts'
import { SECTION_OF, type Config } from './config.ts'
import type { ConfigProblem } from './config-problem.ts'
import { explainIssues } from './explain-issues.ts'
import { isLoopback } from './is-loopback.ts'
import { inputSchema } from './option-schema.ts'
import { Origins } from './origins.ts'
import { Problems } from './problems.ts'
import { readComponents, type CheckQuery, type ComponentList, type Reading } from './read-components.ts'
import { readConfigFile } from './read-config-file.ts'
import { readYaml } from './read-yaml.ts'
import { settingsSchema, type Settings } from './settings.ts'

export interface LoadOptions {
  /** Read, unless `text` is given; its folder is where plugin modules start. */
  readonly file?: string | undefined
  readonly text?: string | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Gets the plugins that the configuration names: use a fresh one for each reading. */
  readonly registry: Registry
  readonly flags?: Flags | undefined
  /** Checks every `when:`; the query language's own parser by default. */
  readonly checkQuery?: CheckQuery | undefined
}

export interface LoadedConfig {
  /** Null when any problem is an error. */
  readonly config: Config | null
  /** All of them, in the order of the file. */
  readonly problems: readonly ConfigProblem[]
}

export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const file = options.file ?? 'config.yaml'
  const source = options.text === undefined ? await readConfigFile(file) : { text: options.text }
  if ('message' in source) return failed(file, source.message)
  const yaml = readYaml(source.text, options.env ?? process.env)
  const problems = new Problems(file, yaml.origins)
  for (const { path, message, line, column } of yaml.problems) problems.addAt({ line, column }, { severity: 'error', file, path, message })
  if (yaml.value === undefined) return { config: null, problems: problems.all() }
  const raw = topOf(yaml.value, problems)
  if (raw === null) return { config: null, problems: problems.all() }

  const { registry } = options
  const reading: Reading = { registry, fromDir: dirname(resolve(file)), origins: yaml.origins, problems, checkQuery: options.checkQuery ?? readQuery }
  await loadPlugins(raw, reading)
  applyFlags(raw, options.flags ?? {}, registry, yaml.origins, problems, (options.env ?? process.env)['SAWLOG_TOKEN'])
  const settings = readSettings(raw, reading)
  checkHost(raw, reading)

  const declared = await componentsOf('parser', raw, reading)
  const parsers = allParsers(declared, reading)
  const sources = await componentsOf('source', raw, reading)
  checkParserNames(listOf(raw, 'source'), parsers, declared.names, reading)
  const taggers = await componentsOf('tagger', withDefaultTagger(raw, registry), reading)
  const filters = await componentsOf('filter', raw, reading)
  const outputs = await componentsOf('output', raw, reading)
  const retention = await componentsOf('retention', raw, reading)
  if (settings === null || problems.hasErrors()) return { config: null, problems: problems.all() }

  const { server, log, data, journal } = settings
  return {
    problems: problems.all(),
    config: {
      file, server, log, data, journal, parsers, raw, origins: yaml.origins,
      sources: sources.components, taggers: taggers.components, filters: filters.components, outputs: outputs.components, retention: retention.components,
    },
  }
}

function readQuery(text: string): { readonly message: string; readonly at: number } | null {
  const parsed = parseQuery(text)
  return parsed.ok ? null : parsed
}

function failed(file: string, message: string): LoadedConfig {
  const problems = new Problems(file, new Origins())
  problems.addAt(null, { severity: 'error', file, path: '', message })
  return { config: null, problems: problems.all() }
}

/** The sections. One that is only a key (all its entries commented out) is as good as absent. */
function topOf(value: Json, problems: Problems): JsonObject | null {
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    problems.add({ path: [], at: 'value', message: `expected sections such as "sources:" and "outputs:", got ${Array.isArray(value) ? 'a list' : JSON.stringify(value)}`, expected: 'a mapping' })
    return null
  }
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null))
}

async function loadPlugins(raw: JsonObject, { registry, fromDir, problems }: Reading): Promise<void> {
  const { plugins } = raw
  if (!Array.isArray(plugins)) return
  for (const [index, specifier] of plugins.entries()) {
    if (typeof specifier !== 'string' || specifier === '') continue
    try {
      await registry.load(specifier, fromDir)
    } catch (error) {
      if (!(error instanceof PluginError)) throw error
      problems.add({ path: ['plugins', index], at: 'value', message: `cannot load the plugin ${JSON.stringify(specifier)}: ${error.message}. ${error.remedy}` })
    }
  }
}

function readSettings(raw: JsonObject, { origins, problems }: Reading): Settings | null {
  const parsed = settingsSchema.safeParse(raw)
  if (parsed.success) return parsed.data
  for (const finding of explainIssues(parsed.error.issues, { value: raw, base: [], schema: inputSchema(settingsSchema), origins })) problems.add(finding)
  return null
}

/** Logs hold names, addresses and tokens: opening them to a network must be somebody's written decision. */
function checkHost(raw: JsonObject, { problems }: Reading): void {
  const server = raw['server']
  if (typeof server !== 'object' || server === null || Array.isArray(server)) return
  const { host, auth } = server
  if (typeof host !== 'string' || isLoopback(host) || auth !== undefined) return
  problems.add({
    path: ['server', 'host'],
    at: 'value',
    message: `"${host}" opens Sawlog to other machines, but "server.auth" is not set. Set server.auth.password and server.auth.tokens, or write "auth: none" if everybody may read and write`,
  })
}

function withDefaultTagger(raw: JsonObject, registry: Registry): JsonObject {
  if (raw['taggers'] !== undefined || registry.get('tagger', 'keywords') === undefined) return raw
  return { ...raw, taggers: [{ type: 'keywords' }] }
}

function componentsOf<K extends Kind>(kind: K, raw: JsonObject, reading: Reading): Promise<ComponentList<K>> {
  return readComponents(kind, listOf(raw, kind), reading)
}

/** What is not a list was reported with the settings. */
function listOf(raw: JsonObject, kind: Kind): readonly Json[] {
  const list = raw[SECTION_OF[kind]]
  return Array.isArray(list) ? list : []
}
