// What pages, the JSON API and Prometheus may know about the running system: plain values, made anew for each request.
import type { Json } from './json.ts'
import type { Level } from './level.ts'
import type { Problem } from './problem.ts'

export interface ParseErrorSample {
  /** Epoch ms. */
  readonly time: number
  readonly stream: string
  readonly parser: string
  readonly reason: string
  /** The line, cut at 500 characters. */
  readonly line: string
}

export interface OutputStatus {
  readonly name: string
  readonly type: string
  /** Records not yet delivered. */
  readonly lag: number
  readonly lagBytes: number
  /** Age of the oldest record not yet delivered. */
  readonly lagSeconds: number
  readonly delivered: number
  readonly errors: number
  readonly rejected: number
  /** Refused records that wait to be replayed or discarded. */
  readonly deadLetters: number
  readonly lastError: string | null
  readonly state: 'running' | 'retrying' | 'stopped'
}

/** One tap of one hook: what a plugin costs. */
export interface PluginCost {
  readonly name: string
  readonly kind: string
  readonly type: string
  readonly hook: string
  readonly calls: number
  readonly errors: number
  /** Time spent inside, all calls. */
  readonly ms: number
  readonly lastError: string | null
}

export interface StreamStatus {
  readonly name: string
  readonly source: string
  readonly records: number
  readonly errors: number
  /** What `auto` chose (or the config said), and why. */
  readonly parser: string
  readonly parserReason: string
}

export interface DiskStatus {
  readonly bytes: number
  readonly segments: number
  readonly free: number
  /** Epoch ms of the oldest commit still kept, or null. */
  readonly oldest: number | null
  /** What each source's records take of `bytes`; of those that are still kept. */
  readonly sources: Readonly<Record<string, { readonly records: number; readonly bytes: number }>>
}

export interface Rate {
  /** Epoch seconds of the first entry; the entries are consecutive seconds, oldest first, the running second left out. */
  readonly from: number
  readonly records: readonly number[]
  readonly levels: Readonly<Record<Level, readonly number[]>>
}

export interface Totals {
  readonly records: number
  readonly bytes: number
  readonly levels: Readonly<Record<string, number>>
  readonly tags: Readonly<Record<string, number>>
  readonly sources: Readonly<Record<string, number>>
  readonly errors: number
  readonly dropped: number
}

export interface SegmentAmount {
  readonly segments: number
  readonly bytes: number
  readonly records: number
}

/** One limit of one retention plugin. */
export interface RetentionRule {
  readonly name: string
  readonly type: string
  /** What `value` is: ms after storing (`age`, `erase`), bytes on disk, records, free bytes on the disk. */
  readonly limit: 'age' | 'bytes' | 'records' | 'free' | 'erase'
  readonly value: number
  /** The query of `erase`, else null. */
  readonly when: string | null
  /** What would be deleted now. */
  readonly goes: SegmentAmount
  /** What would be, did these outputs not still need it. */
  readonly held: SegmentAmount
  readonly heldBy: readonly string[]
  /** Days until the limit is reached, at the rate of the last week; null while that is unknown. */
  readonly days: number | null
  /** Records that `erase` erased since the start, else null. */
  readonly erased: number | null
}

export interface RetentionStatus extends SegmentAmount {
  /** Epoch ms at which the oldest record was stored, or null. */
  readonly oldest: number | null
  /** A day, by the commits of the last week; null while too little is known. */
  readonly growth: { readonly bytes: number; readonly records: number } | null
  /** Why nothing goes by age now, or null. */
  readonly suspended: string | null
  /** The limit of size that is reached first, and in how many days; null when none is in sight, or records go by age before. `rule`: then the oldest records go. */
  readonly full: { readonly by: string; readonly rule: boolean; readonly days: number } | null
  /** As of the last sweep: at most a minute ago. */
  readonly rules: readonly RetentionRule[]
}

