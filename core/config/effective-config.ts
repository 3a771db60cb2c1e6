// What the configuration says after environment, flags and defaults, value by value, with where each came from. Secrets are masked.
import { KINDS } from '../define-plugin.ts'
import type { Json } from '../json.ts'
import type { ConfigValue } from '../read-model.ts'
import { componentSchema } from './component-schema.ts'
import { SECTION_OF, type Config } from './config.ts'
import { maskSecrets } from './mask-secrets.ts'
import { inputSchema, schemasAt, type JsonSchema } from './option-schema.ts'
import { formatPath, type ConfigPath } from './path.ts'
import { SETTINGS } from './settings.ts'

export function effectiveConfig(config: Config): ConfigValue[] {
  const { origins, raw } = config
  const values: ConfigValue[] = []

  function leaf(value: Json, path: ConfigPath, isDefault: boolean): void {
    const origin = isDefault ? undefined : origins.nearest(path)
    values.push({
      path: formatPath(path),
      value,
      from: origin?.from ?? 'default',
      line: origin === undefined || origin.from === 'flag' ? null : origin.value.line,
      by: origin?.flag ?? (origin !== undefined && origin.env.length > 0 ? origin.env.join(', ') : null),
    })
  }

  /** `path` is where it stands, `at` the same place inside `schema`. */
  function walk(value: Json | undefined, path: ConfigPath, schema: JsonSchema, at: ConfigPath, isDefault: boolean): void {
    const here = schemasAt(schema, at)
    if (value === undefined) {
      const fallback = here.map((one) => one.default).find(isJson)
      if (fallback !== undefined) walk(fallback, path, schema, at, true)
      return
    }
    if (Array.isArray(value)) {
      if (value.length === 0) leaf(value, path, isDefault)
      for (const [index, item] of value.entries()) walk(item, [...path, index], schema, [...at, index], isDefault)
      return
    }
    if (typeof value !== 'object' || value === null) return leaf(maskSecrets(value, schema, at), path, isDefault)
    const given = Object.keys(value)
    // Which of several forms was meant is not known, so their defaults are not either.
    const forms = here.flatMap(({ properties }) => (properties === undefined ? [] : [properties]))
    const known = forms.length === 1 ? Object.keys(forms[0] ?? {}) : []
    if (given.length === 0 && known.length === 0) leaf({}, path, isDefault)
    for (const key of new Set([...given, ...known])) walk(value[key], [...path, key], schema, [...at, key], isDefault)
  }

  for (const [name, schema] of Object.entries(SETTINGS)) walk(raw[name], [name], inputSchema(schema), [], false)
  for (const kind of KINDS) {
    const section = SECTION_OF[kind]
    for (const [index, component] of config[section].entries()) {
      walk(component.raw, [section, index], componentSchema(component.plugin), [], component.path === '')
    }
  }
  return values
}

function isJson(value: unknown): value is Json {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true
  if (typeof value !== 'object') return false
  return Object.values(value).every(isJson)
}
