// The JSON Schema of one list entry: a plugin's options and the keys that all components of its kind have.
import type { Plugin } from '../define-plugin.ts'
import { COMMON_KEYS } from './common-keys.ts'
import { inputSchema, type JsonSchema } from './option-schema.ts'

export function componentSchema(plugin: Plugin): JsonSchema {
  const common = { ...inputSchema(COMMON_KEYS[plugin.kind]).properties }
  if (plugin.kind === 'source' && plugin.parser !== undefined && common['parser'] !== undefined) common['parser'] = { ...common['parser'], default: plugin.parser }
  const needed = plugin.kind === 'filter' && plugin.needsWhen !== undefined ? ['type', 'when'] : ['type']
  return withCommon(inputSchema(plugin.options), { type: { const: plugin.type, description: plugin.summary }, ...common }, needed)
}

/** Strict objects cannot be joined by `allOf`, so the common keys go into each form of the options. */
function withCommon(options: JsonSchema, common: Readonly<Record<string, JsonSchema>>, needed: readonly string[]): JsonSchema {
  const { $schema: _dialect, default: _default, ...rest } = options
  const forms = rest.anyOf ?? rest.oneOf
  if (forms !== undefined) return { ...rest, [rest.anyOf === undefined ? 'oneOf' : 'anyOf']: forms.map((form) => withCommon(form, common, needed)) }
  // An intersection, or options without a JSON form: only the common keys can be checked.
  if (rest.properties === undefined) return { type: 'object', properties: common, required: [...needed] }
  return {
    ...rest,
    type: 'object',
    properties: { ...common, ...rest.properties },
    required: [...needed, ...(rest.required ?? [])],
    additionalProperties: rest.additionalProperties ?? false,
  }
}
