// The plugin SDK, exported as `sawlog/plugin`. The only re-exporting file.
export { z } from 'zod'
export { definePlugin, KINDS } from './define-plugin.ts'
export type {
  BodyBudget, FilterContext, FilterPlugin, Kind, Logger, Output, OutputContext, OutputPlugin, ParserContext, ParserPlugin, Plugin, PluginContext,
  RetentionContext, RetentionPlugin, Source, SourceContext, SourcePlugin, TaggerContext, TaggerPlugin,
} from './define-plugin.ts'
export type { Emit, EmitInput, EmitOptions, EmitReceipt, Gap, IdempotencyKey } from './emit.ts'
export { Reject, Retry } from './delivery-errors.ts'
export { eachRecord, keepRecords } from './each-record.ts'
export { chunkOf, LineChunk, splitLines } from './lines.ts'
export { LEVELS, type Level } from './level.ts'
export type { Batch, Fields, Guess, LogRecord, RecordInit } from './record.ts'
export type { Json, JsonObject } from './json.ts'
export type { Sample } from './hooks.ts'
export type { Answers, Known } from './journal/answers.ts'
export type { Commit, Counts, Position } from './journal/commit.ts'
export type { RetentionPlan, RetentionStore } from './journal/retention-store.ts'
export { StoredLine, type Cursor, type StoredRecord } from './journal/stored-line.ts'
export type { Problem, ProblemLevel } from './problem.ts'
