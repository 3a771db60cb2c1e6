// The common log format of Apache and others: who asked for what, and the answer's status and size.
import { claimStream, definePlugin, eachRecord, emptyAccessLine, readAccessLog, scanAccessLine, timeZone, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'parser',
  type: 'common',
  summary: 'Reads access logs in the common log format, with the request split into its parts.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: '{}',
  docs: [
    'The fields, the guessed level and what is tolerated are those of parser `combined`, which also reads these lines: the two differ in the streams that `auto` gives them. '
      + 'Referrer and agent are read where they follow; anything else behind the size is kept as text in `extra`.',
  ].join('\n\n'),
  sample: {
    line: '192.0.2.1 - ann [01/Nov/2026:00:00:00 +0000] "GET /cart?id=7 HTTP/1.1" 404 2326',
    record: '{"time":"2026-11-01T00:00:00.000Z","level":"warn","source":"app","host":"web1","tags":[],"body":"192.0.2.1 - ann [01/Nov/2026:00:00:00 +0000] \\"GET /cart?id=7 HTTP/1.1\\" 404 2326",'
      + '"fields":{"client":"192.0.2.1","user":"ann","message":"GET /cart?id=7 HTTP/1.1","method":"GET","path":"/cart","query":"id=7","protocol":"HTTP/1.1","status":404,"size":2326},"guessed":["level"]}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    const seen = emptyAccessLine()
    claimStream({ name, type: 'common', hooks }, 'access log lines', (line) => scanAccessLine(line, 'UTC', seen) === null && seen.time !== null)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, (record) => readAccessLog(record, zone)))
  },
})
