// A server an output sends to over HTTP: bounded connections that are kept alive, a time limit for each exchange, and answers turned into what the delivery has to do.
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Pool } from 'undici'
import { Retry } from '../delivery-errors.ts'
import { formatBytes, formatDuration } from '../config/units.ts'
import { hideSecrets, type HideSecrets } from './hide-secrets.ts'
import { type HttpAnswer, judgeAnswer, quoteAnswer } from './http-answer.ts'
import type { HttpTargetOptions } from './http-target-options.ts'
import { networkTrouble } from './network-trouble.ts'
import { retryAfterMs } from './retry-after.ts'
import { tlsConnector } from './tls-connector.ts'

const gzipped = promisify(gzip)

/** Level 1: 209 MB/s at a fifth of the size; level 6 takes twice the time for a seventh less. It runs in a thread of libuv. */
const GZIP = { level: 1 }
/** A healthy target takes a connection within a second, also across an ocean with one packet lost. */
const CONNECT_MS = 10_000
/** More requests at once than anybody sets as `concurrency`: waiting for a connection would count as time of the exchange. */
const CONNECTIONS = 64
/** Below the 5 s after which Node's servers close, so that a connection is seldom cut in the moment it is used again. */
const KEEP_ALIVE_MS = 4000
/** A bulk answer on 5,000 records has 1 MB. */
const MAX_ANSWER = 16 * 1024 * 1024
/** Values of these are no secrets, and an answer that names them says what is wrong. */
const OPEN_HEADERS = /^(?:accept|content-type|user-agent)$/i

export interface HttpRequest {
  readonly method?: 'POST' | 'PUT' | 'GET' | 'DELETE'
  /** Appended to the path of the URL; may have a query. */
  readonly path?: string
  /** Those of the options win. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface HttpTargetSettings {
  /** Headers of every request, over which those of the options win. */
  readonly headers?: Readonly<Record<string, string>>
  /** What else must not be shown, as a key in one of these headers. */
  readonly secrets?: readonly string[]
  /** Bytes of an answer; a longer one is an error, and the request is sent again. */
  readonly maxAnswer?: number
}

export class HttpTarget {
  /** Scheme, name and port, as they may be shown. */
  readonly where: string
  readonly #url: URL
  readonly #options: Pick<HttpTargetOptions, 'timeout' | 'compression'>
  readonly #headers: Readonly<Record<string, string>>
  readonly #hide: HideSecrets
  readonly #maxAnswer: number
  readonly #pool: Pool

  /** Throws where a certificate cannot be read. Nothing is connected yet. */
  constructor(options: HttpTargetOptions, { headers = {}, secrets = [], maxAnswer = MAX_ANSWER }: HttpTargetSettings = {}) {
    const { auth, tls, timeout } = options
    this.#url = new URL(options.url)
    this.where = this.#url.origin
    this.#options = options
    const basic = Buffer.from(`${auth?.user}:${auth?.password}`).toString('base64')
    const login = auth === undefined ? {} : { authorization: auth.token === undefined ? `Basic ${basic}` : `Bearer ${auth.token}` }
    this.#headers = merged({ 'user-agent': 'Sawlog' }, headers, login, options.headers)
    const closed = Object.entries(options.headers).filter(([name]) => !OPEN_HEADERS.test(name)).map(([, value]) => value)
    this.#hide = hideSecrets([...secrets, ...closed, basic, auth?.token ?? '', auth?.password ?? ''], this.#url)
    this.#maxAnswer = maxAnswer
    const connectMs = Math.min(CONNECT_MS, timeout)
    // No time limits of its own: one of ours covers the whole exchange. It sends nothing twice by itself.
    this.#pool = new Pool(this.where, {
      connections: CONNECTIONS, pipelining: 1, keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: 0, bodyTimeout: 0,
      connect: this.#url.protocol === 'https:' ? tlsConnector(tls, connectMs) : { timeout: connectMs },
    })
  }

  /** Resolves with a 2xx answer. Throws `Retry`, `TooLarge` or `Reject` by the status, and `Retry` when there is no whole answer. */
  async send(body: Buffer | string, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.exchange(body, request, signal)
    this.judge(answer)
    return answer
  }

  /** Passes a 2xx answer from `exchange`; throws what `send` throws after any other. */
  judge(answer: HttpAnswer): void {
    judgeAnswer(this.where, answer, this.#hide)
  }

  /** Resolves with whatever was answered; throws `Retry` when there is no whole answer. */
  async exchange(body: Buffer | string, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const stopper = new AbortController()
    const stop = (): void => stopper.abort(new Retry(`cannot wait for the answer of ${this.where}: the output was stopped. The records are sent again.`))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    const { timeout } = this.#options
    const late = setTimeout(() => stopper.abort(new Retry(`cannot get an answer from ${this.where}: none was complete within ${formatDuration(timeout)}. Check the target, or raise the timeout.`)), timeout)
    late.unref()
    try {
      return await this.#exchange(body, request, stopper.signal)
    } catch (error) {
      if (stopper.signal.aborted) throw stopper.signal.reason
      throw error instanceof Retry ? error : networkTrouble(this.where, error)
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', stop)
    }
  }

  /** `: "what it said"` with secrets hidden and cut short, for a message on an answer from `exchange`; nothing where it said nothing. */
  quote(answer: HttpAnswer): string {
    return quoteAnswer(answer, this.#hide)
  }

  /** What a target said as it may be shown: without secrets. */
  hide(text: string): string {
    return this.#hide(text)
  }

  /** Cuts what is under way. */
  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  async #exchange(body: Buffer | string, { method = 'POST', path, headers = {} }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const zipped = this.#options.compression === 'gzip' && body.length > 0
    const sent = zipped ? await gzipped(body, GZIP) : body
    signal.throwIfAborted()
    const all = merged(headers, zipped ? { 'content-encoding': 'gzip' } : {}, this.#headers)
    const answer = await this.#pool.request({ method, path: this.#pathTo(path), headers: all, body: sent.length === 0 && method === 'GET' ? null : sent, signal })
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > this.#maxAnswer) throw new Retry(`cannot read the answer of ${this.where}: it is longer than ${formatBytes(this.#maxAnswer)}. Check what answers there.`)
      chunks.push(chunk)
    }
    const first = firstOf(answer.headers)
    return { status: answer.statusCode, headers: first, body: Buffer.concat(chunks, length), retryAfterMs: retryAfterMs(first['retry-after'], first['date'], Date.now()) }
  }

  #pathTo(path: string | undefined): string {
    const { pathname, search } = this.#url
    if (path === undefined) return pathname + search
    const at = path.indexOf('?')
    const query = [search.slice(1), at === -1 ? '' : path.slice(at + 1)].filter((part) => part !== '').join('&')
    return pathname.replace(/\/$/, '') + (at === -1 ? path : path.slice(0, at)) + (query === '' ? '' : `?${query}`)
  }
}

/** Names in small letters; the last one wins. */
function merged(...parts: ReadonlyArray<Readonly<Record<string, string>>>): Record<string, string> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part).map(([name, value]) => [name.toLowerCase(), value])))
}

function firstOf(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const first: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) first[name] = Array.isArray(value) ? (value[0] ?? '') : value
  return first
}
