// Who may do what: bearer tokens for senders, one password for people. Fails closed: what the config does not open is shut.
import { hash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import type { Settings } from '../config/settings.ts'
import { clientAddress } from './client-address.ts'
import { FailedAttempts } from './failed-attempts.ts'
import { HttpProblem } from './http-problem.ts'
import { requestHeader } from './request-header.ts'
import { setSender } from './sender.ts'

export type Auth = Settings['server']['auth']

export interface Guards {
  /** For the routes of sources: a token, or the password where there are no tokens. */
  readonly sources: MiddlewareHandler
  /** For pages and everything that reads: the password; a token for /metrics and /api but not for what destroys, and for all where there is no password. */
  readonly readers: MiddlewareHandler
}

/** Digests of what the config says: equal lengths, so comparing tells nothing, not even how long a secret is. */
interface Secrets {
  readonly auth: Auth
  readonly open: boolean
  readonly password: Buffer | null
  readonly tokens: ReadonlyArray<{ readonly name: string; readonly digest: Buffer }>
}

interface Credential {
  readonly scheme: 'bearer' | 'basic'
  readonly secret: string
}

/** `auth` is asked at each request, so that a reload counts at once. */
export function createGuards(auth: () => Auth, failed = new FailedAttempts()): Guards {
  let secrets = digestsOf(auth())
  const current = (): Secrets => {
    const now = auth()
    if (now !== secrets.auth) secrets = digestsOf(now)
    return secrets
  }
  return {
    sources: (c, next) => {
      const known = current()
      if (!known.open) check(c, known, { tokens: true, password: known.tokens.length === 0 }, failed)
      return next()
    },
    readers: (c, next) => {
      const known = current()
      if (!known.open) check(c, known, { tokens: known.password === null || readByMachines(c.req.path), password: true }, failed)
      return next()
    },
  }
}

const FOR_PEOPLE = /^\/api\/(?:erase$|dead-letters\/|outputs\/|sources\/)/

function readByMachines(path: string): boolean {
  // Tokens are given to senders: whoever may add records must not thereby be able to erase those of others, or to send them out again.
  return path === '/metrics' || (path.startsWith('/api/') && !FOR_PEOPLE.test(path))
}

function check(c: Context, { tokens, password }: Secrets, takes: { tokens: boolean; password: boolean }, failed: FailedAttempts): void {
  const credential = credentialOf(requestHeader(c, 'authorization'))
  if (credential === null) throw unauthorized('no credentials were sent', takes)
  const address = clientAddress(c) ?? 'unknown'
  const digest = sha256(credential.secret)
  // A right token always passes, also beside a misconfigured sender on the same address that keeps failing. All are compared: time tells nothing.
  let name: string | null = null
  for (const token of tokens) if (timingSafeEqual(token.digest, digest)) name = token.name
  if (takes.tokens && name !== null) {
    setSender(c, name)
    return
  }
  const wait = failed.wait(address)
  if (wait > 0) throw new HttpProblem(429, `cannot check more credentials from this address: too many were wrong. Try again in ${wait} s.`, { 'Retry-After': String(wait) })
  const right = password !== null && timingSafeEqual(password, digest)
  if (takes.password && credential.scheme === 'basic' && right) return
  failed.add(address)
  throw unauthorized('the credentials are wrong', takes)
}

function unauthorized(cause: string, takes: { tokens: boolean; password: boolean }): HttpProblem {
  const ways = [takes.tokens ? 'a token of server.auth.tokens as "Authorization: Bearer TOKEN"' : '', takes.password ? 'the password of server.auth.password by HTTP Basic with any user name' : '']
  // A browser asks its user only when Basic is offered; to a sender that takes tokens alone it would be a lie.
  const challenge = takes.password ? 'Basic realm="Sawlog", charset="UTF-8"' : 'Bearer realm="Sawlog"'
  return new HttpProblem(401, `cannot let this request in: ${cause}. Send ${ways.filter((way) => way !== '').join(' or ')}.`, { 'WWW-Authenticate': challenge })
}

/** A token may also come as the password of HTTP Basic: some clients know nothing else. */
function credentialOf(header: string | undefined): Credential | null {
  const match = /^(bearer|basic) +(\S+) *$/i.exec(header ?? '')
  const value = match?.[2]
  if (match === null || value === undefined) return null
  if (match[1]?.toLowerCase() === 'bearer') return { scheme: 'bearer', secret: value }
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? null : { scheme: 'basic', secret: pair.slice(colon + 1) }
}

function digestsOf(auth: Auth): Secrets {
  if (auth === 'none') return { auth, open: true, password: null, tokens: [] }
  const tokens = Object.entries(auth.tokens ?? {}).map(([name, token]) => ({ name, digest: sha256(token) }))
  return { auth, open: false, password: auth.password === undefined ? null : sha256(auth.password), tokens }
}

function sha256(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}
