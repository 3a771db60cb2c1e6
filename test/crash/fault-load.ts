// Posts numbered lines through kills, some of them about somebody, and has those about one after the other erased.
import { randomUUID } from 'node:crypto'

const SENDERS = 4
const LINES = 25
/** 4 senders make 2,000 lines or 8 segments of 64 KiB a second of it. */
const PAUSE_MS = 50
/** One line in so many is about a person. */
const PERSON_EVERY = 25
const RETRY_MS = 50
const LIMIT_MS = 20_000

export interface FaultLoad {
  /** Resolves when all lines that were begun are acknowledged and no erasure is under way; needs a living server. */
  end(): Promise<void>
  /** Lines acknowledged; their numbers are 0 to this. */
  readonly lines: number
  /** People whose lines are erased, as the server says, and how many lines that were. */
  readonly erased: ReadonlySet<string>
  readonly erasedLines: number
}

/** The person of a line, or null. */
export function personOf(body: unknown): string | null {
  const { who } = body as { who?: unknown }
  return typeof who === 'string' ? who : null
}

export function faultLoad(url: string): FaultLoad {
  let next = 0
  const ending = new AbortController()
  let person = 0
  const erased = new Set<string>()
  const linesAbout = new Map<string, number>()
  /** Posts under way by the person their lines are about. */
  const open = new Map<number, number>()

  async function sender(): Promise<void> {
    while (!ending.signal.aborted) {
      const about = person
      open.set(about, (open.get(about) ?? 0) + 1)
      const body: string[] = []
      for (let n = next, to = (next += LINES); n < to; n++) {
        const name = `person-${about}`
        const who = n % PERSON_EVERY === 0 ? { who: name } : {}
        if (n % PERSON_EVERY === 0) linesAbout.set(name, (linesAbout.get(name) ?? 0) + 1)
        body.push(JSON.stringify({ time: new Date().toISOString(), level: 'info', via: 'http', n, ...who, message: `GET /orders/${n} ${'y'.repeat(200)}` }))
      }
      const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() }
      await until(`${url}/ingest?source=posted`, headers, body.join('\n'), (answer) => answer['accepted'] === LINES)
      open.set(about, (open.get(about) as number) - 1)
      await pause(PAUSE_MS)
    }
  }

  async function eraser(): Promise<void> {
    while (!ending.signal.aborted) {
      const about = person++
      await pause(200)
      while ((open.get(about) ?? 0) > 0) await pause(20)
      await until(`${url}/api/erase`, { 'content-type': 'application/json' }, JSON.stringify({ query: `who:"person-${about}"` }), (answer) => answer['complete'] === true)
      erased.add(`person-${about}`)
    }
  }

  const running = Promise.all([...Array.from({ length: SENDERS }, sender), eraser()])
  running.catch(() => undefined)
  return {
    erased,
    get erasedLines() {
      let lines = 0
      for (const name of erased) lines += linesAbout.get(name) ?? 0
      return lines
    },
    get lines() {
      return next
    },
    async end() {
      ending.abort()
      await running
    },
  }
}

/** Until the answer is 200 and good; a broken connection says nothing of what was done. */
async function until(url: string, headers: Record<string, string>, body: string, isGood: (answer: Record<string, unknown>) => boolean): Promise<void> {
  for (;;) {
    const answer = await ask(url, headers, body)
    if (answer?.status === 200 && isGood(JSON.parse(answer.text) as Record<string, unknown>)) return
    if (answer !== null && answer.status >= 400 && ![409, 429, 503].includes(answer.status)) throw new Error(`${url} answered ${answer.status}: ${answer.text.slice(0, 500)}`)
    await pause(RETRY_MS)
  }
}

async function ask(url: string, headers: Record<string, string>, body: string): Promise<{ status: number; text: string } | null> {
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(LIMIT_MS) })
    return { status: answer.status, text: await answer.text() }
  } catch {
    return null
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
