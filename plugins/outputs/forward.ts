// Forwards records to another Sawlog, which takes each of them exactly once.
import { definePlugin, HttpTarget, httpTargetOptions, MAX_LANES, PeerSender, secret, z } from '../../core/plugin.ts'

const { url, tls, timeout, compression } = httpTargetOptions()

export default definePlugin({
  kind: 'output',
  type: 'forward',
  summary: 'Forwards records to another Sawlog, each exactly once.',
  options: z.strictObject({
    url: url.describe('The other Sawlog: `http://HOST:PORT` or `https://HOST:PORT`, with the path of its http source where that is not `/ingest`.'),
    token: secret().optional().describe('A token of `server.auth.tokens` there.'),
    streams: z.int().min(1).max(MAX_LANES).default(4).describe('Requests that may be under way at once. Records of one source stay in one stream, and so in order.'),
    tls,
    timeout,
    compression,
  }),
  example: "url: http://storage:5000\ntoken: '${SAWLOG_TOKEN}'",
  // A stream has one batch on its way, in several requests that overlap: small ones would leave it idle in between.
  batch: { records: 20_000, bytes: '4MiB' },
  guarantee: 'Exactly once, also over `kill -9` of either side and lost answers; at least once after a replay, and when a data directory was copied or restored, which is reported.',
  docs: 'Forwards.',
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":{"level":"error","msg":"card declined"},"guessed":["time"]}',
  },
  setup({ url: given, token, streams, compression: packed, ...options }, context) {
    const target = new HttpTarget({ ...options, url: ingestUrl(given), headers: {}, auth: token === undefined ? undefined : { token }, compression: 'none' })
    const sender = new PeerSender(context, { target, streams, compress: packed === 'gzip' })
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
