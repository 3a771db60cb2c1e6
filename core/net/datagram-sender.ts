// Sends datagrams to one address. Nobody acknowledges them; only a target on whose port nobody listens may say so.
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { Retry, TooLarge } from '../delivery-errors.ts'
import type { SocketAddress } from './socket-address.ts'

/** A name may come to mean another address. */
const LOOK_UP_AGAIN_MS = 60_000
/** For a name to be looked up, and for the system to take one datagram. */
const STEP_MS = 10_000

export class DatagramSender {
  readonly #address: SocketAddress
  #socket: Socket | null = null
  #openedAt = 0
  /** What the target or the system said of datagrams before, or null. */
  #failure: string | null = null

  constructor(address: SocketAddress) {
    this.#address = address
  }

  /** Resolves when the system has taken it. Rejects with `TooLarge` when it never will, else with `Retry`. One call at a time. */
  async send(datagram: Buffer, signal: AbortSignal): Promise<void> {
    const socket = await this.#open(signal)
    await this.#step(signal, (done) => {
      socket.send(datagram, (error) => {
        if (error !== null && (error as NodeJS.ErrnoException).code === 'EMSGSIZE') done(new TooLarge('the datagram is larger than the network takes'))
        else done(error === null ? null : this.#failed(error.message))
      })
    })
  }

  /** Rejects when the target has said by now that nobody listens there. */
  async settle(signal: AbortSignal): Promise<void> {
    if (this.#socket !== null) await this.#step(signal, (done) => setImmediate(() => setImmediate(() => done(null))))
  }

  close(): void {
    this.#socket?.close()
    this.#socket = null
  }

  async #open(signal: AbortSignal): Promise<Socket> {
    if (this.#socket !== null && performance.now() - this.#openedAt < LOOK_UP_AGAIN_MS) return this.#socket
    this.close()
    const { host, port } = this.#address
    let over = false
    try {
      await this.#step(signal, (done) => {
        lookup(host).then(
          ({ address, family }) => {
            if (over) return
            const socket = (this.#socket = createSocket(family === 6 ? 'udp6' : 'udp4'))
            socket.on('error', (error) => {
              if (this.#socket === socket) this.#failed(error.message)
            })
            // Connected, so that the system tells of a port where nobody listens.
            socket.connect(port, address, (error?: Error) => done(error === undefined ? null : this.#failed(error.message)))
          },
          (error: Error) => done(this.#failed(error.message)),
        )
      })
    } finally {
      over = true
    }
    this.#openedAt = performance.now()
    return this.#socket as Socket | null ?? Promise.reject(new Retry('the output was stopped'))
  }

  /** Remembered, so that it is told by the step that runs now or next. */
  #failed(reason: string): Retry {
    const { host, port } = this.#address
    this.#failure = `${host}:${port}: ${reason}`
    return new Retry(this.#failure)
  }

  async #step(signal: AbortSignal, begin: (done: (error: Error | null) => void) => void): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    let abort: (() => void) | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        const done = (error: Error | null): void => (error === null ? resolve() : reject(error))
        abort = () => done(new Retry('the output was stopped'))
        timer = setTimeout(() => done(this.#failed(`nothing was taken within ${STEP_MS / 1000} s`)), STEP_MS).unref()
        if (signal.aborted) return abort()
        signal.addEventListener('abort', abort)
        begin(done)
      })
      if (this.#failure !== null) throw new Retry(this.#failure)
    } catch (error) {
      if (!(error instanceof TooLarge)) this.close()
      throw error
    } finally {
      this.#failure = null
      clearTimeout(timer)
      if (abort !== undefined) signal.removeEventListener('abort', abort)
    }
  }
}
