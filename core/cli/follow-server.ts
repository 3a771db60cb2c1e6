// A live tail through a running server, over lost connections and restarts: each record once.
import type { FoundRecord } from '../search/store.ts'
import { bodyLines } from './body-lines.ts'
import { CommandError } from './command-error.ts'
import { foundLine } from './found-line.ts'
import type { ServerClient } from './server-client.ts'
import { ServerError } from './server-error.ts'

export interface Followed {
  readonly query: string
  /** As typed. */
  readonly from: string | undefined
  readonly signal: AbortSignal
  /** Told, for people, of what happens to the connection. */
  readonly notice: (text: string) => void
}

/** A restart takes about a second. */
const RETRY_MS = 1000

/** Ends when `signal` does. Throws ServerError when the first connection fails, or a later one is refused for what was asked. */
export async function* followServer(client: ServerClient, { query, from, signal, notice }: Followed): AsyncGenerator<FoundRecord, undefined> {
  const parameters = new URLSearchParams({ q: query, ...(from === undefined ? {} : { from }) })
  let id: string | null = null
  let lost = false
  while (!signal.aborted) {
    try {
      const answer = await client.ask(`api/tail?${parameters}`, { signal, headers: id === null ? {} : { 'Last-Event-ID': id } })
      if (lost) notice(`connected to ${client.url} again.`)
      lost = false
      // An event counts when the empty line behind it has come: what is cut off before comes again.
      let event: { id: string | null; type: string; data: string } = { id, type: '', data: '' }
      for await (const line of bodyLines(answer)) {
        if (line.startsWith('id: ')) event.id = line.slice(4)
        else if (line.startsWith('event: ')) event.type = line.slice(7)
        else if (line.startsWith('data: ')) event.data = line.slice(6)
        else if (line === '') {
          id = event.id
          if (event.type === 'gap') notice('records were deleted before they could be shown.')
          else if (event.type === '' && event.data !== '') yield foundLine(event.data)
          event = { id, type: '', data: '' }
        }
      }
    } catch (error) {
      if (signal.aborted) return
      // Before anything came there is somebody waiting for an answer; later there is something to go on with.
      if (id === null || (error instanceof CommandError && !(error instanceof ServerError && error.passes))) throw error
    }
    if (signal.aborted) return
    if (!lost) notice(`lost the connection to ${client.url}; trying again.`)
    lost = true
    await new Promise((resolve) => {
      setTimeout(resolve, RETRY_MS)
    })
  }
}
