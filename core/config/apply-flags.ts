// Command-line flags, laid over what the file says.
import { join } from 'node:path'
import type { Json, JsonObject } from '../json.ts'
import type { Registry } from '../registry.ts'
import type { Origins } from './origins.ts'
import type { ConfigPath } from './path.ts'
import type { Problems } from './problems.ts'
import { DEFAULT_DATA } from './default-data.ts'

export interface Flags {
  readonly host?: string | undefined
  /** As typed, or a number. */
  readonly port?: string | number | undefined
  readonly data?: string | undefined
  readonly logLevel?: string | undefined
  /** `json`, `csv` or `sqlite`: replaces all outputs. */
  readonly outputType?: string | undefined
  /** Keeps only lines that match. */
  readonly filter?: string | undefined
  /** Paths with commas between: replaces all sources. */
  readonly logFiles?: string | undefined
  /** Address of another Sawlog: adds an output. */
  readonly storageUrl?: string | undefined
  /** Records, as typed. */
  readonly batchSize?: string | undefined
  /** A duration, or seconds. */
  readonly batchInterval?: string | undefined
  /** Own log at level debug, and all that is known of each record on standard output. */
  readonly debug?: boolean | undefined
}

/** What `--output-type` names, as plugin type and file in the data folder. */
const OUTPUTS: Readonly<Record<string, { readonly type: string; readonly file: string }>> = {
  json: { type: 'jsonl', file: 'collected.jsonl' },
  csv: { type: 'csv', file: 'collected.csv' },
  sqlite: { type: 'sqlite', file: 'collected.db' },
}

/** Changes `raw` in place, and its origins with it. `token` goes with `storageUrl`. */
export function applyFlags(raw: JsonObject, flags: Flags, registry: Registry, origins: Origins, problems: Problems, token?: string): void {
  const set = (path: readonly [string, ...string[]], value: JsonObject[string] | undefined, flag: string) => {
    if (value === undefined) return
    let target = raw
    for (const part of path.slice(0, -1)) {
      const next = target[part] ?? (target[part] = {})
      // A section of the wrong shape is reported by the schema.
      if (typeof next !== 'object' || Array.isArray(next)) return
      target = next
    }
    target[path.at(-1) ?? ''] = value
    origins.drop(path)
    note(path, flag)
  }
  const note = (path: ConfigPath, flag: string): void => {
    origins.set(path, { from: 'flag', key: null, value: { line: 0, column: 0 }, env: [], flag })
  }
  const add = (section: 'filters' | 'outputs', entry: JsonObject, flag: string): void => {
    const list = raw[section] ?? []
    // A section of the wrong shape is reported by the schema.
    if (!Array.isArray(list)) return
    raw[section] = [...list, entry]
    note([section, list.length], flag)
  }

  set(['server', 'host'], flags.host, '--host')
  set(['server', 'port'], typeof flags.port === 'string' && /^\d+$/.test(flags.port) ? Number(flags.port) : flags.port, '--port')
  set(['data'], flags.data, '--data')
  set(['log', 'level'], flags.debug === true ? 'debug' : undefined, '--debug')
  set(['log', 'level'], flags.logLevel, '--log-level')
  if (flags.logFiles !== undefined) set(['sources'], [{ type: 'file', paths: flags.logFiles.split(',').map((path) => path.trim()) }], '--log-files')

  if (flags.outputType !== undefined) {
    const output = Object.hasOwn(OUTPUTS, flags.outputType) ? OUTPUTS[flags.outputType] : undefined
    if (output === undefined || registry.get('output', output.type) === undefined) {
      const known = Object.entries(OUTPUTS).filter(([, { type }]) => registry.get('output', type) !== undefined).map(([name]) => name)
      const message = output === undefined
        ? `expected one of ${known.join(', ')}, got ${JSON.stringify(flags.outputType)}`
        : `this Sawlog has no "${output.type}" output yet. Use one of ${known.join(', ')}`
      problems.addAt(null, { severity: 'error', file: 'command line', path: '--output-type', message })
    } else {
      const data = typeof raw['data'] === 'string' ? raw['data'] : DEFAULT_DATA
      set(['outputs'], [{ type: output.type, path: join(data, 'collected', output.file) }], '--output-type')
    }
  }

  if (flags.storageUrl !== undefined) add('outputs', { type: 'forward', name: 'storage', url: flags.storageUrl, ...(token === undefined ? {} : { token }) }, '--storage-url')
  setBatch(raw, flags, note)
  if (flags.debug === true) add('outputs', { type: 'console', name: 'debug', format: 'debug' }, '--debug')
  if (flags.filter !== undefined) add('filters', { type: 'regex', name: 'command-line', include: flags.filter }, '--filter')
}

/** For every output there is by now. */
function setBatch(raw: JsonObject, { batchSize, batchInterval }: Flags, note: (path: ConfigPath, flag: string) => void): void {
  const { outputs } = raw
  if (!Array.isArray(outputs) || (batchSize === undefined && batchInterval === undefined)) return
  raw['outputs'] = outputs.map((output, index) => {
    if (!isObject(output)) return output
    const batch = isObject(output['batch']) ? { ...output['batch'] } : {}
    if (batchSize !== undefined) {
      batch['records'] = /^\d+$/.test(batchSize) ? Number(batchSize) : batchSize
      note(['outputs', index, 'batch', 'records'], '--batch-size')
    }
    if (batchInterval !== undefined) {
      batch['wait'] = /^[\d.]+$/.test(batchInterval) ? `${batchInterval}s` : batchInterval
      note(['outputs', index, 'batch', 'wait'], '--batch-interval')
    }
    return { ...output, batch }
  })
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
