// One connection that only sends: every step ends with the connection, the signal or a time limit, whichever is first.
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { Retry } from '../delivery-errors.ts'
import type { SocketAddress } from './socket-address.ts'
import { unacknowledged } from './unacknowledged.ts'

export interface SendingLimits {
  /** For the connection to stand, the TLS handshake included. */
  readonly connectMs: number
  /** Without any progress. */
  readonly stallMs: number
}

/** Finds a peer that vanished while nothing is sent: nobody else would tell. */
const KEEPALIVE_MS = 30_000
/** Pauses between two looks at what is not acknowledged, each three times the one before: a look is not cheap, a peer nearby answers within the first, one that delays it (40 ms) within the third. */
const LOOK_MS = [5, 50] as const
/** While others open and close connections one may be passed over in the system's list; not three times in a row. */
const UNLISTED = 3
/** For the peer to take notice of our end. */
const CLOSE_MS = 500

export class SendingSocket {
  readonly #socket: Socket
  readonly #limits: SendingLimits
  /** Why it can no longer be used, or null. */
  #failure: string | null = null
  /** Told of the failure; set while a step runs. */
  #failed: ((reason: string) => void) | null = null

  /** Rejects with `Retry`. `tls`: null for a plain connection. */
  static async open(address: SocketAddress, tls: ConnectionOptions | null, limits: SendingLimits, signal: AbortSignal): Promise<SendingSocket> {
    const socket = tls === null ? connectTcp(address) : connectTls({ ...address, ...tls })
    const opened = new SendingSocket(socket, limits)
    try {
      await opened.#step((done) => socket.once(tls === null ? 'connect' : 'secureConnect', done), `it did not answer within ${limits.connectMs / 1000} s`, limits.connectMs, signal)
    } catch (error) {
      opened.destroy()
      throw error
    }
    return opened
  }

  private constructor(socket: Socket, limits: SendingLimits) {
    this.#socket = socket
    this.#limits = limits
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEPALIVE_MS)
    socket.on('error', (error) => this.#fail(error.message))
    socket.on('end', () => this.#fail('the target closed the connection'))
    socket.on('close', () => this.#fail('the connection was closed'))
    // What the target says is not wanted, but only who reads learns of its end.
    socket.resume()
  }

  get usable(): boolean {
    return this.#failure === null
  }

  /** Resolves when the system has taken all of it: awaiting it is the backpressure. */
  write(bytes: Buffer, signal: AbortSignal): Promise<void> {
    return this.#step((done) => void this.#socket.write(bytes, (error) => (error ? undefined : done())), this.#stalled, this.#limits.stallMs, signal)
  }

  /** Resolves when the target's system has acknowledged all that was written and the target has not closed; where the system does not tell, when it has not closed. */
  async settle(signal: AbortSignal): Promise<void> {
    // Two turns: what has arrived by now, an end or a reset, is read in between.
    await this.#step((done) => setImmediate(() => setImmediate(done)), this.#stalled, this.#limits.stallMs, signal)
    let pause: number = LOOK_MS[0]
    let least = Infinity
    let since = performance.now()
    for (let unlisted = 0; unlisted < UNLISTED; ) {
      const left = await unacknowledged(this.#socket)
      if (left === 0) break
      if (left === null) unlisted++
      else if (left < least) {
        least = left
        since = performance.now()
      } else if (performance.now() - since > this.#limits.stallMs) throw new Retry(this.#stalled)
      await this.#step((done) => setTimeout(done, pause), this.#stalled, this.#limits.stallMs, signal)
      pause = Math.min(LOOK_MS[1], pause * 3)
    }
    if (this.#failure !== null) throw new Retry(this.#failure)
  }

  /** Says goodbye; resolves when the target has noticed, or soon. */
  async close(): Promise<void> {
    if (this.#failure === null) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, CLOSE_MS)
        this.#socket.end().once('close', () => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
    this.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  get #stalled(): string {
    return `the target has taken nothing for ${this.#limits.stallMs / 1000} s`
  }

  #fail(reason: string): void {
    this.#failure ??= reason
    this.#failed?.(this.#failure)
  }

  #step(begin: (done: () => void) => void, late: string, limitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        this.#failed = null
        settle()
      }
      const fail = (reason: string): void => end(() => reject(new Retry(reason)))
      const abort = (): void => fail('the output was stopped')
      const timer = setTimeout(() => fail(late), limitMs).unref()
      this.#failed = fail
      signal.addEventListener('abort', abort)
      if (this.#failure !== null) fail(this.#failure)
      else if (signal.aborted) abort()
      else begin(() => end(resolve))
    })
  }
}
