// What a journal is opened with.
import type { DiskSpace } from './disk-space.ts'
import type { Commit } from './commit.ts'
import type { Disk } from './disk.ts'
import type { Report } from './open-data.ts'
import type { Compression } from './sealed/format.ts'
import type { SealRunner } from './sealed/seal-task.ts'

export interface JournalOptions {
  readonly directory: string
  readonly fsync: 'always' | 'interval' | 'never'
  readonly segmentBytes: number
  readonly segmentAgeMs: number
  readonly maxBytes: number
  readonly onFull: 'block' | 'drop_oldest'
  /** Bytes handed in and not yet durable, beyond which `room` makes sources wait. */
  readonly maxPendingBytes: number
  readonly reserveBytes: number
  readonly disk?: Disk
  /** How closed segments are sealed; without it they stay as they are. */
  readonly sealing?: { readonly compression: Compression; readonly level: number; readonly maxUnsealedBytes: number; readonly runner: SealRunner }
  now(): number
  /** Ms of a clock that nobody sets; the process's own by default. */
  monotonic?(): number
  /** Room on the disk; the real one by default. */
  space?(): DiskSpace
  report: Report
  committed(commit: Commit): void
}
