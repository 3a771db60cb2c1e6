// What a source sees of Sawlog, in memory: emitted lines are kept, durability is the test's to give.
import { join } from 'node:path'
import { Hono } from 'hono'
import type { BodyBudget, Position, SourceContext } from '../../../core/plugin.ts'
import { LineChunk } from '../../../core/plugin.ts'
import type { EmitOptions } from '../../../core/emit.ts'
import { AnswerBook } from '../../../core/journal/answer-book.ts'
import { StateStore } from '../../../core/journal/state-store.ts'
import { createBodyBudget } from '../../../core/http/body-budget.ts'
import { sender } from '../../../core/http/sender.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

export interface Emitted {
  readonly stream: string
  readonly lines: string[]
  readonly options: EmitOptions
}

export interface FakeHost {
  readonly context: SourceContext
  readonly emitted: Emitted[]
  readonly refused: Array<{ stream: string; line: string; reason: string; count: number }>
  readonly counted: Map<string, number>
  readonly problems: string[]
  readonly bodies: BodyBudget & { readonly used: number }
  /** Awaited inside emit; throw here to refuse the input. */
  admit: () => Promise<void>
  /** What `durable` becomes. */
  durable: () => Promise<void>
  mount(app: Hono): void
  lines(): string[]
}

export function fakeHost(name: string, limits: { size?: number; maxBody?: number; maxInflated?: number } = {}, positions = new Map<string, Position>()): FakeHost {
  const mounts: Array<(app: Hono) => void> = []
  const bodies = createBodyBudget({ size: 64 << 20, maxBody: 16 << 20, maxInflated: 64 << 20, ...limits })
  const answers = new AnswerBook(new StateStore(join(temporaryDirectory('http'), 'state.db')))
  const unused = { tap: () => undefined, tapPromise: () => undefined }
  const host: FakeHost = {
    emitted: [], refused: [], counted: new Map(), problems: [], bodies,
    admit: async () => undefined,
    durable: async () => undefined,
    mount: (app) => mounts.forEach((mount) => mount(app)),
    lines: () => host.emitted.flatMap(({ lines }) => lines),
    context: {
      name,
      logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      signal: new AbortController().signal,
      problem: (_level, message) => void host.problems.push(message),
      hooks: { start: unused, stop: unused, committed: unused, problem: unused, routes: { tap: (_options, mount) => void mounts.push(mount) } },
      emit: async (stream, input, options = {}) => {
        await host.admit()
        if (!(input instanceof LineChunk)) throw new Error('BUG: these sources emit chunks')
        const lines = input.starts.map((start, i) => input.text(start, input.ends[i] as number))
        host.emitted.push({ stream, lines, options })
        if (options.to !== undefined) positions.set(stream, options.to)
        const { key } = options
        // As the journal does: the key is known from the moment its frame is durable.
        const durable = host.durable().then(() => (key === undefined ? undefined : answers.committed([key])))
        return { kept: lines.length, durable }
      },
      positions: (stream) => positions.get(stream) ?? null,
      streams: () => positions,
      gaps: () => [],
      forget: (stream) => void positions.delete(stream),
      count: (what, by) => void host.counted.set(what, (host.counted.get(what) ?? 0) + by),
      reject: (stream, line, reason, count = 1) => void host.refused.push({ stream, line, reason, count }),
      shown: (_stream, text) => text,
      journal: 'test-journal',
      answers,
      bodies,
      sender,
    },
  }
  return host
}
