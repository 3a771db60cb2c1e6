// An option that is a host and a port: `127.0.0.1:5514`, `[::1]:514`, `logs.example.com:601`.
import { isIPv6 } from 'node:net'
import { z } from 'zod'

export interface SocketAddress {
  /** A name or an address, without the brackets of IPv6. */
  readonly host: string
  readonly port: number
}

const HINT = 'expected HOST:PORT, such as 127.0.0.1:514 or [::1]:514'
const MAX_PORT = 65_535

/** `minPort`: 0 where the system may choose one, to listen on. */
export function socketAddress({ minPort }: { readonly minPort: 0 | 1 }) {
  return z.string().transform((text, context): SocketAddress => {
    const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text)
    const [, v6, name = ''] = match ?? []
    const port = Number(match?.[3] ?? -1)
    if (match !== null && (v6 === undefined || isIPv6(v6)) && port >= minPort && port <= MAX_PORT) return { host: v6 ?? name, port }
    context.addIssue({ code: 'custom', message: `${HINT}, got ${JSON.stringify(text)}` })
    return z.NEVER
  })
}
