// Sends records to a syslog server over TCP, TLS or UDP.
import {
  bytes, DatagramSender, definePlugin, duration, frameSyslog, lineFormat, socketAddress, STRUCTURED_DATA, StreamSender, SYSLOG_FACILITIES, SYSLOG_FORMATS, SYSLOG_FRAMINGS,
  syslogText, tlsClient, TooLarge, z,
  type Delivered, type OutputContext, type StoredLine, type SyslogFrame, type SyslogFraming,
} from '../../core/plugin.ts'

/** What rsyslog takes of one message by default; syslog-ng takes eight times as much. */
const DATAGRAM_BYTES = 8 * 1024
const STREAM_BYTES = 64 * 1024
/** What a datagram can hold over IPv4: 65,535 less the headers of IP and UDP. */
const MOST_DATAGRAM_BYTES = 65_507
/** One write: enough that the system is asked seldom, little enough that a slow target shows progress within the time limit. */
const PART_CHARS = 64 * 1024
/** Room for the longest header. */
const LEAST_BYTES = 1024

const options = z
  .strictObject({
    mode: z.enum(['tcp', 'udp', 'tls']).default('tcp').describe('How it is sent. UDP loses messages without anybody knowing.'),
    address: socketAddress({ minPort: 1 }).describe('HOST:PORT of the syslog server.'),
    format: z.enum(SYSLOG_FORMATS).default('rfc5424').describe('`rfc3164` for servers that do not know better: no year, no zone, no structured data.'),
    framing: z.enum(SYSLOG_FRAMINGS).optional().describe('How messages are told apart over TCP and TLS: by a length before each (`octet_counted`, the default), or by a newline behind each.'),
    facility: z.enum(SYSLOG_FACILITIES as [string, ...string[]]).default('user').describe('Facility of records that do not bring one.'),
    hostname: lineFormat().optional().describe('Template for the host, such as `{host}`, which is the default.'),
    app_name: lineFormat().optional().describe('Template for the name of the application. By default `appname` of the record, else its source.'),
    procid: lineFormat().optional().describe('Template for the process id. By default `procid` or `pid` of the record.'),
    msgid: lineFormat().optional().describe('Template for the type of the message. By default `msgid` of the record.'),
    message: lineFormat().optional().describe('`raw`, `json`, `text` or a template such as `{message}`. By default the body as it came; of a record that came as syslog, the message in it.'),
    structured_data: z.enum(STRUCTURED_DATA).default('record')
      .describe('`record`: source and tags as `[sawlog@32473 ...]`, and the structured data the record came with. `fields`: what parsers found as well, as `[fields@32473 ...]`.'),
    bom: z.boolean().default(true).describe('Whether a message beyond ASCII begins with a byte order mark, as RFC 5424 wants it. syslog-ng takes it off; rsyslog keeps it as part of the message, so write `false` for rsyslog.'),
    max_message: bytes({ min: LEAST_BYTES, max: 16 * 1024 ** 2 }).optional().describe('Longer messages are cut and counted. By default 64KiB, over UDP 8KiB.'),
    tls: tlsClient().optional().describe('For `mode: tls`: whom to trust, and our own certificate.'),
    connect_timeout: duration({ min: 100, max: 300_000 }).prefault('10s').describe('How long a connection may take to stand.'),
    timeout: duration({ min: 100, max: 3_600_000 }).prefault('30s').describe('How long a target may take nothing before the connection is given up and opened anew.'),
  })
  .refine(({ mode, tls }) => mode === 'tls' || tls === undefined, { error: 'expected `mode: tls` with it', path: ['tls'] })
  .refine(({ mode, framing }) => mode !== 'udp' || framing === undefined, { error: 'a datagram is one message: expected no framing with `mode: udp`', path: ['framing'] })
  .refine(({ mode, max_message: most = 0 }) => mode !== 'udp' || most <= MOST_DATAGRAM_BYTES, { error: `expected at most ${MOST_DATAGRAM_BYTES}, which is what a datagram can hold`, path: ['max_message'] })

type Options = z.output<typeof options>
type ToFrame = (line: StoredLine) => SyslogFrame

