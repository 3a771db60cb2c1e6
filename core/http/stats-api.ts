// GET /api/stats: the numbers of the dashboard as JSON.
import type { Hono } from 'hono'
import type { Json } from '../json.ts'
import type { ReadModel } from '../read-model.ts'
import { isoTime } from './iso-time.ts'

export function mountStatsApi(app: Hono, model: ReadModel): void {
  app.get('/api/stats', (c) => c.json(statsJson(model), 200, { 'Cache-Control': 'no-store' }))
}

/** The keys up to `outputs` are a promise, also in their order; what follows may grow. */
export function statsJson(model: ReadModel): { [key: string]: Json } {
  const totals = model.totals()
  const disk = model.disk()
  return {
    total: totals.records,
    per_second: Math.round(model.perSecond() * 100) / 100,
    levels: { ...totals.levels },
    tags: { ...totals.tags },
    sources: { ...totals.sources },
    parse_errors: totals.errors,
    disk: { bytes: disk.bytes, segments: disk.segments, free: disk.free, oldest: isoTime(disk.oldest), sources: bySource(disk.sources) },
    outputs: model.outputs().map((output) => ({
      name: output.name, lag: output.lag, errors: output.errors, type: output.type, state: output.state, delivered: output.delivered,
      rejected: output.rejected, lag_bytes: output.lagBytes, lag_seconds: output.lagSeconds, last_error: output.lastError, dead_letters: output.deadLetters,
    })),
    bytes: totals.bytes,
    dropped: totals.dropped,
    not_ready: model.notReady(),
    version: model.version,
    started_at: isoTime(model.startedAt),
    streams: model.streams().map((stream) => ({
      name: stream.name, source: stream.source, records: stream.records, errors: stream.errors, parser: stream.parser, parser_reason: stream.parserReason,
    })),
    counters: model.counters().map(({ component, what, value }) => ({ component, what, value })),
    plugins: model.plugins().map((plugin) => ({
      name: plugin.name, kind: plugin.kind, type: plugin.type, hook: plugin.hook, calls: plugin.calls, errors: plugin.errors, ms: plugin.ms,
      last_error: plugin.lastError,
    })),
    problems: model.problems().map(({ level, component, message, remedy, time, count }) => ({ level, component, message, remedy, time: isoTime(time), count })),
    parse_error_samples: model.parseErrors().map(({ time, stream, parser, reason, line }) => ({ time: isoTime(time), stream, parser, reason, line })),
  }
}

function bySource(sources: ReturnType<ReadModel['disk']>['sources']): { [source: string]: Json } {
  return Object.fromEntries(Object.entries(sources).map(([source, { records, bytes }]) => [source, { records, bytes }]))
}
