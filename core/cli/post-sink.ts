// Posts lines to a Sawlog, each batch under a key of its own, until it is taken.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LineSink } from '../generate/generate.ts'
import type { ServerClient } from './server-client.ts'
import { ServerError } from './server-error.ts'

/** Waits between attempts, ms: doubled up to the last. */
const RETRY_MS = [200, 5000] as const

export interface PostOptions {
  readonly path: string
  /** Of the body. */
  readonly type: 'application/x-ndjson' | 'text/plain'
  /** What the receiver must see before the lines to know their columns, or null. */
  readonly header: string | null
  readonly signal: AbortSignal
  readonly notice: (text: string) => void
}

export function postSink(client: ServerClient, { path, type, header, signal, notice }: PostOptions): LineSink {
  const run = randomUUID()
  let batch = 0
  let introduced = header === null
  return {
    async write(text) {
      const body = introduced ? text : `${header}\n${text}`
      introduced = true
      const headers = { 'Content-Type': type, 'Idempotency-Key': `${run}-${batch++}` }
      for (let wait = RETRY_MS[0] as number; ; wait = Math.min(RETRY_MS[1], wait * 2)) {
        try {
          await (await client.ask(path, { method: 'POST', headers, body, signal })).body?.cancel()
          return true
        } catch (error) {
          if (signal.aborted) return false
          if (!(error instanceof ServerError && error.passes)) throw error
          if (wait === RETRY_MS[0]) notice(`${error.message} Trying again.`)
          // It may have started anew, and know nothing of the columns.
          introduced = header === null
          await sleep(wait, undefined, { signal }).catch(() => undefined) // stopped: seen at the next attempt
        }
      }
    },
    close: () => undefined,
  }
}
