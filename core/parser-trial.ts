// Tries a parser on a few lines, beside the running pipeline: a component of its own, the same guards, and nothing is stored or changed.
import { Component } from './component.ts'
import type { Config, ComponentConfig } from './config/config.ts'
import type { ConfigProblem } from './config/config-problem.ts'
import { loadConfig } from './config/load-config.ts'
import type { ParserContext } from './define-plugin.ts'
import { guardHooks, messageOf as errorText } from './guard.ts'
import { createHooks, type Hooks } from './hooks.ts'
import type { JsonObject } from './json.ts'
import { chunkOf } from './lines.ts'
import { messageOf } from './message.ts'
import { LogRecord } from './record.ts'
import type { Registry } from './registry.ts'
import { tapRecorder } from './tap-recorder.ts'

export interface TrialRequest {
  /** A parser's name in the configuration, or a type. */
  readonly parser: string
  /** YAML; empty: as it is declared, or by default. */
  readonly options: string
  readonly lines: readonly string[]
}

export interface TrialRow {
  readonly line: string
  /** Why it does not parse, or null. */
  readonly error: string | null
  /** Null where the line has none. */
  readonly time: string | null
  readonly level: string | null
  readonly message: string
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
}

export interface TrialResult {
  /** What is wrong with the options, at lines and columns of their text. */
  readonly problems: readonly ConfigProblem[]
  readonly rows: readonly TrialRow[]
  /** Lines that were not tried, because time was over. */
  readonly untried: number
  /** What to put into the configuration. */
  readonly yaml: string
}

export interface TrialChoice {
  readonly value: string
  readonly label: string
}

/** It runs where records are taken in: a pattern that needs longer for 100 lines is none to use. */
const LIMIT_MS = 500
/** Of one record; the rest is on its page once it is stored. */
const MAX_FIELDS = 100
const MAX_VALUE = 500
/** Lines before the options in the text that is read, and columns before them. */
const LEAD_LINES = 2
const INDENT = 4

export class ParserTrial {
  readonly #registry: () => Registry
  readonly #config: () => Config

  constructor(registry: () => Registry, config: () => Config) {
    this.#registry = registry
    this.#config = config
  }

  /** Declared ones first. */
  choices(): TrialChoice[] {
    const { parsers } = this.#config()
    const names = new Set(parsers.map(({ name }) => name))
    const types = this.#registry().types('parser').filter((type) => !names.has(type))
    return [...parsers.map(({ name, type }) => ({ value: name, label: name === type ? name : `${name} (${type})` })), ...types.map((type) => ({ value: type, label: `${type} (needs options)` }))]
  }

  /** Null where there is no such parser. */
  async run({ parser, options, lines }: TrialRequest): Promise<TrialResult | null> {
    const declared = this.#config().parsers.find(({ name }) => name === parser)
    const type = declared?.type ?? this.#registry().types('parser').find((one) => one === parser)
    if (type === undefined) return null
    const yaml = yamlFor(parser, type, options, declared)
    if (options.trim() === '' && declared !== undefined) return { problems: [], yaml, ...(await tryOn(declared, lines)) }
    const { config, problems } = await this.#read(type, options)
    if (config === null) return { problems, yaml, rows: [], untried: 0 }
    return { problems: [], yaml, ...(await tryOn(config, lines)) }
  }

