// The contract between Sawlog and a plugin of any kind: what `setup` gets and what it returns.
import type { Hono } from 'hono'
import type { Context } from 'hono'
import type { z } from 'zod'
import type { Emit, Gap } from './emit.ts'
import type { Sample } from './hooks.ts'
import type { Json } from './json.ts'
import type { Level } from './level.ts'
import type { Answers } from './journal/answers.ts'
import type { Commit, Position } from './journal/commit.ts'
import type { History } from './journal/history.ts'
import type { RetentionStore } from './journal/retention-store.ts'
import type { Cursor, StoredLine } from './journal/stored-line.ts'
import type { Problem, ProblemLevel } from './problem.ts'
import type { Batch } from './record.ts'

export const KINDS = ['source', 'parser', 'tagger', 'filter', 'output', 'retention'] as const
export type Kind = (typeof KINDS)[number]

export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** A hook as a plugin sees it: it can be tapped, not called. */
export interface SyncTap<A extends unknown[], R = void> {
  tap(options: string | { name: string; stage?: number }, fn: (...args: A) => R): void
}
export interface AsyncTap<A extends unknown[]> {
  tapPromise(options: string | { name: string; stage?: number }, fn: (...args: A) => Promise<void>): void
}
/** `for(name)` is the parse hook of the parser with that name; a parser may only use its own. */
export interface ParseTaps {
  for(parser: string): SyncTap<[Batch]>
}

/** What every plugin may tap. */
export interface LifeTaps {
  readonly start: AsyncTap<[AbortSignal]>
  readonly stop: AsyncTap<[AbortSignal]>
  readonly committed: SyncTap<[Commit]>
  readonly problem: SyncTap<[Problem]>
}
export interface SourceTaps extends LifeTaps {
  readonly routes: SyncTap<[Hono]>
}
export interface ParserTaps extends LifeTaps {
  readonly parse: ParseTaps
  readonly detect: SyncTap<[Sample], string | undefined>
}
export interface TaggerTaps extends LifeTaps {
  readonly tag: SyncTap<[Batch]>
}
export interface FilterTaps extends LifeTaps {
  readonly filter: SyncTap<[Batch], Batch>
  /** Lines that are shown as samples without being stored, not narrowed by `when`: a filter that hides parts of records hides them here too, in place. */
  readonly show: SyncTap<[Batch]>
}
export interface RetentionTaps extends LifeTaps {
  readonly sweep: AsyncTap<[RetentionStore]>
}

/** What every plugin gets. */
export interface PluginContext {
  /** The component's name in the config; tap under it. */
  readonly name: string
  readonly logger: Logger
  /** Aborted when the component is stopped: clear timers, close sockets. */
  readonly signal: AbortSignal
  /** Tells the operator, on the page and in the log; the same message again is counted, not repeated. */
  problem(level: ProblemLevel, message: string, remedy: string): void
}

export interface SourceContext extends PluginContext {
  readonly hooks: SourceTaps
  /** What is handed in after `start` has resolved waits until all sources have started, 3 s at most. */
  readonly emit: Emit
  /** Where a stream of this component goes on: the last position handed in, durable or about to be. What is durable tells the receipt of `emit`. */
  positions(stream: string): Position | null
  /** All streams of this component, with where they go on. */
  streams(): ReadonlyMap<string, Position>
  /** Stretches recovery could not save; read them again with `gap: true` where they still exist. */
  gaps(): readonly Gap[]
  /** Drops a stream's position once it can never come back (durable with the next frame). */
  forget(stream: string): void
  /** Counts something about the input that is not a record: `invalid_utf8`, `cut_lines`. */
  count(what: string, by: number): void
  /** Counts a line that cannot be stored as a parse error, with a sample for the page. `count` such lines at once where only one is worth showing. */
  reject(stream: string, line: string, reason: string, count?: number): void
  /** Text of a stream as it may be shown in a problem or the log: what filters hide is hidden. */
  shown(stream: string, text: string): string
  /** Id of the journal this source fills. */
  readonly journal: string
  /** What requests with an Idempotency-Key were answered. */
  readonly answers: Answers
  /** Budget in bytes for request bodies in flight, shared by all sources. */
  readonly bodies: BodyBudget
  /** Who sent a request: the token's name, or `anonymous`; 401 is answered before a route is reached. */
  sender(c: Context): string
}

export interface BodyBudget {
  /** Bytes of all bodies together. */
  readonly size: number
  /** Bytes of one body as it is sent; beyond it 413. */
  readonly maxBody: number
  /** Bytes of one body after decompression; beyond it 413. */
  readonly maxInflated: number
  /** Takes bytes out of the budget; false when it would be overdrawn (answer 503 with Retry-After). */
  take(bytes: number): boolean
  give(bytes: number): void
}

export interface ParserContext extends PluginContext {
  readonly hooks: ParserTaps
}
export interface TaggerContext extends PluginContext {
  readonly hooks: TaggerTaps
}
export interface FilterContext extends PluginContext {
  readonly hooks: FilterTaps
  /** Counts what the filter did, for the page: `duplicates`, `throttled`. Once per batch is enough. */
  count(what: string, by: number): void
}
export interface OutputContext extends PluginContext {
  /** Id of the journal whose records are delivered; part of a record's name across machines. */
  readonly journal: string
  /** Tells this journal from a copy of it that went another way. */
  readonly history: History
  /** Counts something about deliveries that no record can be named for, for the page: `refused_unnamed`, `cut_messages`. Once per batch is enough. */
  count(what: string, by: number): void
  /** Short ids of the journals from which records came in lately, directly or through others. */
  upstream(): readonly string[]
}
export interface RetentionContext extends PluginContext {
  readonly hooks: RetentionTaps
}

