// A client of server-sent events as the standard has it, written for tests, so that what writes them is not checked by itself.
import { onTestFinished } from 'vitest'

export interface ServerEvent {
  /** The last event id once this event was there. */
  readonly id: string
  readonly type: string
  readonly data: string
}

export interface EventStream {
  readonly response: Response
  /** So far. */
  readonly events: ServerEvent[]
  /** The id to come back with. */
  lastId(): string
  /** The lines beginning with a colon. */
  readonly comments: string[]
  /** Settles when the server ends the stream: true when cleanly. */
  readonly ended: Promise<boolean>
  close(): void
}

export async function openEvents(url: string, lastEventId?: string): Promise<EventStream> {
  const stopper = new AbortController()
  onTestFinished(() => stopper.abort())
  const response = await fetch(url, { signal: stopper.signal, headers: { Accept: 'text/event-stream', ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }) } })
  const events: ServerEvent[] = []
  const comments: string[] = []
  let id = lastEventId ?? ''
  let idBuffer = id
  const read = async (): Promise<boolean> => {
    let rest = ''
    let type = ''
    let data: string[] = []
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r/)
        rest = lines.pop() as string
        for (const line of lines) {
          if (line === '') {
            id = idBuffer
            if (data.length > 0) events.push({ id, type: type || 'message', data: data.join('\n') })
            type = ''
            data = []
          } else if (line.startsWith(':')) comments.push(line.slice(1).trim())
          else {
            const colon = line.indexOf(':')
            const value = line.slice(colon + 1).replace(/^ /, '')
            const name = line.slice(0, colon)
            if (name === 'id') idBuffer = value
            else if (name === 'event') type = value
            else if (name === 'data') data.push(value)
          }
        }
      }
      return true
    } catch {
      return false
    }
  }
  return { response, events, comments, lastId: () => id, ended: read(), close: () => stopper.abort() }
}
