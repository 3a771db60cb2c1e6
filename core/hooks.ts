// Every hook there is, typed. What each is for stands in the table of ARCHITECTURE.md.
import type { Hono } from 'hono'
import { AsyncSeriesHook, HookMap, SyncBailHook, SyncHook, SyncWaterfallHook } from 'tapable'
import type { Commit } from './journal/commit.ts'
import type { Problem } from './problem.ts'
import type { Batch } from './record.ts'
import type { RetentionStore } from './journal/retention-store.ts'

/** The first lines of a stream, from which `detect` taps choose a parser. */
export interface Sample {
  readonly stream: string
  readonly source: string
  /** At most 50 lines, at most 64 KiB of them. */
  readonly lines: readonly string[]
  /** Set by the tap that claims the stream: why, for the page (`48 of 50 lines fit`). */
  why?: string
}

export function createHooks() {
  return Object.freeze({
    /** By parser name: fill the records' fields in place. */
    parse: new HookMap(() => new SyncHook<[Batch]>(['batch'])),
    /** Choose a parser for a stream with `parser: auto`: the name, or undefined for "not mine". */
    detect: new SyncBailHook<[Sample], string | undefined>(['sample']),
    /** Add tags and fields in place. */
    tag: new SyncHook<[Batch]>(['batch']),
    /** Return the survivors. */
    filter: new SyncWaterfallHook<[Batch]>(['batch']),
    /** Hide what must not be seen, in place, in lines that are shown without being stored. */
    show: new SyncHook<[Batch]>(['batch']),
    /** Positions and counts of what became durable; the records are gone by then. */
    committed: new SyncHook<[Commit]>(['commit']),
    /** A source mounts its HTTP endpoint. */
    routes: new SyncHook<[Hono]>(['app']),
    start: new AsyncSeriesHook<[AbortSignal]>(['signal']),
    stop: new AsyncSeriesHook<[AbortSignal]>(['signal']),
    /** Retention, on a timer. */
    sweep: new AsyncSeriesHook<[RetentionStore]>(['store']),
    /** Anything an operator should see. Taps must not report problems themselves. */
    problem: new SyncHook<[Problem]>(['problem']),
  })
}

export type Hooks = ReturnType<typeof createHooks>
export type HookName = keyof Hooks
