// The combined log format of Apache and nginx: the common format with referrer and user agent.
import { claimStream, definePlugin, eachRecord, emptyAccessLine, readAccessLog, scanAccessLine, timeZone, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'parser',
  type: 'combined',
  summary: 'Reads access logs of Apache and nginx in the combined format, with the request split into its parts.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: '{}',
  docs: [
    'The line stays the body; the fields are `client`, `identity`, `user`, `method`, `path`, `query` (without `?`), `protocol`, `status`, `size`, `referrer`, `agent`, and `message`, the request line as it came. '
      + 'What the server wrote as `-` is left out. A request that is none (TLS sent to a plain port) has only its `message`.',
    'Also read: lines without referrer and agent (the common format); a virtual host before the client (`vhost`); one quoted value behind the agent (`forwarded_for`, as in nginx\'s `main` format); anything else behind is kept as text in `extra`. '
      + 'Escapes (`\\"`, `\\x22`) are decoded in every field but `message`, except those of control characters and of bytes that are not UTF-8.',
    'An access log states no level. A status from 500 on gives `error`, from 400 on `warn`, else it is `info`; it stays marked as guessed. Error logs are another format: use `text`.',
  ].join('\n\n'),
  sample: {
    line: '192.0.2.1 - ann [01/Nov/2026:00:00:00 +0000] "GET /cart?id=7 HTTP/1.1" 500 2326 "https://shop.example/" "curl/8.5"',
    record: '{"time":"2026-11-01T00:00:00.000Z","level":"error","source":"app","host":"web1","tags":[],"body":"192.0.2.1 - ann [01/Nov/2026:00:00:00 +0000] \\"GET /cart?id=7 HTTP/1.1\\" 500 2326 \\"https://shop.example/\\" \\"curl/8.5\\"",'
      + '"fields":{"client":"192.0.2.1","user":"ann","message":"GET /cart?id=7 HTTP/1.1","method":"GET","path":"/cart","query":"id=7","protocol":"HTTP/1.1","status":500,"size":2326,"referrer":"https://shop.example/","agent":"curl/8.5"},"guessed":["level"]}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    const seen = emptyAccessLine()
    claimStream({ name, type: 'combined', hooks }, 'access log lines with referrer and agent', (line) => scanAccessLine(line, 'UTC', seen) === null && seen.time !== null && seen.agent !== -1)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, (record) => readAccessLog(record, zone)))
  },
})
