// The configuration as JSON Schema, for `--schema`: editors complete and check `config.yaml` with it.
import { KINDS } from '../define-plugin.ts'
import type { Registry } from '../registry.ts'
import { COMMON_KEYS } from './common-keys.ts'
import { componentSchema } from './component-schema.ts'
import { SECTION_OF } from './config.ts'
import { inputSchema, type JsonSchema } from './option-schema.ts'
import { settingsSchema } from './settings.ts'

/** What `${NAME}` stands in for is known only when Sawlog reads it. */
const FROM_ENVIRONMENT: JsonSchema = { type: 'string', pattern: String.raw`\$\{` }
const INTERPOLATED = new Set(['number', 'integer', 'boolean'])

export function jsonSchema(registry: Registry): JsonSchema {
  const settings = inputSchema(settingsSchema)
  const lists = KINDS.map((kind) => {
    const known = registry.all().filter((plugin) => plugin.kind === kind)
    const items = { oneOf: [...known.map(componentSchema), elsewhere(inputSchema(COMMON_KEYS[kind]).properties ?? {})] }
    const section = SECTION_OF[kind]
    const description = settings.properties?.[section]?.description ?? ''
    return [section, { type: ['array', 'null'], description, items }] as const
  })
  const properties: Record<string, JsonSchema> = { ...settings.properties, ...Object.fromEntries(lists) }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Sawlog configuration',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, allowEnvironment(schema)])),
  }
}

/** A component whose plugin is a file or an own package: its options are not known here. */
function elsewhere(common: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {
    type: 'object',
    required: ['type'],
    properties: { ...common, type: { type: 'string', pattern: '^(\\.{0,2}/|@[^/]+/|sawlog-)', description: 'A plugin module: a path beginning with ./ or a package.' } },
  }
}

/** Numbers, booleans and fixed words may also be written as `${NAME}`. */
function allowEnvironment(schema: JsonSchema): JsonSchema {
  const { description, default: fallback, title, ...rest } = schema
  const words = schema.enum ?? (typeof schema.const === 'string' && schema.type !== undefined ? [schema.const] : undefined)
  if (words !== undefined || (typeof schema.type === 'string' && INTERPOLATED.has(schema.type))) {
    const labels = { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }), ...(fallback === undefined ? {} : { default: fallback }) }
    return { ...labels, anyOf: [rest, FROM_ENVIRONMENT] }
  }
  return {
    ...schema,
    ...(schema.properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(schema.properties).map(([key, one]) => [key, allowEnvironment(one)])) }),
    ...(schema.items === undefined ? {} : { items: allowEnvironment(schema.items) }),
    ...(typeof schema.additionalProperties === 'object' ? { additionalProperties: allowEnvironment(schema.additionalProperties) } : {}),
    ...(schema.anyOf === undefined ? {} : { anyOf: schema.anyOf.map(allowEnvironment) }),
    ...(schema.oneOf === undefined ? {} : { oneOf: schema.oneOf.map(allowEnvironment) }),
    ...(schema.allOf === undefined ? {} : { allOf: schema.allOf.map(allowEnvironment) }),
  }
}
