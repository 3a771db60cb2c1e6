// plugins/README.md: every plugin's options, example and guarantees, made from the plugins themselves.
import { COMMON_KEYS } from './config/common-keys.ts'
import { SECTION_OF } from './config/config.ts'
import { branches, describeSchema, inputSchema, type JsonSchema } from './config/option-schema.ts'
import { formatBytes, formatDuration } from './config/units.ts'
import { KINDS, type Kind, type Plugin } from './define-plugin.ts'

const INTRO: Readonly<Record<Kind, string>> = {
  source: 'Where records come from.',
  parser: 'They read time, level and fields out of a line. A parser that needs no options need not be declared; declared ones are tried first by `parser: auto`.',
  tagger: 'They add tags and fields.',
  filter: 'They drop or change records before these are stored, in the order of the list.',
  output: 'Each reads the stored records with a cursor of its own, so a slow one holds up nobody.',
  retention: 'They delete old records.',
}

interface Row {
  readonly key: string
  readonly type: string
  readonly fallback: string
  readonly description: string
}

export function renderReference(plugins: readonly Plugin[]): string {
  const parts = ['# Plugins', '', 'Generated from the plugins themselves by `npm run docs`; do not edit.', '']
  for (const kind of KINDS) {
    const own = plugins.filter((plugin) => plugin.kind === kind).toSorted((a, b) => (a.type < b.type ? -1 : 1))
    parts.push(`- [${titleOf(kind)}](#${SECTION_OF[kind]})${own.length === 0 ? '' : `: ${own.map(({ type }) => `[${type}](#${anchor(`${kind} ${type}`)})`).join(', ')}`}`)
  }
  for (const kind of KINDS) parts.push(...renderKind(kind, plugins.filter((plugin) => plugin.kind === kind).toSorted((a, b) => (a.type < b.type ? -1 : 1))))
  return `${parts.join('\n').replaceAll(/\n{3,}/g, '\n\n').trimEnd()}\n`
}

function renderKind(kind: Kind, plugins: readonly Plugin[]): string[] {
  const type: Row = { key: 'type', type: 'a string', fallback: 'required', description: 'Which plugin: a type below, a file (`./my-plugin.mjs`) or a package.' }
  return [
    '', `## ${titleOf(kind)}`, '', INTRO[kind], '', `Keys of every entry of \`${SECTION_OF[kind]}:\``, '',
    ...table([type, ...rowsOf(inputSchema(COMMON_KEYS[kind]), defaultsOf(COMMON_KEYS[kind]))]),
    ...(plugins.length === 0 ? ['', 'None is built in.'] : plugins.flatMap(renderPlugin)),
  ]
}

function renderPlugin(plugin: Plugin): string[] {
  const rows = rowsOf(inputSchema(plugin.options), defaultsOf(plugin.options))
  const lines = ['', `### ${plugin.kind} \`${plugin.type}\``, '', plugin.summary, '']
  lines.push(...(rows.length === 0 ? ['No options.'] : table(rows)))
  if (plugin.example !== undefined) lines.push('', '```yaml', exampleOf(plugin), '```')
  if (plugin.sample !== undefined) lines.push('', 'A line:', '', fence(plugin.sample.line), '', 'is stored as', '', fence(plugin.sample.record, 'json'))
  if (plugin.docs !== undefined) lines.push('', plugin.docs.trim())
  if ('batch' in plugin && plugin.batch !== undefined) lines.push('', `Unless set, \`batch\` is \`{ records: ${plugin.batch.records}, bytes: ${plugin.batch.bytes} }\` here.`)
  if ('guarantee' in plugin && plugin.guarantee !== undefined) lines.push('', `**Guarantee**: ${plugin.guarantee}`)
  return lines
}

/** The author writes the options alone; they are shown in their place. */
function exampleOf({ kind, type, example = '' }: Plugin): string {
  const options = example.trim().split('\n').filter((line) => !line.startsWith('type:') && line !== '')
  return [`${SECTION_OF[kind]}:`, `  - type: ${type}`, ...options.map((line) => `    ${line}`)].join('\n')
}

/** Nested mappings become dotted keys, mappings in a list `key[].inner`. */
function rowsOf(schema: JsonSchema, defaults: unknown, prefix = ''): Row[] {
  const rows = new Map<string, Row>()
  for (const form of branches(schema)) {
    for (const [name, property] of Object.entries(form.properties ?? {})) {
      const key = `${prefix}${name}`
      const fallback = property.default ?? field(defaults, name)
      const inner = innerOf(property, key, fallback)
      if (!rows.has(key) && (inner.length === 0 || property.description !== undefined)) {
        rows.set(key, { key, type: typeOf(property), fallback: showDefault(fallback, property, form.required?.includes(name) === true, inner.length > 0), description: property.description ?? '' })
      }
      for (const row of inner) if (!rows.has(row.key)) rows.set(row.key, row)
    }
  }
  return [...rows.values()]
}

function innerOf(property: JsonSchema, key: string, defaults: unknown): Row[] {
  const rows: Row[] = []
  for (const one of branches(property)) {
    if (one.properties !== undefined) rows.push(...rowsOf({ properties: one.properties, required: one.required ?? [] }, defaults, `${key}.`))
    if (one.items !== undefined) rows.push(...rowsOf(one.items, undefined, `${key}[].`))
    if (typeof one.additionalProperties === 'object') rows.push(...rowsOf(one.additionalProperties, undefined, `${key}.NAME.`))
  }
  return rows
}

function typeOf(schema: JsonSchema): string {
  if (schema.title === 'size' || schema.title === 'duration') return `a ${schema.title}`
  const text = describeSchema(schema) ?? 'any value'
  const limits = [
    schema.minimum !== undefined && schema.minimum > Number.MIN_SAFE_INTEGER ? `at least ${schema.minimum}` : '',
    schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER ? `at most ${schema.maximum}` : '',
    schema.exclusiveMinimum === undefined ? '' : `above ${schema.exclusiveMinimum}`,
    schema.exclusiveMaximum === undefined ? '' : `below ${schema.exclusiveMaximum}`,
  ].filter((limit) => limit !== '')
  return limits.length === 0 ? text : `${text}, ${limits.join(', ')}`
}

function showDefault(value: unknown, schema: JsonSchema, required: boolean, nested: boolean): string {
  if (value === undefined || (nested && typeof value === 'object')) return required ? 'required' : ''
  if (typeof value === 'number' && schema.title === 'size') return `\`${formatBytes(value)}\``
  if (typeof value === 'number' && schema.title === 'duration') return `\`${formatDuration(value)}\``
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

/** Zod leaves a default out of JSON Schema where it is given after a transform; the parsed empty options still show it. */
function defaultsOf(options: Plugin['options']): unknown {
  try {
    const parsed = options.safeParse({})
    return parsed.success ? parsed.data : undefined
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  const found: unknown = Reflect.get(value, name)
  return ['string', 'number', 'boolean'].includes(typeof found) ? found : undefined
}

function table(rows: readonly Row[]): string[] {
  const cell = (text: string) => text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')
  return ['| key | type | default | |', '|---|---|---|---|', ...rows.map(({ key, type, fallback, description }) => `| \`${key}\` | ${cell(type)} | ${cell(fallback)} | ${cell(description)} |`)]
}

/** Longer than any run of backticks inside. */
function fence(text: string, language = ''): string {
  const marks = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)))
  return `${marks}${language}\n${text}\n${marks}`
}

function titleOf(kind: Kind): string {
  const section = SECTION_OF[kind]
  return `${section.charAt(0).toUpperCase()}${section.slice(1)}`
}

function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-')
}
