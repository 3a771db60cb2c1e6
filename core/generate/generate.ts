// Runs a line maker against the clock: each line at its time, written in batches to a sink.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { LineMaker } from './line-maker.ts'
import type { RatePlan } from './rate-plan.ts'

/** Lines are dealt out over steps of this length. */
const STEP_MS = 10
/** What is written at once, characters: one system call for some thousand lines. */
const BATCH_CHARS = 256 * 1024

export interface LineSink {
  /** Whole lines, each with its newline. Awaiting it is the backpressure. False: they were not taken, and nobody takes more. */
  write(text: string, lines: number): Promise<boolean> | boolean
  close(): Promise<void> | void
}

export interface GenerateRun {
  readonly maker: LineMaker
  readonly plan: RatePlan
  /** Timestamp of the beginning, epoch ms. */
  readonly start: number
  /** ms of the plan, and lines; either may be Infinity. */
  readonly lasts: number
  readonly lines: number
  /** Whether to wait until a line's time has come. What comes late is made up for, so that the count is exact. */
  readonly paced: boolean
  readonly sink: LineSink
  readonly signal: AbortSignal
}

/** Gives how many lines the sink has taken. */
export async function generate({ maker, plan, start, lasts, lines, paced, sink, signal }: GenerateRun): Promise<number> {
  const origin = performance.now()
  let made = 0
  let taken = 0
  let batch = ''
  const write = async (): Promise<boolean> => {
    if (made === taken) return true
    const text = batch
    batch = ''
    if (!(await sink.write(text, made - taken))) return false
    taken = made
    return true
  }
  for (let from = 0; from < lasts && made < lines && !signal.aborted; from += STEP_MS) {
    const to = Math.min(lasts, from + STEP_MS)
    if (paced && performance.now() - origin < from) {
      if (!(await write()) || !(await until(origin + from, signal))) return taken
    }
    const due = Math.min(lines, Math.floor(plan.due(to)))
    const count = due - made
    for (let i = 0; i < count; i++) {
      const at = from + Math.floor(((to - from) * i) / count)
      batch += `${maker.line(start + at, at)}\n`
      made++
      if (batch.length < BATCH_CHARS) continue
      if (!(await write())) return taken
      // A file takes everything at once: without a turn of the event loop no signal would ever be heard.
      await nextTurn()
      if (signal.aborted) return taken
    }
  }
  if (!signal.aborted) await write()
  return taken
}

/** False when stopped meanwhile. */
async function until(time: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(Math.max(1, time - performance.now()), undefined, { signal })
    return true
  } catch (error) {
    if (!signal.aborted) throw error
    return false
  }
}
