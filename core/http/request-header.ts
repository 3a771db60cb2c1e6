// One header of a request, by its lower-case name.
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'

/** Straight from Node where it is there: Hono checks and normalises the name each time, and an ingest request is asked for six. */
export function requestHeader(c: Context, name: string): string | undefined {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
  if (incoming === undefined) return c.req.header(name)
  const value = incoming.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
