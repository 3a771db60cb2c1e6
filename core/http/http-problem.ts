// An error a client is told about, as application/problem+json (RFC 9457). Routes throw it; the app answers with it.
import { STATUS_CODES } from 'node:http'

export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly status: number
  readonly #headers: Readonly<Record<string, string>>
  readonly #more: Readonly<Record<string, unknown>>

  /** `detail` is shown to the client: what could not be done, why, and the remedy. `more` are members beside the standard ones. */
  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}, more: Readonly<Record<string, unknown>> = {}) {
    super(detail)
    this.status = status
    this.#headers = headers
    this.#more = more
  }

  toResponse(): Response {
    const problem = { type: 'about:blank', title: STATUS_CODES[this.status] ?? 'Error', status: this.status, detail: this.message, ...this.#more }
    return new Response(JSON.stringify(problem), {
      status: this.status,
      headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...this.#headers },
    })
  }
}
