// The hooks as a plugin sees them: it can tap those of its kind, and cannot call any.
import type { Component } from './component.ts'
import type { Kind } from './define-plugin.ts'
import { RecordErrors } from './each-record.ts'
import type { HookName } from './hooks.ts'
import type { Matcher } from './search/match-record.ts'
import type { Batch, LogRecord } from './record.ts'

const LIFE: readonly HookName[] = ['start', 'stop', 'committed', 'problem']
const ASYNC: ReadonlySet<HookName> = new Set(['start', 'stop', 'sweep'])

const ALLOWED: Record<Kind, readonly HookName[]> = {
  source: [...LIFE, 'routes'],
  parser: [...LIFE, 'parse', 'detect'],
  tagger: [...LIFE, 'tag'],
  filter: [...LIFE, 'filter', 'show'],
  output: [],
  retention: [...LIFE, 'sweep'],
}

type Fn = (...args: never[]) => unknown
type TapOptions = string | { name: string; stage?: number }

/** An object with a tap per allowed hook; each tap is recorded in the component. `when` narrows tag and filter taps to matching records. */
export function tapRecorder(component: Component, when: Matcher | null): Record<string, unknown> {
  const facade: Record<string, unknown> = {}
  for (const hook of ALLOWED[component.config.kind]) {
    if (hook === 'parse') facade.parse = { for: (parser: string) => tapOf(component, hook, ownName(component, parser), null) }
    else facade[hook] = tapOf(component, hook, null, when)
  }
  return Object.freeze(facade)
}

function ownName(component: Component, parser: string): string {
  if (parser !== component.name) throw new Error(`a parser may tap only its own name: hooks.parse.for(name), not for('${parser}')`)
  return parser
}

function tapOf(component: Component, hook: HookName, key: string | null, when: Matcher | null): object {
  const record = (async: boolean) => (options: TapOptions, fn: Fn) => {
    if (typeof fn !== 'function') throw new Error(`hooks.${hook}.tap needs a function as its second argument`)
    if (component.taps.some((tap) => tap.hook === hook && tap.key === key)) throw new Error(`it taps ${hook} twice; one tap a hook, so that its cost and errors have one name`)
    const given = typeof options === 'string' ? { name: options } : options
    component.taps.push({ hook, key, async, options: { ...given, name: component.name }, fn: when === null ? fn : narrowed(hook, fn, when) })
  }
  return Object.freeze(ASYNC.has(hook) ? { tapPromise: record(true) } : { tap: record(false) })
}

/** Gives the tap only the records that match; for filters, the others survive in their place. */
function narrowed(hook: HookName, fn: Fn, when: Matcher): Fn {
  const call = fn as unknown as (batch: Batch) => unknown
  if (hook === 'tag') {
    return ((batch: Batch) => {
      const records = batch.records.filter((record) => when.record(record))
      return records.length === 0 ? undefined : call({ ...batch, records })
    }) as Fn
  }
  if (hook === 'filter') return narrowedFilter(call, when) as unknown as Fn
  return fn
}

/** The records that do not match stay in their place; a failure is about those that do. */
function narrowedFilter(call: (batch: Batch) => unknown, when: Matcher): (batch: Batch) => unknown {
  return (batch) => {
    const all = batch.records
    const matching = all.filter((record) => when.record(record))
    if (matching.length === 0) return batch
    const handed = new Set(matching)
    const part: Batch = { ...batch, records: matching }
    const merged = (kept: readonly LogRecord[]): LogRecord[] => {
      const stays = new Set(kept)
      return all.filter((record) => !handed.has(record) || stays.has(record))
    }
    try {
      const result = call(part)
      const records = (result as Batch | null)?.records
      // What is no batch is the guard's to name.
      return Array.isArray(records) ? { ...batch, records: merged(records) } : result
    } catch (error) {
      // Without names of records all that were handed over failed, also those it took off the list before.
      if (!(error instanceof RecordErrors)) throw new RecordErrors([...handed], handed.size, error)
      batch.records = merged(part.records)
      throw error
    }
  }
}
