// The address a request came from, as the socket has it: headers such as X-Forwarded-For are the client's own words.
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'

/** Null where there is no socket (`app.request()`). An IPv4 address inside IPv6 is given as IPv4. */
export function clientAddress(c: Context): string | null {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
  const address = incoming?.socket?.remoteAddress
  if (address === undefined) return null
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
}
