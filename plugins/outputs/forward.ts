// Forwards records to another Sawlog, which takes each of them exactly once.
import { definePlugin, duration, HttpTarget, httpTargetOptions, isLoopback, PeerRoutes, PeerSender, secret, z } from '../../core/plugin.ts'

const { url, tls, timeout } = httpTargetOptions()

/** Numbers of streams have three digits in the protocol. */
const MAX_TARGETS = 16
const MAX_STREAMS = 32

export default definePlugin({
  kind: 'output',
  type: 'forward',
  summary: 'Forwards records to another Sawlog, each exactly once.',
  options: z
    .strictObject({
      url: url.optional().describe('The other Sawlog: `http://HOST:PORT` or `https://HOST:PORT`, with the path of its http source where that is not `/ingest`.'),
      targets: z.array(url).min(2).max(MAX_TARGETS).optional().describe('Several of them, instead of `url`.'),
      mode: z.enum(['failover', 'balance']).default('failover').describe('With `targets`: `failover` sends everything to the first and to the next ones while it fails; `balance` spreads sources over all of them.'),
      switch_after: duration({ max: 24 * 3600e3 }).prefault('10s').describe('How long a target must fail before its records go to another one.'),
      return_after: duration({ max: 24 * 3600e3 }).prefault('1m').describe('How long it must be well again before they come back.'),
      token: secret().regex(/^[\u0021-\u007e]+$/, 'expected a token without blanks and line breaks').optional().describe('A token of `server.auth.tokens` there.'),
      streams: z.int().min(1).max(MAX_STREAMS).default(4).describe('Streams to each target. Records of one source stay in one stream, and so in order; others go beside them.'),
      tls,
      timeout,
      compression: z.enum(['auto', 'gzip', 'none']).default('auto').describe('How bodies are sent. `auto`: gzip, but as they are to this machine, where compressing costs more than it saves.'),
    })
    .refine(({ url: one, targets }) => (one === undefined) !== (targets === undefined), 'expected `url`, or `targets` with several'),
  example: "url: http://storage:5000\ntoken: '${SAWLOG_TOKEN}'",
  // A stream has one batch on its way, in several requests that overlap: small ones would leave it idle in between.
  batch: { records: 20_000, bytes: '4MiB' },
  guarantee: 'Exactly once, over `kill -9` of either side, lost answers and cut connections. At least once, and reported, when the records go to another target, when a data directory was copied or restored, and for what is replayed.',
  docs: `The receiver has a source of type \`http\`, of the same version of Sawlog or a later one. Records arrive as they were stored: same bytes, time, level, source, host and tags. They are
not parsed and not tagged again, but filters run on them. A line that is none is kept there as text with an \`error\`.

A request names the stretch of the journal it covers, and the receiver stores that together with the records: what comes again is acknowledged without being stored. Whatever the receiver refuses
(a wrong token, a wrong path, another version) is tried again, so mending the configuration costs no records. It takes records only once they are on its disk.

A copied or restored data directory has a history of its own from there on. The receiver notices, the output opens a new stream and reports it; records between the copy and the last record
acknowledged then may be there twice. Two copies that run at the same time both get through, each in its own streams. A receiver that lost what it had acknowledged is reported; \`sawlog replay\` sends it again.

Chains are fine, circles are refused: who sends names the journals whose records it may hold, and who finds itself among them answers 508. A journal counts for an hour after the last record from it.
So of two Sawlogs that forward to each other one gives up, even where \`when\` would keep the records apart.

With several targets a stream goes to one of them at a time. While a target fails, its streams wait for \`switch_after\` and are opened anew at the next one; what was under way may be in both. \`balance\` chooses
by source, so the order within a source stays. The output waits for the slowest of its streams. Changing \`streams\` or the number of \`targets\` opens all streams anew: stop Sawlog before, and nothing is under way.`,
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":{"level":"error","msg":"card declined"},"guessed":["time"]}',
  },
  setup({ url: one, targets: several, mode, switch_after: switchMs, return_after: returnMs, token, streams, compression: packed, ...options }, context) {
    const auth = token === undefined ? undefined : { token }
    const urls = several ?? [one as string]
    const targets = urls.map((given) => new HttpTarget({ ...options, url: ingestUrl(given), headers: {}, auth, compression: 'none' }))
    const routes = new PeerRoutes({ targets, mode, switchMs, returnMs })
    const sender = new PeerSender(context, { routes, streams: mode === 'balance' ? streams * urls.length : streams, compress: packed === 'gzip' || (packed === 'auto' && !urls.every((given) => isLoopback(new URL(given).hostname))) })
    return {
      deliver: (lines, cursor, signal) => sender.deliver(lines, cursor, signal),
      replayed: (state) => sender.replayed(state),
      close: () => sender.close(),
    }
  },
})

function ingestUrl(given: string): string {
  const url = new URL(given)
  if (url.pathname === '/') url.pathname = '/ingest'
  return url.href
}
