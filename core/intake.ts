// Where sources hand in: turns lines or ready records into slices of records, and keeps each component's streams apart.
import { hostname } from 'node:os'
import type { Emit, EmitInput, EmitOptions, Gap } from './emit.ts'
import type { Position } from './journal/commit.ts'
import type { StreamMove } from './journal/frame.ts'
import type { Journal } from './journal/journal.ts'
import { ChunkInput } from './chunk-input.ts'
import { chunkOf, LineChunk } from './lines.ts'
import type { Input, Pipeline } from './pipeline.ts'
import type { RecordInit } from './record.ts'
import { RecordsInput } from './records-input.ts'
import { StoredInput } from './stored-input.ts'
import { StreamStates } from './stream-state.ts'

/** What a source component sees of the intake. */
export interface Port {
  readonly emit: Emit
  positions(stream: string): Position | null
  streams(): ReadonlyMap<string, Position>
  gaps(): readonly Gap[]
  forget(stream: string): void
  reject(stream: string, line: string, reason: string, count?: number): void
  shown(stream: string, text: string): string
  /** What is handed in waits until then. */
  hold(until: Promise<void>): void
  /** Refuses everything from now on. */
  close(): void
}

export class Intake {
  readonly streams = new StreamStates()
  readonly #journal: Journal
  readonly #pipeline: Pipeline
  readonly #host = hostname()

  constructor(journal: Journal, pipeline: Pipeline) {
    this.#journal = journal
    this.#pipeline = pipeline
  }

  port(component: string, parser: string): Port {
    const prefix = `${component}/`
    let open = true
    let held: Promise<void> | null = null
    const full = (stream: string): string => prefix + stream
    const stopped = (): void => {
      if (!open) throw new Error(`source ${component} has stopped`)
    }
    return {
      emit: async (stream, input, options = {}) => {
        stopped()
        if (held !== null) await held
        return this.#pipeline.take(this.#input(component, stream, parser, input, options), stopped)
      },
      // What was handed in, durable or not: a source that is replaced while the disk is slow must not hand the same in again.
      positions: (stream) => this.#journal.submitted.get(full(stream)) ?? null,
      streams: () => {
        const own = new Map<string, Position>()
        for (const [name, position] of this.#journal.submitted) if (name.startsWith(prefix)) own.set(name.slice(prefix.length), position)
        return own
      },
      gaps: () => this.#journal.gaps.filter((gap) => gap.stream.startsWith(prefix)).map((gap) => ({ ...gap, stream: gap.stream.slice(prefix.length) })),
      forget: (stream) => this.#journal.forget(full(stream)),
      reject: (stream, line, reason, count = 1) => this.#pipeline.refuse(full(stream), line, reason, count),
      shown: (stream, text) => this.#pipeline.shown(full(stream), text),
      hold: (until) => {
        held = until.finally(() => {
          held = null
        })
      },
      close: () => {
        open = false
      },
    }
  }

  /** A renamed component takes its streams along; `from` must have stopped. Resolves when that is durable, which nobody needs to wait for. */
  async rename(from: string, to: string): Promise<void> {
    const prefix = `${from}/`
    const { draft } = this.#journal
    for (const [name, position] of this.#journal.submitted) {
      if (!name.startsWith(prefix)) continue
      draft.move(`${to}/${name.slice(prefix.length)}`, { to: position })
      draft.move(name, { to: null })
    }
    if (!draft.empty) await this.#journal.submit()
  }

  #input(component: string, stream: string, parser: string, input: EmitInput, options: EmitOptions): Input {
    const source = options.source ?? component
    const state = this.streams.of(component, stream, source)
    state.source = source
    const move = this.#move(state.name, options)
    const chosen = options.parser ?? parser
    const host = options.host ?? this.#host
    if (!(input instanceof LineChunk) && typeof input[0] === 'object') return new RecordsInput(state, source, chosen, host, move, options, input as readonly RecordInit[])
    const chunk = input instanceof LineChunk ? input : chunkOf(input as readonly string[])
    if (options.stored === true) return new StoredInput(state, source, host, move, options, chunk)
    return new ChunkInput(state, source, chosen, host, move, options, chunk)
  }

  #move(stream: string, { from, to, gap }: EmitOptions): StreamMove | null {
    if (to === undefined) return null
    if (gap === true) return { from: from ?? 0, to, gap }
    const last = this.#journal.submitted.get(stream)
    if (last !== undefined && from !== undefined && from !== last.offset) throw new Error(`stream ${stream} goes on at ${from}, but it stands at ${last.offset}: a source must follow on its last committed position`)
    return from === undefined ? { to } : { from, to }
  }
}
