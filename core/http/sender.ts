// Who sent a request: what authentication found out, for the routes that come after it.
import type { Context } from 'hono'

const KEY = 'sender'

/** The token's name, or `anonymous` where nobody had to say. */
export function sender(c: Context): string {
  const name: unknown = c.get(KEY)
  return typeof name === 'string' ? name : 'anonymous'
}

export function setSender(c: Context, name: string): void {
  c.set(KEY, name)
}
