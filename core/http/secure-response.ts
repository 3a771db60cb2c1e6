// The headers every answer carries, whoever gives it. No HSTS: Sawlog speaks plain HTTP, and a proxy with TLS sets its own.
import { ServerResponse, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http'

/** Lower case, as Hono passes on what a route sets: a route has the last word on each. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'content-security-policy': "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
})

/** Merged where the head is written: `setHeader` before each route cost 2.5 us of 26 us for a one-record request, this 1 us. */
export class SecureResponse extends ServerResponse {
  override writeHead(status: number, headers?: OutgoingHttpHeaders | OutgoingHttpHeader[]): this
  override writeHead(status: number, message?: string, headers?: OutgoingHttpHeaders | OutgoingHttpHeader[]): this
  override writeHead(status: number, second?: string | OutgoingHttpHeaders | OutgoingHttpHeader[], third?: OutgoingHttpHeaders | OutgoingHttpHeader[]): this {
    if (second === undefined) return super.writeHead(status, SECURITY_HEADERS)
    if (typeof second === 'object' && !Array.isArray(second)) return super.writeHead(status, { ...SECURITY_HEADERS, ...second })
    for (const name of Object.keys(SECURITY_HEADERS)) if (!this.hasHeader(name)) this.setHeader(name, SECURITY_HEADERS[name] as string)
    return typeof second === 'string' ? super.writeHead(status, second, third) : super.writeHead(status, second)
  }
}
