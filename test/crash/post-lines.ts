// Posts numbered lines with Idempotency-Keys until each request has its answer, however often the server dies meanwhile.
import { randomUUID } from 'node:crypto'

/**
 * Many small requests at once, so that each kill finds some between their fsync and their answer: with 4 senders of 200 lines a server
 * that ignored keys, or answered before the fsync, passed 16 kills unseen.
 */
const SENDERS = 16
const FEW_LINES = 3
/** One request in so many is a large one, which a kill may tear. */
const LARGE_EVERY = 100
const LARGE_LINES = 200
/** A dead server is asked again after this. */
const RETRY_MS = 40
/** A request that hangs longer is given up and repeated under its key. */
const REQUEST_LIMIT_MS = 20_000

export interface PostReport {
  readonly lines: number
  readonly requests: number
  /** Requests that were sent again after a broken connection or a 503. */
  readonly retries: number
}

/** `random(n)` gives 0 to n-1. Spreads the lines over `durationMs`. Rejects on any answer that is neither 200 nor "come again". */
export async function postLines(url: string, lines: number, durationMs: number, random: (below: number) => number, signal: AbortSignal): Promise<PostReport> {
  const started = Date.now()
  let next = 0
  let requests = 0
  let retries = 0

  async function sender(): Promise<void> {
    while (next < lines) {
      const from = next
      next = Math.min(lines, next + 1 + random(random(LARGE_EVERY) === 0 ? LARGE_LINES : FEW_LINES))
      const to = next
      const body: string[] = []
      for (let n = from; n < to; n++) body.push(JSON.stringify({ time: new Date().toISOString(), level: 'info', via: 'http', n, message: `GET /orders/${n} ${'y'.repeat(random(80))}` }))
      requests++
      retries += await deliver(body.join('\n'), to - from)
      await pause(started + (durationMs * to) / lines - Date.now())
    }
  }

  async function deliver(body: string, count: number): Promise<number> {
    const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() }
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted()
      const answer = await ask(headers, body)
      if (answer !== null) {
        if (answer.status === 200) {
          const { accepted, rejected } = JSON.parse(answer.text) as { accepted?: unknown; rejected?: unknown }
          if (accepted !== count || rejected !== 0) throw new Error(`${count} lines were posted and answered with ${answer.text}`)
          return attempt
        }
        if (answer.status !== 503 && answer.status !== 429 && answer.status !== 409) throw new Error(`a post was answered with ${answer.status}: ${answer.text.slice(0, 500)}`)
      }
      await pause(RETRY_MS)
    }
  }

  /** Null when the connection broke, which says nothing of whether the lines were stored. */
  async function ask(headers: Record<string, string>, body: string): Promise<{ status: number; text: string } | null> {
    try {
      const answer = await fetch(`${url}/ingest?source=posted`, { method: 'POST', headers, body, signal: AbortSignal.timeout(REQUEST_LIMIT_MS) })
      return { status: answer.status, text: await answer.text() }
    } catch {
      return null
    }
  }

  await Promise.all(Array.from({ length: SENDERS }, sender))
  return { lines, requests, retries }
}

function pause(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))
}
