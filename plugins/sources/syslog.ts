// Listens for syslog messages, or plain lines, over TCP, TLS or UDP.
import {
  allowList, bytes, countOddities, DatagramListener, datagramLines, definePlugin, duration, FRAMINGS, isLoopback, type Connection, readLines, type Source, type SourceContext,
  socketAddress, StreamListener, tlsServer, z,
} from '../../core/plugin.ts'

const LEAST_LINE = 64
/** Of datagrams: more senders than these within an hour share one stream. Addresses can be forged by the million. */
const MAX_SENDERS = 1000
const SENDERS_MS = 3_600_000
const OTHERS = 'others'

const options = z
  .strictObject({
    mode: z.enum(['tcp', 'udp', 'tls']).default('tcp').describe('What to listen for. Two sources for both TCP and UDP; they may have the same port.'),
    address: socketAddress({ minPort: 0 }).prefault('127.0.0.1:5514').describe('HOST:PORT to listen on. What other machines can reach needs `allow_from`.'),
    allow_from: allowList().optional().describe('Addresses and networks that may send, such as `10.0.0.0/8`; `all` for everybody. Anybody who may send can write any log, in any name.'),
    framing: z.enum(FRAMINGS).default('auto').describe('What ends a message over TCP and TLS: a newline, a NUL, a length before it (`octet_counted`), or whatever each connection begins with.'),
    max_line: bytes({ min: LEAST_LINE, max: 16 * 1024 ** 2 }).prefault('64KiB').describe('Longer messages are cut here, marked and counted. A connection holds at most so much of a message that is not complete.'),
    max_connections: z.int().min(1).max(100_000).default(500).describe('TCP and TLS: more are refused and counted.'),
    idle_timeout: duration({ max: 30 * 86_400_000 }).prefault('0').describe('TCP and TLS: a connection that brings nothing for so long is closed; `0` never. Many senders lose a message when a connection they hold is closed.'),
    receive_buffer: bytes({ min: 4096, max: 1024 ** 3 }).prefault('4MiB').describe('UDP: what the system is asked to hold between two looks; it gives at most `net.core.rmem_max`.'),
    max_queue: bytes({ min: 64 * 1024, max: 1024 ** 3 }).prefault('8MiB').describe('UDP: how much may wait for the pipeline. Beyond it datagrams are dropped and counted.'),
    tls: tlsServer().optional().describe('For `mode: tls`: our certificate, and whose certificates senders must show.'),
  })
  .refine(({ address, allow_from: allow }) => allow !== undefined || isLoopback(address.host), {
    error: 'this opens the source to other machines, but "allow_from" is not set. List the addresses and networks that may send, or write "allow_from: all" if everybody may', path: ['address'],
  })
  .refine(({ mode, tls }) => (mode === 'tls') === (tls !== undefined), { error: 'expected `mode: tls` and `tls: { cert, key }` together', path: ['mode'] })

type Options = z.output<typeof options>

export default definePlugin({
  kind: 'source',
  type: 'syslog',
  parser: 'syslog',
  summary: 'Listens for syslog messages, or lines of any kind, over TCP, TLS or UDP.',
  options,
  example: 'mode: udp\naddress: 0.0.0.0:5514\nallow_from: [10.0.0.0/8, 192.0.2.7]',
  docs: `The parser is \`syslog\` unless another is named: \`parser: json\` takes JSON lines (pino-socket, winston's logstash transport), \`parser: auto\` looks at each connection, or each sender of datagrams. The host is what the message says, else the address of the sender.
A connection is a stream. A datagram that begins with \`<\` is one message, whatever line ends are in it; any other is split into lines. The fields \`client.address\` and, of a connection, \`client.port\` say where a record came from.

TCP and TLS: while the pipeline is full, or the disk, nothing is read, so the sender waits. Syslog has no acknowledgements: what a sender has handed over is gone for it, so lines that were read, but were not on disk
when the process was killed, are lost; a frame later, about a millisecond, they are safe. When Sawlog stops or the source is changed by a reload, each connection is told, what its sender had on the way is read (for 0.7 s) and stored.
A message that was cut off with its connection is stored as far as it came. \`max_connections\` times \`max_line\` and 128 KiB bounds the memory.

UDP: at most once. A datagram that finds \`max_queue\` full is dropped and counted as \`dropped_datagrams\`; what the system dropped before it could be read is counted as \`dropped_by_system\` (on Linux). Both are reported.
What the network loses nobody can count. While the journal is full or its disk cannot be written, datagrams are dropped.

Listening on other addresses than those of this machine alone demands \`allow_from\`. That is a weak check over UDP, whose addresses can be forged; \`mode: tls\` with \`tls.ca\` takes only senders with a certificate.
Counted as well: \`refused_connections\`, \`refused_datagrams\`, \`failed_handshakes\`, \`broken_connections\`, \`idle_connections\`, \`framing_errors\`, \`cut_lines\`, \`invalid_utf8\`.`,
  sample: {
    line: '<11>1 2026-11-01T00:00:00.013Z web1 checkout 4711 - - card declined',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"syslog","host":"web1","tags":["payment"],"body":"<11>1 2026-11-01T00:00:00.013Z web1 checkout 4711 - - card declined","fields":{"client.address":"192.0.2.7","client.port":50412,"facility":"user","severity":"err","hostname":"web1","appname":"checkout","procid":4711,"version":1,"message":"card declined"}}',
  },
  setup: (given, context) => (given.mode === 'udp' ? overUdp(given, context) : overStream(given, context)),
})

function overStream(given: Options, context: SourceContext): Source {
  const { address, allow_from: allows = everybody, max_connections: maxConnections, idle_timeout: idleMs, framing, max_line: maxLine } = given
  const read = (connection: Connection, signal: AbortSignal): Promise<void> => {
    const { socket, address: host, port } = connection
    const stream = `${host}:${port}`
    const fields = { 'client.address': host, 'client.port': port }
    const emit: Parameters<typeof readLines>[1]['emit'] = async (chunk) => {
      connection.busy = true
      try {
        return await context.emit(stream, chunk, { host, fields })
      } finally {
        connection.busy = false
      }
    }
    return readLines(socket, { framing, maxLine, multiline: null, drain: true, count: context.count, emit }, signal)
  }
  return new StreamListener({ address, tls: given.tls ?? null, allows, maxConnections, idleMs, read }, context)
}

function overUdp(given: Options, { emit, count, problem, logger }: SourceContext): Source {
  const { address, allow_from: allows = everybody, receive_buffer: receiveBuffer, max_queue: maxQueue, max_line: maxLine } = given
  const senders = new Set<string>()
  let since = performance.now()
  let durable: Promise<unknown> = Promise.resolve()
  const take = async (host: string, datagrams: readonly Buffer[]): Promise<void> => {
    const chunk = datagramLines(datagrams, maxLine)
    if (chunk === null) return
    countOddities(chunk, count)
    if (performance.now() - since > SENDERS_MS) {
      senders.clear()
      since = performance.now()
    }
    if (senders.size < MAX_SENDERS) senders.add(host)
    const receipt = await emit(senders.has(host) ? host : OTHERS, chunk, { host, fields: { 'client.address': host } })
    durable = receipt.durable.catch(() => undefined) // only when the process stops first, and nobody can be told any more
  }
  const listener = new DatagramListener({ address, allows, receiveBuffer, maxQueue, take }, { count, problem, logger })
  return {
    start: () => listener.start(),
    stop: async () => {
      await listener.stop()
      await durable
    },
  }
}

function everybody(): boolean {
  return true
}
