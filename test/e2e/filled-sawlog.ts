// A server with six thousand records in several segments, for tests of everything that searches.
import { expect } from 'vitest'
import { startSawlog, type Started } from './sawlog.ts'

/** Segments of some hundred records each, one of them being written. */
export const SEARCHED = 'sources: [{ type: http }]\njournal: { segment_size: 300KiB }\n'

export const COUNT = 6000

/** Record `n`: six of them share each second; every tenth is an error, of the others every third a warning. */
export function recordBody(n: number): { time: string; level: string; n: number; msg: string; status: number; user: { id: string } } {
  const level = n % 10 === 0 ? 'error' : n % 3 === 0 ? 'warn' : 'info'
  return { time: new Date(Date.UTC(2026, 10, 1) + (n % 1000) * 1000).toISOString(), level, n, msg: n === 4321 ? 'needle in "quotes", comma' : `request ${n} served`, status: 200 + (n % 5), user: { id: `u${n % 50}` } }
}

export async function filledSawlog(config = SEARCHED): Promise<Started> {
  const sawlog = await startSawlog(config)
  for (let from = 0; from < COUNT; from += 500) {
    const body = Array.from({ length: 500 }, (_, i) => JSON.stringify(recordBody(from + i))).join('\n')
    expect((await sawlog.post(body)).status).toBe(200)
  }
  return sawlog
}
