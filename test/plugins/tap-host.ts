// The least a parser, tagger or filter needs to run in a test: its taps, called as the pipeline would.
import type { SyncTap } from '../../core/define-plugin.ts'
import type { FilterPlugin, ParserPlugin, TaggerPlugin } from '../../core/define-plugin.ts'
import { createHooks, type Hooks } from '../../core/hooks.ts'
import type { JsonObject } from '../../core/json.ts'
import { chunkOf } from '../../core/lines.ts'
import { LogRecord, type Batch } from '../../core/record.ts'
import type { z } from 'zod'

/** The time of arrival of every record made here, so that tests can tell a time that was not read. */
export const ARRIVAL = Date.UTC(2000, 0, 1)

export function recordsOf(lines: readonly string[]): LogRecord[] {
  const chunk = chunkOf(lines)
  return lines.map((_, i) => new LogRecord('app', 'web1', ARRIVAL, chunk, chunk.starts[i] as number, chunk.ends[i] as number, null))
}

/** A record whose source handed in an object. */
export function objectRecord(body: JsonObject): LogRecord {
  const record = new LogRecord('app', 'web1', ARRIVAL, null, 0, 0, null)
  record.setJson(body)
  return record
}

export function batchOf(records: LogRecord[]): Batch {
  return { stream: 'test', source: 'app', records }
}

type Tappable = ParserPlugin | TaggerPlugin | FilterPlugin

/** Sets the plugin up under `name` with options checked by its own schema. */
export function host(plugin: Tappable, options: object = {}, name: string = plugin.type, count: (what: string, by: number) => void = ignore): Hooks {
  const hooks = createHooks()
  const checked: unknown = (plugin.options as z.ZodType).parse(options)
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }
  const parse = { for: (parser: string): SyncTap<[Batch]> => hooks.parse.for(parser) }
  const context = { name, logger, signal: new AbortController().signal, problem: ignore, count, hooks: { ...hooks, parse } }
  plugin.setup(checked, context)
  return hooks
}

function ignore(): void {
  // Nothing is reported in these tests; what matters are the records.
}
