// Isolates, counts and times every tap of every hook: a plugin that throws is named, its siblings keep running.
import type { Component } from './component.ts'
import { RecordErrors } from './each-record.ts'
import type { HookName, Hooks } from './hooks.ts'
import type { ProblemLevel } from './problem.ts'
import { type Batch, LogRecord } from './record.ts'

export type ReportFor = (component: string, level: ProblemLevel, message: string, remedy: string) => void

/** What one tap has cost so far. Written by the guard only; lives with its component over reloads. */
export interface Cost {
  readonly hook: HookName
  calls: number
  /** Handed to it by `parse`, `tag` and `filter`; those that `filter` took off the list are counted in `dropped`. */
  records: number
  dropped: number
  errors: number
  ms: number
  lastError: string | null
}

type Fn = (...args: unknown[]) => unknown

/** The part of tapable's tap that the guard reads, with the component that assembly put there. */
interface Tap {
  name: string
  type: string
  fn: Fn
  component?: Component
}
interface Interceptable {
  intercept(interceptor: { register(tap: Tap): Tap }): void
}

/** How long one tap of `start`, `stop` or `sweep` may take, ms. SIGTERM promises an exit within 10 s. */
const LIFE_MS = { start: 10_000, stop: 5000, sweep: 60_000 } as const

/** Puts the interceptor on every hook of a generation; to be called before anything is tapped. */
export function guardHooks(hooks: Hooks, report: ReportFor): void {
  for (const name of Object.keys(hooks) as HookName[]) {
    const interceptor = { register: (tap: Tap) => guarded(name, tap, report) }
    if (name === 'parse') hooks.parse.intercept({ factory: (_key, hook) => (intercept(hook, interceptor), hook) })
    else intercept(hooks[name], interceptor)
  }
}

function intercept(hook: unknown, interceptor: { register(tap: Tap): Tap }): void {
  ;(hook as Interceptable).intercept(interceptor)
}

function guarded(hook: HookName, tap: Tap, report: ReportFor): Tap {
  const { component, fn } = tap
  const cost = component?.costOf(hook) ?? { hook, calls: 0, records: 0, dropped: 0, errors: 0, ms: 0, lastError: null }
  const who = component?.name ?? tap.name
  const failed = (error: unknown): void => {
    cost.errors += error instanceof RecordErrors ? error.failed.length : 1
    cost.lastError = messageOf(error)
    // A report about a tap of `problem` would come back to that tap.
    if (hook !== 'problem') report(who, 'error', `cannot complete ${hook}: ${messageOf(error)}`, remedyFor(hook))
  }
  if (tap.type === 'promise') tap.fn = guardAsync(hook, fn, cost, failed)
  else tap.fn = guardSync(hook, fn, cost, failed, component)
  return tap
}

function guardSync(hook: HookName, fn: Fn, cost: Cost, failed: (error: unknown) => void, component: Component | undefined): Fn {
  return (argument) => {
    const began = performance.now()
    cost.calls++
    // A filter that cuts the list in place and then throws must not take the rest with it, and only a filter may touch the list at all.
    // Copying and comparing 1,024 references takes 2 us, a slice of that many records 1 ms.
    const before = hook === 'filter' ? (argument as Batch).records.slice() : null
    const list = hook === 'parse' || hook === 'tag' || hook === 'show' ? (argument as Batch).records.slice() : null
    const handed = hook === 'show' ? null : (before ?? list)
    if (handed !== null) cost.records += handed.length
    const look = handed === null ? undefined : component?.watch?.look(handed, (argument as Batch).stream)
    try {
      const result = fn(argument)
      if (isThenable(result)) {
        result.then(undefined, () => undefined) // its rejection would end the process; the error below says what is wrong
        throw new Error('it returned a promise, which this hook does not wait for')
      }
      if (before !== null) return counted(survivors(result), before, cost, look)
      if (list !== null && !sameRecords(list, (argument as Batch).records)) throw new Error('it changed the list of records, which only a filter may')
      look?.(null)
      return result
    } catch (error) {
      failed(error)
      if (list !== null && !sameRecords(list, (argument as Batch).records)) (argument as Batch).records = list
      return afterError(hook, error, argument, before, component)
    } finally {
      cost.ms += performance.now() - began
    }
  }
}

function sameRecords(before: readonly LogRecord[], after: unknown): boolean {
  if (!Array.isArray(after) || after.length !== before.length) return false
  for (let i = 0; i < before.length; i++) if (before[i] !== after[i]) return false
  return true
}

function counted(result: unknown, before: readonly LogRecord[], cost: Cost, look: ((kept: readonly LogRecord[] | null) => void) | undefined): unknown {
  const { records } = result as Batch
  cost.dropped += before.length - records.length
  look?.(records)
  return result
}

function survivors(result: unknown): unknown {
  const records: unknown = typeof result === 'object' && result !== null ? (result as Batch).records : null
  if (!Array.isArray(records)) throw new Error('a filter must return the batch with the records that stay')
  for (const record of records) if (!(record instanceof LogRecord)) throw new Error('a filter must return records it was given')
  return result
}

function afterError(hook: HookName, error: unknown, argument: unknown, before: LogRecord[] | null, component: Component | undefined): unknown {
  if (hook === 'parse') markFailed(argument as Batch, error, component?.name ?? 'parser')
  if (hook !== 'filter' && hook !== 'show') return undefined
  const batch = argument as Batch
  const definition = component?.config.plugin
  const withhold = definition?.kind === 'filter' && definition.onError === 'withhold'
  const single = error instanceof RecordErrors
  if (before !== null && !single) batch.records = before
  if (withhold) for (const record of single ? error.failed : batch.records) withholdText(record)
  return batch
}

/** What a parser could not finish keeps its line, with the reason. */
function markFailed(batch: Batch, error: unknown, parser: string): void {
  const records = error instanceof RecordErrors ? error.failed : batch.records
  for (const record of records) record.error ??= `parser ${parser} failed: ${messageOf(error)}`
}

/** Fails closed: what could not be redacted is stored without its text. */
function withholdText(record: LogRecord): void {
  record.replaceBody('[withheld: the filter that should have redacted this record failed]')
  record._fields = null
  record._shared = null
  record._stored = null
  record.tags = []
  record.error = 'withheld because redaction failed'
}

function guardAsync(hook: HookName, fn: Fn, cost: Cost, failed: (error: unknown) => void): Fn {
  return async (argument) => {
    const began = performance.now()
    cost.calls++
    let timer: NodeJS.Timeout | undefined
    try {
      const limitMs = hook === 'start' || hook === 'stop' || hook === 'sweep' ? LIFE_MS[hook] : LIFE_MS.start
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`it did not finish within ${limitMs / 1000} s`)), limitMs)
      })
      await Promise.race([fn(argument), late])
    } catch (error) {
      failed(error)
    } finally {
      clearTimeout(timer)
      cost.ms += performance.now() - began
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function'
}

/** Never throws: what plugins throw may be anything, and this is called where nobody catches. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error).slice(0, 500)
  } catch {
    return 'it threw something that has no text'
  }
}

function remedyFor(hook: HookName): string {
  if (hook === 'parse') return 'The lines are kept as they came, marked with the reason. Mend the parser plugin or choose another parser.'
  if (hook === 'filter') return 'The records are kept (a redacting filter withholds their text). Mend the plugin.'
  return 'The other plugins go on. Mend the plugin or take it out of the configuration.'
}