export interface Source {
  /** Of the records it makes by itself; people may change it while it runs. */
  readonly level?: { get(): Level; set(level: Level): void }
  /** Begins to emit; resolves once running. The signal is aborted at shutdown. */
  start(signal: AbortSignal): Promise<void> | void
  /** Stops reading; resolves when everything read was emitted and durable. */
  stop(): Promise<void> | void
}

/** What became of lines that were handed to an output. */
export interface Delivered {
  /** Where to go on, with the output's state. Without it all lines count as delivered and the state stays. */
  readonly cursor?: Cursor
  /** Lines among them that the target will never take: they become dead letters. */
  readonly rejected?: ReadonlyArray<{ readonly line: StoredLine; readonly reason: string }>
}

export interface Output {
  /**
   * Delivers lines in order. Resolve once they are as safe as the target makes them.
   * Throw `Retry` to get the same lines again later, `TooLarge` to get them in smaller portions, `Reject` to have all of them counted as
   * refused and passed over; any other error is retried.
   */
  deliver(lines: readonly StoredLine[], cursor: Cursor, signal: AbortSignal): Promise<Delivered | void>
  /**
   * Makes durable what `deliver` wrote; called before a cursor is saved. For outputs that can tell what they wrote before: after a
   * failed deliver or flush, the lines since the last saved cursor come again, with its state.
   */
  flush?(): Promise<void>
  /** The state to go on with when records are asked for once more, from an earlier place; as it is by default. */
  replayed?(state: Json): Json
  /** Closes files and sockets; called once, after the last deliver. */
  close?(): Promise<void> | void
}

interface Definition<K extends Kind, S extends z.ZodType, C, R> {
  readonly kind: K
  /** What `type:` says in the config; kebab-case or snake_case. */
  readonly type: string
  /** One sentence for the reference. */
  readonly summary: string
  /** The options beside `type`, `name` and `when`: the only source of types, docs and JSON Schema. */
  readonly options: S
  /** A config for the reference: options as YAML, without `type`. */
  readonly example?: string
  /** Paragraphs for the reference: behaviour, limits, what is guaranteed. */
  readonly docs?: string
  /** A line before and the stored record after, for the reference. */
  readonly sample?: { readonly line: string; readonly record: string }
  setup(options: z.output<S>, context: C): R
}

export type SourcePlugin<S extends z.ZodType = z.ZodType> = Definition<'source', S, SourceContext, Source | Promise<Source>> & {
  /** Why a configuration may have only one source of this type; left out where it may have many. */
  readonly single?: string
  /** Parser of its records where the configuration names none; `auto` by default. */
  readonly parser?: string
}
export type ParserPlugin<S extends z.ZodType = z.ZodType> = Definition<'parser', S, ParserContext, void>
export type TaggerPlugin<S extends z.ZodType = z.ZodType> = Definition<'tagger', S, TaggerContext, void>
export type FilterPlugin<S extends z.ZodType = z.ZodType> = Definition<'filter', S, FilterContext, void> & {
  /** When it throws: keep the records (default), or store them without their text, as `redact` must. */
  readonly onError?: 'keep' | 'withhold'
  /** Without `when:` it makes no sense: why, for the message to the user. */
  readonly needsWhen?: string
}
export type OutputPlugin<S extends z.ZodType = z.ZodType> = Definition<'output', S, OutputContext, Output | Promise<Output>> & {
  /** Delivery guarantee, a sentence for the reference. */
  readonly guarantee?: string
  /** `deliver` may be called again while it runs, for the lines that follow: the user may set `concurrency`. Not for outputs with a state or `flush`. */
  readonly concurrent?: true
  /** What is delivered at once unless the configuration says otherwise, as it would be written there. */
  readonly batch?: { readonly records: number; readonly bytes: string }
  /** The option that names a file which this output alone may write: a second output on it is a mistake of the configuration. */
  readonly ownFile?: string
}
export type RetentionPlugin<S extends z.ZodType = z.ZodType> = Definition<'retention', S, RetentionContext, void>

export type Plugin = SourcePlugin | ParserPlugin | TaggerPlugin | FilterPlugin | OutputPlugin | RetentionPlugin

export function definePlugin<S extends z.ZodType>(plugin: SourcePlugin<S>): SourcePlugin<S>
export function definePlugin<S extends z.ZodType>(plugin: ParserPlugin<S>): ParserPlugin<S>
export function definePlugin<S extends z.ZodType>(plugin: TaggerPlugin<S>): TaggerPlugin<S>
export function definePlugin<S extends z.ZodType>(plugin: FilterPlugin<S>): FilterPlugin<S>
export function definePlugin<S extends z.ZodType>(plugin: OutputPlugin<S>): OutputPlugin<S>
export function definePlugin<S extends z.ZodType>(plugin: RetentionPlugin<S>): RetentionPlugin<S>
export function definePlugin(plugin: unknown): unknown {
  return Object.freeze(plugin)
}
