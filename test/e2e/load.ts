// Numbered lines into files and over HTTP, at a steady pace from this process, until told to stop.
import { randomUUID } from 'node:crypto'
import { appendFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Started } from './sawlog.ts'

/** Often enough that each reload meets lines on their way; together about 4,000 lines/s, which a busy core still takes in. */
const TICK_MS = 10
const LINES_PER_TICK = 10
const LINES_PER_POST = 10
const SENDERS = 2
/** A log is renamed about twice a second, within the globs. */
const ROTATE_TICKS = 50

export interface Load {
  /** Ends it; resolves with how many lines went each way, once every post has its answer. */
  stop(): Promise<Record<string, number>>
}

/** Writes `a.log` (rotated by renaming) and `b.log` in `folder`, and posts. A post that is answered 503, or whose connection broke, is sent again under its key. */
export function startLoad(server: Started, folder: string): Load {
  const counts: Record<string, number> = { a: 0, b: 0, http: 0 }
  let ticks = 0
  const stopped = new AbortController()
  let torn = ''

  const writer = setInterval(() => {
    ticks++
    // Every other write ends within a line.
    const text = torn + lines('a', counts, LINES_PER_TICK)
    const cut = ticks % 2 === 0 ? text.length : text.length - 7
    appendFileSync(join(folder, 'a.log'), text.slice(0, cut))
    torn = text.slice(cut)
    if (torn === '' && ticks % ROTATE_TICKS === 0) renameSync(join(folder, 'a.log'), join(folder, `a.log.${ticks / ROTATE_TICKS}`))
    appendFileSync(join(folder, 'b.log'), lines('b', counts, LINES_PER_TICK))
  }, TICK_MS)

  async function send(): Promise<void> {
    while (!stopped.signal.aborted) {
      const body = lines('http', counts, LINES_PER_POST)
      const key = randomUUID()
      while (!(await delivered(body, key))) await pause(TICK_MS)
      await pause(TICK_MS)
    }
  }

  async function delivered(body: string, key: string): Promise<boolean> {
    const answer = await server.post(body, { 'Idempotency-Key': key })
    const text = await answer.text()
    if (answer.status === 503) return false
    if (answer.status !== 200 || text !== `{"accepted":${LINES_PER_POST},"rejected":0,"errors":[]}`) throw new Error(`a post was answered with ${answer.status}: ${text}`)
    return true
  }

  const senders = Promise.all(Array.from({ length: SENDERS }, send))
  senders.catch(() => undefined) // seen when `stop` awaits it
  onTestFinished(() => {
    stopped.abort()
    clearInterval(writer)
  })
  return {
    async stop() {
      stopped.abort()
      clearInterval(writer)
      appendFileSync(join(folder, 'a.log'), torn)
      await senders
      return counts
    },
  }
}

function lines(via: string, counts: Record<string, number>, count: number): string {
  let text = ''
  for (let i = 0; i < count; i++) {
    const n = (counts[via] ?? 0) + i
    text += `${JSON.stringify({ level: 'info', via, n, message: `card ${n}` })}\n`
  }
  counts[via] = (counts[via] ?? 0) + count
  return text
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
