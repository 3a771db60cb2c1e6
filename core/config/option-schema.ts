// The JSON Schema of a zod schema's input: what messages, suggestions, masking, `--schema` and the reference are made from.
import { z } from 'zod'
import { DURATION_HINT, SIZE_HINT } from './units.ts'
import type { ConfigPath } from './path.ts'

/** The part of JSON Schema that zod writes and Sawlog reads. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly writeOnly?: boolean
}

/** Conversion costs about a millisecond a plugin and each problem asks for it; a schema never changes. */
const cache = new WeakMap<z.ZodType, JsonSchema>()

/** Anything goes (`{}`) where the schema has no JSON form at all, as another library's. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  const known = cache.get(schema)
  if (known !== undefined) return known
  const made = convert(schema)
  cache.set(schema, made)
  return made
}

function convert(schema: z.ZodType): JsonSchema {
  try {
    const { '~standard': _standard, ...json }: Record<string, unknown> = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline', cycles: 'throw' })
    return json
  } catch (error) {
    if (error instanceof Error) return {}
    throw error
  }
}

/** The schema itself, or what it is a choice of. */
export function branches(schema: JsonSchema): readonly JsonSchema[] {
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return parts.length === 0 ? [schema] : [schema, ...parts.flatMap(branches)]
}

/** Every schema that may govern the value at `path`. */
export function schemasAt(schema: JsonSchema, path: ConfigPath): readonly JsonSchema[] {
  let here = branches(schema)
  for (const part of path) here = here.flatMap((one) => step(one, part)).flatMap(branches)
  return here
}

function step(schema: JsonSchema, part: PropertyKey): readonly JsonSchema[] {
  if (typeof part === 'number') {
    const item = schema.prefixItems?.[part] ?? schema.items
    return item === undefined ? [] : [item]
  }
  const property = schema.properties !== undefined && Object.hasOwn(schema.properties, part) ? schema.properties[String(part)] : undefined
  if (property !== undefined) return [property]
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
}

/** Keys a mapping at `path` may have. */
export function keysAt(schema: JsonSchema, path: ConfigPath): string[] {
  return [...new Set(schemasAt(schema, path).flatMap(({ properties }) => Object.keys(properties ?? {})))]
}

/** True when the value at `path`, or what it stands in, must not be shown. */
export function isSecretAt(schema: JsonSchema, path: ConfigPath): boolean {
  for (let length = 0; length <= path.length; length++) {
    if (schemasAt(schema, path.slice(0, length)).some(({ writeOnly }) => writeOnly === true)) return true
  }
  return false
}

/** What a schema accepts, in words: `an array of strings`. Null when it says nothing. */
export function describeSchema(schema: JsonSchema): string | null {
  if (schema.title === 'size') return SIZE_HINT
  if (schema.title === 'duration') return DURATION_HINT
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.length === 1 ? JSON.stringify(schema.enum[0]) : `one of ${schema.enum.join(', ')}`
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return join(choices.map(describeSchema))
  if (typeof schema.type !== 'string') return schema.type === undefined ? null : join(schema.type.map((type) => WORDS[type] ?? type))
  if (schema.type !== 'array') return WORDS[schema.type] ?? schema.type
  const item = schema.items === undefined ? null : PLURALS[typeof schema.items.type === 'string' ? schema.items.type : '']
  return item === null || item === undefined ? 'a list' : `an array of ${item}`
}

function join(words: ReadonlyArray<string | null>): string | null {
  const known = [...new Set(words.filter((word) => word !== null))]
  if (known.length === 0) return null
  return known.length === 1 ? known.join('') : `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a string', number: 'a number', integer: 'a whole number', boolean: 'true or false', object: 'a mapping', null: 'nothing',
}
const PLURALS: Readonly<Record<string, string>> = {
  string: 'strings', number: 'numbers', integer: 'whole numbers', boolean: 'booleans', object: 'mappings',
}
