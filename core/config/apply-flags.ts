// Command-line flags, laid over what the file says.
import { join } from 'node:path'
import type { JsonObject } from '../json.ts'
import type { Registry } from '../registry.ts'
import type { Origins } from './origins.ts'
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
}

/** What `--output-type` names, as plugin type and file in the data folder. */
const OUTPUTS: Readonly<Record<string, { readonly type: string; readonly file: string }>> = {
  json: { type: 'jsonl', file: 'collected.jsonl' },
  csv: { type: 'csv', file: 'collected.csv' },
  sqlite: { type: 'sqlite', file: 'collected.db' },
}

/** Changes `raw` in place, and its origins with it. */
export function applyFlags(raw: JsonObject, flags: Flags, registry: Registry, origins: Origins, problems: Problems): void {
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
    origins.set(path, { from: 'flag', key: null, value: { line: 0, column: 0 }, env: [], flag })
  }

  set(['server', 'host'], flags.host, '--host')
  set(['server', 'port'], typeof flags.port === 'string' && /^\d+$/.test(flags.port) ? Number(flags.port) : flags.port, '--port')
  set(['data'], flags.data, '--data')
  set(['log', 'level'], flags.logLevel, '--log-level')

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

  if (flags.filter !== undefined) {
    const filters = raw['filters'] ?? []
    if (!Array.isArray(filters)) return
    raw['filters'] = [...filters, { type: 'regex', name: 'command-line', include: flags.filter }]
    origins.set(['filters', filters.length], { from: 'flag', key: null, value: { line: 0, column: 0 }, env: [], flag: '--filter' })
  }
}
