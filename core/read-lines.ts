// Reads a byte stream that cannot be read again (standard input, a pipe, a connection) and hands over its lines, put together where asked for.
import type { Readable } from 'node:stream'
import { countOddities } from './count-oddities.ts'
import type { SourceContext } from './define-plugin.ts'
import type { EmitReceipt } from './emit.ts'
import type { LineChunk } from './lines.ts'
import type { Grouping } from './multiline/grouping.ts'
import { LineGroups } from './multiline/line-groups.ts'
import { type Framing, OctetFrames } from './octet-frames.ts'

export interface ReadLinesOptions {
  /** What ends a line. */
  readonly framing: Framing
  readonly maxLine: number
  readonly multiline: Grouping | null
  /** Nobody goes on reading this stream: after the signal what it holds already is taken in as well. */
  readonly drain?: boolean
  /** Awaiting it is the backpressure: nothing more is read meanwhile. */
  emit(chunk: LineChunk): Promise<Pick<EmitReceipt, 'durable'>>
  readonly count: SourceContext['count']
}

/**
 * Resolves at the end of the stream, or soon after `signal`, when everything that was read is durable: the unfinished line and the open
 * record as well. The stream is left as it is, so that another may go on reading. Rejects with the stream's error after that.
 */
export async function readLines(stream: Readable, options: ReadLinesOptions, signal: AbortSignal): Promise<void> {
  const frames = new OctetFrames({ framing: options.framing, maxFrame: options.maxLine, onFault: () => options.count('framing_errors', 1) })
  const groups = options.multiline === null ? null : new LineGroups(options.multiline)
  const waiter = new Waiter(stream, signal)
  let cuts = 0
  let durable: Promise<void> = Promise.resolve()

  const hand = async (chunk: LineChunk | null): Promise<void> => {
    if (groups !== null && groups.cuts > cuts) {
      options.count('cut_records', groups.cuts - cuts)
      cuts = groups.cuts
    }
    if (chunk === null) return
    ;({ durable } = await options.emit(chunk))
    durable.catch(() => undefined) // awaited at the end; until then a rejection must not be unhandled
  }
  const take = async (lines: LineChunk | null): Promise<void> => {
    if (lines === null) return
    countOddities(lines, options.count)
    await hand(groups === null ? lines : groups.add(lines, performance.now()))
  }

  // Of what came in before the signal; null as long as there was none.
  let left: number | null = null
  try {
    for (;;) {
      if (signal.aborted) left ??= options.drain === true ? stream.readableLength : 0
      if (left !== null && left <= 0) break
      const bytes = stream.read() as Buffer | string | null
      if (left !== null) left = bytes === null ? 0 : left - bytes.length
      if (bytes !== null) await take(frames.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes))
      else if (waiter.over) break
      else if (left !== null) continue
      // Only now that everything there was has been read: what kept us waiting may have been the pipeline.
      else if (groups !== null && (groups.due ?? Infinity) <= performance.now()) await hand(groups.expire(performance.now()))
      else await waiter.wait(groups?.due ?? null)
    }
    await take(frames.end())
    await hand(groups?.flush() ?? null)
    await durable.catch(() => undefined) // only when the process stops first, and nobody can be told any more
  } finally {
    waiter.release()
  }
  if (waiter.error !== null) throw waiter.error
}

/** Waits for bytes, the end, the signal or a time, without taking bytes from the stream by itself. */
class Waiter {
  /** Nothing comes any more. */
  over: boolean
  error: Error | null = null
  readonly #stream: Readable
  readonly #signal: AbortSignal
  #wake: (() => void) | null = null
  readonly #readable = (): void => this.#wake?.()
  readonly #ended = (): void => {
    this.over = true
    this.#wake?.()
  }
  readonly #failed = (error: Error): void => {
    this.error = error
    this.#ended()
  }

  constructor(stream: Readable, signal: AbortSignal) {
    this.#stream = stream
    this.#signal = signal
    this.over = stream.readableEnded || stream.destroyed
    stream.on('readable', this.#readable).on('end', this.#ended).on('close', this.#ended).on('error', this.#failed)
    signal.addEventListener('abort', this.#readable)
  }

  async wait(due: number | null): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (due !== null) timer = setTimeout(resolve, Math.max(0, due - performance.now())).unref()
    })
    this.#wake = null
    clearTimeout(timer)
  }

  release(): void {
    this.#stream.off('readable', this.#readable).off('end', this.#ended).off('close', this.#ended).off('error', this.#failed)
    this.#signal.removeEventListener('abort', this.#readable)
  }
}
