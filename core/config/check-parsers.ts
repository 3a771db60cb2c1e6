// Which parsers there are, and whether every `parser:` of a source names one of them.
import type { Json, JsonObject } from '../json.ts'
import type { ComponentConfig } from './config.ts'
import { nearest } from './nearest.ts'
import { readComponent, type ComponentList, type Reading } from './read-components.ts'

/** Declared parsers first, because `auto` asks them first; then every known one that needs no options. */
export function allParsers(declared: ComponentList<'parser'>, reading: Reading): Array<ComponentConfig<'parser'>> {
  const parsers = [...declared.components]
  for (const type of reading.registry.types('parser')) {
    const plugin = reading.registry.get('parser', type)
    if (plugin === undefined || declared.names.has(type) || !needsNothing(plugin.options)) continue
    const parser = readComponent('parser', plugin, { type }, ['parsers', `(${type})`], reading)
    if (parser !== null) parsers.push(parser)
  }
  return parsers
}

/** Of all entries, also those that have other mistakes. */
export function checkParserNames(sources: readonly Json[], parsers: readonly ComponentConfig<'parser'>[], declared: ReadonlySet<string>, { registry, problems }: Reading): void {
  const names = new Set(['auto', ...declared, ...parsers.map(({ name }) => name)])
  for (const [index, source] of sources.entries()) {
    const name = isMapping(source) ? source['parser'] : undefined
    if (typeof name !== 'string' || names.has(name)) continue
    const undeclared = registry.get('parser', name) !== undefined
    problems.add({
      path: ['sources', index, 'parser'],
      at: 'value',
      message: undeclared
        ? `the parser "${name}" needs options. Declare it under "parsers:" and name it here`
        : `there is no parser "${name}": expected one of ${[...names].join(', ')}`,
      nearest: undeclared ? null : nearest(name, names),
    })
  }
}

function needsNothing(options: { safeParse(value: unknown): { readonly success: boolean } }): boolean {
  try {
    return options.safeParse({}).success
  } catch (error) {
    // A schema that throws is reported where the parser is declared; undeclared it is not there.
    if (error instanceof Error) return false
    throw error
  }
}

function isMapping(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
