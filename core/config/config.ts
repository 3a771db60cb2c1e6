// A checked configuration, as the rest of Sawlog uses it.
import type { Kind, Plugin } from '../define-plugin.ts'
import type { JsonObject } from '../json.ts'
import type { CommonKeys } from './common-keys.ts'
import type { Origins } from './origins.ts'
import type { Settings } from './settings.ts'

export type PluginOf<K extends Kind> = Extract<Plugin, { readonly kind: K }>

export interface ComponentConfig<K extends Kind = Kind> {
  readonly kind: K
  readonly type: string
  readonly name: string
  readonly plugin: PluginOf<K>
  /** What `plugin.setup` takes: its schema's output. */
  readonly options: unknown
  /** A query that was checked, or null. */
  readonly when: string | null
  readonly common: CommonKeys[K]
  /** Equal in two configurations: the component need not be restarted on reload. Covers the entry after interpolation and the plugin's file. */
  readonly fingerprint: string
  /** URL of the module its plugin was loaded from, as it stands in stack traces; null for built-in plugins. */
  readonly module: string | null
  /** Of its entry in the file; 0 when nobody wrote it (a default, a flag). */
  readonly line: number
  /** `sources[0]`; empty when nobody wrote it. */
  readonly path: string
  /** The entry as written, after interpolation. Holds secrets. */
  readonly raw: JsonObject
}

/** One of any kind; `kind` tells which. */
export type AnyComponentConfig = { [K in Kind]: ComponentConfig<K> }[Kind]

export interface Config extends Pick<Settings, 'server' | 'log' | 'data' | 'journal'> {
  /** The file as it was given. */
  readonly file: string
  readonly sources: ReadonlyArray<ComponentConfig<'source'>>
  /** Declared ones first, in order; then every known parser that needs no options, under its type. */
  readonly parsers: ReadonlyArray<ComponentConfig<'parser'>>
  readonly taggers: ReadonlyArray<ComponentConfig<'tagger'>>
  readonly filters: ReadonlyArray<ComponentConfig<'filter'>>
  readonly outputs: ReadonlyArray<ComponentConfig<'output'>>
  readonly retention: ReadonlyArray<ComponentConfig<'retention'>>
  /** Everything as written, after interpolation and flags. Holds secrets: show `effectiveConfig(config)` instead. */
  readonly raw: JsonObject
  readonly origins: Origins
}

/** The list of the configuration that holds a kind. */
export const SECTION_OF = {
  source: 'sources', parser: 'parsers', tagger: 'taggers', filter: 'filters', output: 'outputs', retention: 'retention',
} as const satisfies Record<Kind, string>
