// Refuses what other sites' pages make a browser send: without it any page could write into a Sawlog on this machine.
import type { Context } from 'hono'
import { HttpProblem } from './http-problem.ts'
import { requestHeader } from './request-header.ts'

const HARMLESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Programs send neither header and pass. A bearer token passes: no browser adds one by itself. */
export function refuseCrossSite(c: Context): void {
  if (HARMLESS.has(c.req.method)) return
  const site = requestHeader(c, 'sec-fetch-site')
  const origin = requestHeader(c, 'origin')
  if (site === undefined && origin === undefined) return
  // Only a browser can say so, and it knows better than a comparison behind a proxy that rewrites Host.
  if (site === 'same-origin' || site === 'none') return
  if (origin === undefined ? site !== 'cross-site' && site !== 'same-site' : hostOf(origin) === requestHeader(c, 'host')?.toLowerCase()) return
  if (/^bearer /i.test(requestHeader(c, 'authorization') ?? '')) return
  throw new HttpProblem(403, 'cannot take a request from a page of another site: it would let any page write here. Send it from a program, or with a bearer token.')
}

/** `null` (a sandboxed page, a file) has no host and equals none. */
function hostOf(origin: string): string | null {
  const match = /^https?:\/\/([^/]+)$/i.exec(origin)
  return match?.[1]?.toLowerCase() ?? null
}
