// Sends bytes over TCP or TLS to one address, over one connection that is opened when it is needed and opened anew when it broke.
import type { ConnectionOptions } from 'node:tls'
import { Retry } from '../delivery-errors.ts'
import { readTlsFiles } from './read-tls-files.ts'
import { type SendingLimits, SendingSocket } from './sending-socket.ts'
import type { SocketAddress } from './socket-address.ts'
import type { TlsClient } from './tls-client-option.ts'

export class StreamSender {
  readonly #address: SocketAddress
  readonly #tls: TlsClient | null
  readonly #limits: SendingLimits
  /** Null before the first use and after a failure. */
  #socket: SendingSocket | null = null

  /** `tls`: null for plain TCP. */
  constructor(address: SocketAddress, tls: TlsClient | null, limits: SendingLimits) {
    this.#address = address
    this.#tls = tls
    this.#limits = limits
  }

  /**
   * Resolves when the target's system has acknowledged every byte, as far as that can be known; rejects with `Retry` when the connection broke or
   * nothing moved before that. What of it the target has read then nobody knows: send it all again. One call at a time; parts are asked for as they can be sent.
   */
  async send(parts: Iterable<Buffer>, signal: AbortSignal): Promise<void> {
    try {
      const socket = await this.#open(signal)
      for (const part of parts) await socket.write(part, signal)
      await socket.settle(signal)
    } catch (error) {
      this.#socket?.destroy()
      this.#socket = null
      const { host, port } = this.#address
      throw new Retry(`${host}:${port}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  async close(): Promise<void> {
    await this.#socket?.close()
    this.#socket = null
  }

  async #open(signal: AbortSignal): Promise<SendingSocket> {
    if (this.#socket?.usable === true) return this.#socket
    this.#socket?.destroy()
    this.#socket = null
    return (this.#socket = await SendingSocket.open(this.#address, this.#tls === null ? null : await connectionOptions(this.#tls, this.#address.host), this.#limits, signal))
  }
}

async function connectionOptions(tls: TlsClient, host: string): Promise<ConnectionOptions> {
  const files = await readTlsFiles(tls)
  const name = tls.server_name ?? host
  // An address is no name to ask for, but the certificate is still checked against it.
  return { ...files, rejectUnauthorized: tls.verify, host, ...(isName(name) ? { servername: name } : { servername: '' }), minVersion: 'TLSv1.2' }
}

function isName(host: string): boolean {
  return !/^[\d.]+$|:/.test(host)
}
