// What the steps of the tailer share: the followed files, by identity and by path, and the way to the intake.
import type { SourceContext } from '../define-plugin.ts'
import type { Grouping } from '../multiline/grouping.ts'
import type { FileIo } from './file-io.ts'
import type { FilePosition } from './file-position.ts'
import type { FollowedFile } from './followed-file.ts'
import type { Gunzips } from './gunzips.ts'
import type { GlobSet } from './glob-set.ts'
import type { HeldFile } from './held-file.ts'
import type { HeldGzip } from './held-gzip.ts'
import type { Obstacles } from './obstacles.ts'
import type { OpenFiles } from './open-files.ts'
import type { Retired } from './retired.ts'
import type { TextEncoding } from './text-encoding.ts'

export interface TailOptions {
  readonly paths: readonly string[]
  readonly exclude: readonly string[]
  readonly start: 'beginning' | 'end'
  /** Null: UTF-8, or UTF-16 where a byte order mark says so. */
  readonly encoding: TextEncoding | null
  readonly maxLine: number
  /** How lines are put together; null: each is a record. */
  readonly multiline: Grouping | null
  readonly rescanMs: number
  readonly sweepMs: number
  readonly rotateWaitMs: number
  readonly maxOpenFiles: number
  /** How long the position of a file that is gone is kept, in case it comes back compressed. */
  readonly rememberMs: number
}

export type TailHost = Pick<SourceContext, 'name' | 'emit' | 'streams' | 'gaps' | 'forget' | 'count' | 'problem'>

export interface Tail {
  readonly host: TailHost
  readonly options: TailOptions
  readonly io: FileIo
  readonly globs: GlobSet
  readonly open: OpenFiles
  readonly obstacles: Obstacles
  readonly gunzips: Gunzips
  readonly files: Set<FollowedFile>
  /** `dev:ino` -> the stream that reads it. */
  readonly byIdentity: Map<string, FollowedFile>
  readonly byPath: Map<string, FollowedFile>
  /** New files that may be copies in the making, by identity. */
  readonly held: Map<string, HeldFile>
  /** Compressed files that may hold what is read, or was read, of a plain one, by identity. */
  readonly heldGzips: Map<string, HeldGzip>
  /** Streams whose file is gone, by stream, oldest first: it may come back compressed. */
  readonly retired: Map<string, Retired>
  /** Committed streams whose file cannot be looked at now (denied, not mounted), by stream. */
  readonly dormant: Map<string, FilePosition>
  /** Paths that exist but cannot be read yet: denied, dangling. Tried again every second. */
  readonly waiting: Set<string>
  /** Device -> whether it is a local disk. */
  readonly localDevices: Map<string, boolean>
  /** Directories to list again. */
  readonly dirty: Set<string>
  /** Nothing of this source was ever committed: `start: end` applies to what is found now. */
  firstStart: boolean
  /** Batches handed out that are not durable yet, of all files. */
  pending: number
  /** The process stops before what was handed out is durable: wait for nothing. */
  abandoned: boolean
  /** Milliseconds, monotonic. */
  now(): number
  /** Gives the file a turn. */
  enqueue(file: FollowedFile): void
  /** Whether the file waits for a turn or has one. */
  busy(file: FollowedFile): boolean
  /** Runs one bookkeeping step after the other. Never awaits the intake inside. */
  exclusive<T>(step: () => Promise<T>): Promise<T>
}
