// An intake in memory: lines and positions become durable together, in order, when the test allows it; a crash keeps only that.
import type { ProblemLevel } from '../../../core/problem.ts'
import type { Emit, EmitInput, EmitOptions, Gap } from '../../../core/emit.ts'
import { LineChunk } from '../../../core/lines.ts'
import type { TailHost } from '../../../core/files/tail.ts'

type Position = NonNullable<EmitOptions['to']>

export interface Got {
  readonly stream: string
  readonly line: string
  readonly path: string
  readonly cut: number | null
}

export class FakeHost implements TailHost {
  readonly name = 'app'
  /** Durable lines, in order. */
  readonly lines: Got[] = []
  readonly counted: Record<string, number> = {}
  readonly problems: { level: string; message: string; remedy: string }[] = []
  readonly forgotten: string[] = []
  readonly gapsToFill: Gap[] = []
  /** False: nothing becomes durable until it is true again. */
  durable = true
  /** Lines taken, durable or not. */
  taken = 0
  /** Called before lines are taken; awaiting it is backpressure. */
  onEmit: ((stream: string, options: EmitOptions) => Promise<void> | void) | null = null
  #positions = new Map<string, Position>()
  readonly #moved = new Map<string, number>()
  readonly #emitting = new Set<string>()
  #queue: { stream: string; lines: Got[]; options: EmitOptions; resolve: () => void }[] = []
  #forgets: string[] = []
  #dead = false

  /** What the next process finds after a crash: the durable part only. */
  crash(): FakeHost {
    this.#dead = true
    const next = new FakeHost()
    next.lines.push(...this.lines)
    next.#positions = new Map(this.#positions)
    return next
  }

  /** What the next process finds after an orderly stop: the same, with a check that nothing was left behind. */
  restart(): FakeHost {
    if (this.#queue.length > 0) throw new Error(`stopped with ${this.#queue.length} batches that are not durable`)
    return this.crash()
  }

  streams(): ReadonlyMap<string, Position> {
    return this.#positions
  }

  gaps(): readonly Gap[] {
    return this.gapsToFill
  }

  forget(stream: string): void {
    this.forgotten.push(stream)
    this.#forgets.push(stream)
    this.flush()
  }

  count(what: string, by: number): void {
    this.counted[what] = (this.counted[what] ?? 0) + by
  }

  problem(level: ProblemLevel, message: string, remedy: string): void {
    this.problems.push({ level, message, remedy })
  }

  emit: Emit = async (stream, input, options = {}) => {
    if (this.#emitting.has(stream)) throw new Error(`two emits of ${stream} at a time`)
    this.#emitting.add(stream)
    try {
      await this.onEmit?.(stream, options)
      const lines = copy(stream, input, options)
      if (options.gap !== true) {
        const last = this.#moved.get(stream) ?? this.#positions.get(stream)?.offset
        if (last !== undefined && last !== options.from) throw new Error(`${stream} stood at ${last}, the source says ${options.from}`)
        this.#moved.set(stream, options.to?.offset ?? 0)
      }
      this.taken += lines.length
      const durable = new Promise<void>((resolve) => {
        this.#queue.push({ stream, lines, options, resolve })
      })
      queueMicrotask(() => this.flush())
      return { kept: lines.length, durable }
    } finally {
      this.#emitting.delete(stream)
    }
  }

  flush(): void {
    if (!this.durable || this.#dead) return
    for (const { stream, lines, options, resolve } of this.#queue.splice(0)) {
      this.lines.push(...lines)
      if (options.to !== undefined && options.gap !== true) this.#positions.set(stream, JSON.parse(JSON.stringify(options.to)) as Position)
      resolve()
    }
    for (const stream of this.#forgets.splice(0)) this.#positions.delete(stream)
  }
}

function copy(stream: string, input: EmitInput, options: EmitOptions): Got[] {
  const path = String(options.fields?.['log.file.path'])
  if (!(input instanceof LineChunk)) {
    if (input.length > 0) throw new Error('the file source hands out chunks')
    return []
  }
  return input.starts.map((start, i) => ({ stream, path, line: input.text(start, input.ends[i] as number), cut: input.cut?.get(i) ?? null }))
}