/** A value of the configuration as it counts, and where it came from. Secrets are masked. */
export interface ConfigValue {
  /** `server.port`, `sources[0].paths[1]`. */
  readonly path: string
  readonly value: Json
  readonly from: 'file' | 'env' | 'flag' | 'default'
  /** In the file; null for flags and defaults. */
  readonly line: number | null
  /** The flag, or the variables, where it came from one. */
  readonly by: string | null
}

/** A source whose level people may change. */
export interface SourceLevel {
  readonly name: string
  readonly level: Level
}

export interface ConfigStatus {
  /** As it was given. */
  readonly file: string
  readonly values: readonly ConfigValue[]
  readonly levels: readonly SourceLevel[]
}

/** A plugin of the configuration, with what it has done since the start. */
export interface PipelineNode {
  /** `outputs/search`. */
  readonly id: string
  readonly kind: 'source' | 'parser' | 'tagger' | 'filter' | 'output' | 'retention'
  readonly type: string
  readonly name: string
  /** `outputs[0]`; empty where nobody wrote it. */
  readonly path: string
  readonly when: string | null
  readonly summary: string
  /** Why it does not run, or null. */
  readonly failed: string | null
  /** False: a parser that is there in case it is needed. */
  readonly used: boolean
  /** Records of a source since the data directory was made, else those it was handed (delivered, for outputs); null where none are counted. */
  readonly records: number | null
  /** Records a filter took off the list. */
  readonly dropped: number
  /** Null while unknown. */
  readonly perSecond: number | null
  /** Records a second over the last minute, oldest first. */
  readonly history: readonly number[]
  readonly errors: number
  /** Time spent with records. */
  readonly ms: number
  readonly lastError: string | null
  readonly output: OutputStatus | null
}

/** Ids of a source and a parser that reads its lines. */
export interface PipelineWire {
  readonly from: string
  readonly to: string
}

export interface PipelineStatus {
  /** In the order of each list of the configuration. */
  readonly nodes: readonly PipelineNode[]
  readonly wires: readonly PipelineWire[]
}

/** A record before and after a plugin, as it may be shown. */
export interface ShownTapRow {
  readonly seq: number
  /** Epoch ms. */
  readonly time: number
  readonly stream: string
  readonly before: string
  /** Null where the plugin dropped it. */
  readonly after: string | null
  readonly changes: readonly string[]
}

export interface TapStatus {
  /** Oldest first. */
  readonly rows: readonly ShownTapRow[]
  /** Records that went by without being shown. */
  readonly skipped: number
}

/** Everything a page can show. Implemented by `app.ts`; views and the API depend on this alone. */
export interface ReadModel {
  readonly version: string
  readonly startedAt: number
  /** Why the process cannot take records now, or null when it can. */
  notReady(): string | null
  totals(): Totals
  /** Records a second over the last 5 s. */
  perSecond(): number
  /** The last `seconds` seconds, at most 300. */
  rate(seconds: number): Rate
  /** Records a second of a tag or source in steps of 5 s over the last 5 minutes, oldest first, the running step left out. */
  recent(of: 'tags' | 'sources', name: string): readonly number[]
  streams(): StreamStatus[]
  /** Other things that sources count: `invalid_utf8`, `cut_lines`, per component. */
  counters(): ReadonlyArray<{ readonly component: string; readonly what: string; readonly value: number }>
  /** Newest first, at most 100. */
  parseErrors(): ParseErrorSample[]
  outputs(): OutputStatus[]
  plugins(): PluginCost[]
  disk(): DiskStatus
  retention(): RetentionStatus
  /** Newest first, at most 100; repeats are counted. */
  problems(): ReadonlyArray<Problem & { readonly count: number }>
  config(): ConfigStatus
  pipeline(): PipelineStatus
  /** Streams of one source. */
  streamsOf(source: string): StreamStatus[]
  /** What goes in and out of a plugin, behind row `after`; looking begins with the first call and ends when none follows. Null where it cannot be looked into. */
  tap(id: string, after: number): TapStatus | null
}