export default definePlugin({
  kind: 'output',
  type: 'syslog',
  summary: 'Sends every record to a syslog server over TCP, TLS or UDP.',
  options,
  example: "mode: tls\naddress: logs.example.com:6514\ntls: { ca: /etc/ssl/logs-ca.pem }\nwhen: level:error",
  guarantee: 'TCP and TLS: at least once up to the memory of the target, which acknowledges nothing itself. UDP: none.',
  docs: [
    'Syslog has no acknowledgements. Over TCP and TLS a batch counts as delivered when the operating system of the target has acknowledged every byte of it (on Linux; elsewhere, when our own system took it) '
      + 'and the target has not closed the connection. If the connection breaks before that, all of the batch is sent again: records may come twice. '
      + 'What the target had in its receive buffer but had not read when it died is lost, and nobody can know. For more use `forward`, `http` or a store.',
    'Over UDP a record counts as delivered when our system took the datagram. A target that says that nobody listens on its port (ICMP) is tried again; what was sent until that was heard is lost. Datagrams sent too fast are lost as well.',
    'While a target reads slowly this output waits, and its records wait in the journal. A target that takes nothing for `timeout` gets a new connection. A connection is opened with the first record and kept; certificates are read anew for each.',
    'The severity is that of the level: fatal `crit`, error `err`, warn `warning`, info `info`, debug and trace `debug`. Records that came as syslog keep facility, severity, process id, message id and structured data. '
      + 'Host, names and ids are cut to the lengths of the RFC; what is not printable ASCII in them becomes `_`.',
    'With `framing: newline` line ends in a message become `#012` and `#015`, as rsyslog writes them; a NUL becomes `#000` everywhere. Times have at most six digits of a second; those of RFC 3164 are in the zone of this machine. '
      + 'Messages that are cut are counted as `cut_messages`; where header and structured data take more than half of `max_message`, they lose the structured data first.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: '<11>1 2026-11-01T00:00:00.013Z web1 app - - [sawlog@32473 source="app" tags="payment"] {"level":"error","msg":"card declined"}',
  },
  setup(given, context) {
    const frame = framer(given)
    return given.mode === 'udp' ? overUdp(given, frame, context) : overStream(given, frame, context)
  },
})

function framer(given: Options): ToFrame {
  const { mode, format, facility, hostname = null, app_name: appName = null, procid = null, msgid = null, message = null, structured_data: structuredData, bom } = given
  const texts = { format, facility, hostname, appName, procid, msgid, message, structuredData, bom }
  const framing: SyslogFraming = mode === 'udp' ? 'none' : (given.framing ?? 'octet_counted')
  const most = maxMessage(given)
  return (line) => frameSyslog(syslogText(line, texts), framing, most)
}

function overStream({ address, mode, tls, connect_timeout: connectMs, timeout: stallMs }: Options, frame: ToFrame, { count }: OutputContext) {
  const trust = mode === 'tls' ? (tls ?? tlsClient().parse({})) : null
  const sender = new StreamSender(address, trust, { connectMs, stallMs })
  return {
    async deliver(lines: readonly StoredLine[], _cursor: unknown, signal: AbortSignal): Promise<void> {
      let cuts = 0
      await sender.send(parts(lines, frame, () => cuts++), signal)
      if (cuts > 0) count('cut_messages', cuts)
    },
    close: () => sender.close(),
  }
}

/** Frames gathered into writes, made only as fast as they are sent. */
function* parts(lines: readonly StoredLine[], frame: ToFrame, onCut: () => void): Iterable<Buffer> {
  let part = ''
  for (const line of lines) {
    const { text, cut } = frame(line)
    if (cut) onCut()
    part += text
    if (part.length < PART_CHARS) continue
    yield Buffer.from(part)
    part = ''
  }
  if (part !== '') yield Buffer.from(part)
}

function overUdp({ address }: Options, frame: ToFrame, { count }: OutputContext) {
  const sender = new DatagramSender(address)
  return {
    async deliver(lines: readonly StoredLine[], _cursor: unknown, signal: AbortSignal): Promise<Delivered> {
      const rejected: Array<{ line: StoredLine; reason: string }> = []
      let cuts = 0
      for (const line of lines) {
        const { text, cut } = frame(line)
        const datagram = Buffer.from(text)
        if (cut) cuts++
        try {
          await sender.send(datagram, signal)
        } catch (error) {
          if (!(error instanceof TooLarge)) throw error
          rejected.push({ line, reason: `${error.message}: ${datagram.length} bytes. Lower "max_message".` })
        }
      }
      await sender.settle(signal)
      if (cuts > 0) count('cut_messages', cuts)
      return { rejected }
    },
    close: () => sender.close(),
  }
}

function maxMessage({ mode, max_message: most }: Options): number {
  return most ?? (mode === 'udp' ? DATAGRAM_BYTES : STREAM_BYTES)
}
