// Takes what a source emits, as the journal would: positions become durable with their lines, and only then.
import type { Answers } from '../../core/journal/answers.ts'
import type { Position } from '../../core/journal/commit.ts'
import type { Emit, EmitInput, EmitOptions } from '../../core/emit.ts'
import type { Json } from '../../core/json.ts'
import { LineChunk } from '../../core/lines.ts'

export interface Emitted {
  readonly stream: string
  /** A record given without a line stands here as its body's text. */
  readonly lines: readonly string[]
  readonly options: EmitOptions
  durable: boolean
}

export class FakeIntake {
  /** Everything emitted, in order. */
  readonly emitted: Emitted[] = []
  /** Where each stream durably stands. A test may fill it before `setup`, as after a restart. */
  readonly positions: Map<string, Position>
  /** While true nothing becomes durable, until `commit()`. */
  holding = false
  /** Requests answered under an Idempotency-Key. */
  readonly answered = new Map<string, { readonly hash: string; readonly answer: Json }>()
  readonly #pending: Array<{ emitted: Emitted; settle: () => void }> = []
  readonly #claimed = new Set<string>()
  /** Where the next emit of a stream must begin, durable or not. */
  readonly #heads = new Map<string, number>()

  constructor(positions: ReadonlyMap<string, Position> = new Map()) {
    this.positions = new Map(positions)
    for (const [stream, { offset }] of positions) this.#heads.set(stream, offset)
  }

  /** The durable lines, all streams in the order they came. */
  get lines(): string[] {
    return this.emitted.filter(({ durable }) => durable).flatMap(({ lines }) => lines)
  }

  /** Makes everything emitted so far durable. */
  commit(): void {
    for (const { emitted, settle } of this.#pending.splice(0)) {
      const { to, gap, key } = emitted.options
      if (to !== undefined && gap !== true) this.positions.set(emitted.stream, to)
      if (key !== undefined) this.answered.set(key.id, { hash: key.hash, answer: key.answer })
      emitted.durable = true
      settle()
    }
  }

  // An arrow, since it is handed to the plugin by itself.
  readonly emit: Emit = async (stream, input, options = {}) => {
    const head = this.#heads.get(stream)
    const { from, to, gap } = options
    if (from !== undefined && gap !== true && head !== undefined && from !== head) throw new Error(`BUG: stream ${stream} goes on at ${from}, but it stands at ${head}`)
    if (to !== undefined && gap !== true) this.#heads.set(stream, to.offset)
    const emitted: Emitted = { stream, lines: linesOf(input), options, durable: false }
    this.emitted.push(emitted)
    const durable = new Promise<void>((resolve) => {
      this.#pending.push({ emitted, settle: resolve })
    })
    if (!this.holding) queueMicrotask(() => this.commit())
    return { kept: emitted.lines.length, durable }
  }

  readonly answers: Answers = {
    begin: (id, hash) => {
      const known = this.answered.get(id)
      if (known !== undefined) return known.hash === hash ? { state: 'done', answer: known.answer } : { state: 'conflict' }
      if (this.#claimed.has(id)) return { state: 'pending', answer: Promise.resolve(null) }
      this.#claimed.add(id)
      return { state: 'new' }
    },
    finish: (id, answer) => {
      if (!this.#claimed.delete(id)) throw new Error(`BUG: answer to a key nobody claimed: ${id}`)
      if (answer !== null && !this.answered.has(id)) throw new Error(`BUG: the answer to ${id} was not stored with its records`)
    },
  }

  forget(stream: string): void {
    this.positions.delete(stream)
    this.#heads.delete(stream)
  }
}

function linesOf(input: EmitInput): string[] {
  if (input instanceof LineChunk) return input.starts.map((start, i) => input.text(start, input.ends[i] ?? start))
  return input.map((one) => (typeof one === 'string' ? one : typeof one.body === 'string' ? one.body : JSON.stringify(one.body)))
}