  async #read(type: string, options: string): Promise<{ config: ComponentConfig<'parser'> | null; problems: ConfigProblem[] }> {
    const text = `parsers:\n  - type: ${JSON.stringify(type)}\n${indented(options)}\n`
    // Without variables: what stands in the environment is not shown to whoever can open a page.
    const loaded = await loadConfig({ file: 'options', text, registry: this.#registry().sealed(), env: {} })
    const config = loaded.config?.parsers[0] ?? null
    return { config, problems: loaded.problems.map((problem) => ({ ...problem, line: Math.max(1, problem.line - LEAD_LINES), column: Math.max(1, problem.column - INDENT), path: problem.path.replace(/^parsers\[0\]\.?/, '') })) }
  }
}

async function tryOn(config: ComponentConfig<'parser'>, lines: readonly string[]): Promise<Pick<TrialResult, 'rows' | 'untried'>> {
  const component = new Component(config)
  const ignore = (): void => undefined
  const context: ParserContext = {
    name: config.name, logger: { debug: ignore, info: ignore, warn: ignore, error: ignore }, signal: component.stopper.signal, problem: ignore,
    // The recorder gives the taps a parser may have, as assembly does for the pipeline.
    hooks: tapRecorder(component, null) as unknown as ParserContext['hooks'],
  }
  try {
    const setup = config.plugin.setup as (options: unknown, given: ParserContext) => unknown
    await setup(config.options, context)
    const hooks = createHooks()
    guardHooks(hooks, ignore)
    component.tapInto(hooks)
    return eachLine(hooks, config.name, lines)
  } catch (error) {
    return { rows: lines.map((line) => failed(line, `the parser could not be set up: ${errorText(error)}`)), untried: 0 }
  } finally {
    component.stopper.abort()
  }
}

/** Line by line, so that the time can be looked at between them. */
function eachLine(hooks: Hooks, name: string, lines: readonly string[]): Pick<TrialResult, 'rows' | 'untried'> {
  const end = performance.now() + LIMIT_MS
  const rows: TrialRow[] = []
  for (const line of lines) {
    if (performance.now() > end) break
    const chunk = chunkOf([line])
    const record = new LogRecord('trial', '', Date.now(), chunk, 0, chunk.ends[0] as number, null)
    hooks.parse.get(name)?.call({ stream: 'trial/lines', source: 'trial', records: [record] })
    rows.push(rowOf(line, record))
  }
  return { rows, untried: lines.length - rows.length }
}

function rowOf(line: string, record: LogRecord): TrialRow {
  const { body, error, guessed, level, time, timeText } = record
  const fields: Array<readonly [string, string]> = []
  for (const source of typeof body === 'object' ? [body, record.readFields] : [record.readFields]) flatten(source, '', fields)
  return {
    line, error,
    time: guessed.includes('time') ? null : (timeText ?? (Number.isFinite(time) ? new Date(time).toISOString() : null)),
    level: guessed.includes('level') ? null : level,
    message: messageOf(body, record.readFields) || (typeof body === 'string' ? body : ''), fields,
  }
}

function flatten(value: Readonly<JsonObject>, prefix: string, into: Array<readonly [string, string]>): void {
  for (const [name, item] of Object.entries(value)) {
    if (into.length >= MAX_FIELDS) return
    if (typeof item === 'object' && item !== null && !Array.isArray(item) && prefix.length < MAX_VALUE) flatten(item, `${prefix}${name}.`, into)
    else into.push([prefix + name, (typeof item === 'string' ? item : JSON.stringify(item)).slice(0, MAX_VALUE)])
  }
}

function failed(line: string, error: string): TrialRow {
  return { line, error, time: null, level: null, message: '', fields: [] }
}

function indented(options: string): string {
  return options.split('\n').map((line) => (line.trim() === '' ? '' : `${' '.repeat(INDENT)}${line}`)).join('\n')
}

function yamlFor(parser: string, type: string, options: string, declared: ComponentConfig<'parser'> | undefined): string {
  if (options.trim() === '') return declared?.path === '' || declared !== undefined ? `sources:\n  - # the source whose lines these are\n    parser: ${parser}\n` : ''
  const named = /^name:\s*(\S+)/m.exec(options)?.[1]
  const name = named ?? `my-${type}`
  return `parsers:\n  - type: ${type}\n${named === undefined ? `    name: ${name}\n` : ''}${indented(options).trimEnd()}\n\nsources:\n  - # the source whose lines these are\n    parser: ${name}\n`
}
