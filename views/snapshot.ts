// Everything one view of the dashboard shows, read once, so that its figures agree with each other.
import type { DiskStatus, OutputStatus, ParseErrorSample, PluginCost, Rate, ReadModel, RetentionStatus, StreamStatus, Totals } from '../core/read-model.ts'

/** Errors of the last minute are what is shown of it. */
const RATE_SECONDS = 60

export interface Snapshot {
  /** Epoch ms at which it was taken. */
  readonly now: number
  /** Where a browser sees this server: `http://127.0.0.1:5000`. */
  readonly origin: string
  readonly version: string
  readonly startedAt: number
  readonly notReady: string | null
  readonly totals: Totals
  readonly perSecond: number
  readonly rate: Rate
  readonly recent: ReadModel['recent']
  readonly streams: readonly StreamStatus[]
  readonly counters: ReturnType<ReadModel['counters']>
  readonly parseErrors: readonly ParseErrorSample[]
  readonly outputs: readonly OutputStatus[]
  readonly plugins: readonly PluginCost[]
  readonly disk: DiskStatus
  readonly retention: RetentionStatus
  readonly problems: ReturnType<ReadModel['problems']>
}

export function takeSnapshot(model: ReadModel, origin: string): Snapshot {
  return {
    now: Date.now(), origin, version: model.version, startedAt: model.startedAt, notReady: model.notReady(), totals: model.totals(),
    perSecond: model.perSecond(), rate: model.rate(RATE_SECONDS), recent: (of, name) => model.recent(of, name), streams: model.streams(), counters: model.counters(),
    parseErrors: model.parseErrors(), outputs: model.outputs(), plugins: model.plugins(), disk: model.disk(), retention: model.retention(), problems: model.problems(),
  }
}
