// The values of the configuration by section, and in lists by entry.
import type { ConfigValue } from '../core/read-model.ts'

export interface ConfigGroup {
  /** `outputs[0]`; empty for what stands in the section itself. */
  readonly path: string
  /** What the entry is called: `search (elasticsearch)`. */
  readonly title: string
  readonly values: readonly ConfigValue[]
}

export interface ConfigSectionGroups {
  readonly name: string
  readonly groups: readonly ConfigGroup[]
}

const SECTION = /^[^.[]+/
const ENTRY = /^([^.[]+\[\d+\])\./

/** Of each entry all that match `filter`, in paths or values, case ignored; defaults only with `all`. */
export function configGroups(values: readonly ConfigValue[], all: boolean, filter: string): ConfigSectionGroups[] {
  const wanted = filter.trim().toLowerCase()
  const titles = titlesOf(values)
  const sections = new Map<string, Map<string, ConfigValue[]>>()
  for (const value of values) {
    if (!all && value.from === 'default') continue
    if (wanted !== '' && !`${value.path} ${textOf(value)}`.toLowerCase().includes(wanted)) continue
    const name = SECTION.exec(value.path)?.[0] ?? value.path
    const path = ENTRY.exec(value.path)?.[1] ?? ''
    const groups = sections.get(name) ?? new Map<string, ConfigValue[]>()
    sections.set(name, groups)
    groups.set(path, [...(groups.get(path) ?? []), value])
  }
  return [...sections].map(([name, groups]) => ({ name, groups: [...groups].map(([path, list]) => ({ path, title: titles.get(path) ?? path, values: list })) }))
}

function titlesOf(values: readonly ConfigValue[]): ReadonlyMap<string, string> {
  const named = new Map<string, { type?: string; name?: string }>()
  for (const value of values) {
    const path = ENTRY.exec(value.path)?.[1]
    const key = value.path.slice((path?.length ?? 0) + 1)
    if (path === undefined || (key !== 'type' && key !== 'name') || typeof value.value !== 'string') continue
    named.set(path, { ...named.get(path), [key]: value.value })
  }
  return new Map([...named].map(([path, { type = '', name }]) => [path, name === undefined || name === type ? type : `${name} (${type})`]))
}

function textOf({ value }: ConfigValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
