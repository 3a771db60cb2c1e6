// Listens for datagrams and hands them over by sender. What comes faster than it is taken waits in a bounded queue; beyond that it is dropped and counted.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIPv6 } from 'node:net'
import type { SourceContext } from '../define-plugin.ts'
import type { Allows } from './allow-list.ts'
import { keepListening } from './keep-listening.ts'
import { kernelDrops } from './kernel-drops.ts'
import { peerAddress } from './peer-address.ts'
import type { SocketAddress } from './socket-address.ts'

export interface DatagramListenerOptions {
  readonly address: SocketAddress
  readonly allows: Allows
  /** What the system is asked to hold for us between two looks. */
  readonly receiveBuffer: number
  /** Bytes that may wait here, with what it costs to keep them. */
  readonly maxQueue: number
  /** Takes in what one sender has sent, in order; awaiting it is the backpressure. */
  take(address: string, datagrams: readonly Buffer[]): Promise<void>
}

/** What a small datagram costs beside its bytes: a Buffer, its memory and its place in a list. */
const OVERHEAD = 250
/** How often drops are told, and the system is asked for its own. */
const COUNT_MS = 1000
/** When the source stops: datagrams that had arrived are read until none comes for a turn, at most so long. */
const DRAIN_MS = 300

export class DatagramListener {
  readonly #options: DatagramListenerOptions
  readonly #context: Pick<SourceContext, 'count' | 'problem' | 'logger'>
  readonly #stopping = new AbortController()
  #socket: Socket | null = null
  #waiting = new Map<string, Buffer[]>()
  #queued = 0
  /** Datagrams seen, to tell whether any came. */
  #seen = 0
  /** Not counted yet. */
  #dropped = 0
  #refused = 0
  /** What the system had dropped when it was last asked. */
  #kernel = 0
  #running: Promise<void> | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(options: DatagramListenerOptions, context: Pick<SourceContext, 'count' | 'problem' | 'logger'>) {
    this.#options = options
    this.#context = context
  }

  /** Resolves when it listens, or has said why it cannot yet. */
  async start(): Promise<void> {
    await keepListening(this.#options.address, () => this.#listen(), this.#context.problem, this.#stopping.signal)
    this.#timer = setInterval(() => void this.#countDrops(), COUNT_MS).unref()
  }

  /** Resolves when everything that had arrived was taken. */
  async stop(): Promise<void> {
    const end = performance.now() + DRAIN_MS
    for (let seen = -1; this.#socket !== null && seen !== this.#seen && performance.now() < end; ) {
      seen = this.#seen
      // Two turns, so that the system was asked in between.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    }
    clearInterval(this.#timer)
    await this.#countDrops()
    this.#stopping.abort()
    this.#socket?.close()
    this.#socket = null
    while (this.#running !== null) await this.#running
    await this.#countDrops()
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#options.address
    const address = isIPv6(host) ? host : (await lookup(host)).address
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.bind({ address, port }, () => {
          socket.off('error', reject)
          resolve()
        })
      })
    } catch (error) {
      socket.close()
      throw error
    }
    if (this.#stopping.signal.aborted) return void socket.close()
    this.#socket = socket
    socket.on('error', (error) => this.#context.problem('error', `cannot receive datagrams: ${error.message}`, 'It goes on by itself.'))
    socket.on('message', (bytes, from) => this.#receive(bytes, from))
    this.#context.logger.info(`Listening for UDP datagrams on ${host}:${socket.address().port}.${this.#enlarge(socket)}`)
  }

  /** The note for the log where the system gave less than was wanted. */
  #enlarge(socket: Socket): string {
    const { receiveBuffer } = this.#options
    socket.setRecvBufferSize(receiveBuffer)
    // Linux doubles what it is asked for, to have room for its own notes.
    const given = socket.getRecvBufferSize() / (process.platform === 'linux' ? 2 : 1)
    return given >= receiveBuffer ? '' : ` The system gave a receive buffer of ${given} bytes instead of ${receiveBuffer}: raise net.core.rmem_max if datagrams are dropped.`
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    this.#seen++
    const address = peerAddress(from.address)
    if (!this.#options.allows(address)) {
      this.#refused++
      return
    }
    const cost = bytes.length + OVERHEAD
    if (this.#queued + cost > this.#options.maxQueue) {
      this.#dropped++
      return
    }
    this.#queued += cost
    const list = this.#waiting.get(address)
    if (list === undefined) this.#waiting.set(address, [bytes])
    else list.push(bytes)
    // After this turn: the system hands over up to 32 datagrams in one.
    this.#running ??= new Promise((resolve) => setImmediate(resolve)).then(() => this.#takeAll())
  }

  async #takeAll(): Promise<void> {
    try {
      while (this.#waiting.size > 0) {
        const waiting = this.#waiting
        this.#waiting = new Map()
        for (const [address, datagrams] of waiting) {
          try {
            await this.#options.take(address, datagrams)
          } catch (error) {
            this.#dropped += datagrams.length
            this.#context.problem('error', `cannot take in datagrams: ${(error as Error).message}`, 'Those that were not stored are counted as dropped.')
          }
          for (const { length } of datagrams) this.#queued -= length + OVERHEAD
        }
      }
    } finally {
      this.#running = null
    }
  }

  async #countDrops(): Promise<void> {
    const { count, problem } = this.#context
    const dropped = this.#dropped
    const refused = this.#refused
    this.#dropped = 0
    this.#refused = 0
    if (dropped > 0) {
      count('dropped_datagrams', dropped)
      problem('warn', 'cannot store datagrams as fast as they come: some were dropped', 'Send over TCP, which waits; or make the pipeline faster. "max_queue" helps with bursts only.')
    }
    if (refused > 0) {
      count('refused_datagrams', refused)
      problem('warn', 'cannot take datagrams from others than "allow_from" lists', 'Add the senders there if they are welcome.')
    }
    if (this.#socket === null) return
    const { address, port } = this.#socket.address()
    const kernel = (await kernelDrops(address, port)) ?? this.#kernel
    if (kernel <= this.#kernel) return
    count('dropped_by_system', kernel - this.#kernel)
    this.#kernel = kernel
    problem('warn', 'cannot read datagrams as fast as they come: the system dropped some', 'Raise "receive_buffer" (and net.core.rmem_max with it), or send over TCP, which waits.')
  }
}
