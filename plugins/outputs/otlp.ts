// Sends records as OpenTelemetry logs over HTTP.
import { definePlugin, HttpTarget, httpTargetOptions, OTLP_ENCODINGS, otlpRequest, partialSuccess, sendInParts, statusMessage, type StoredLine, urlWithPath, z } from '../../core/plugin.ts'

const PATH = '/v1/logs'

interface Rejected {
  readonly line: StoredLine
  readonly reason: string
}

const { url, ...targetOptions } = httpTargetOptions()

export default definePlugin({
  kind: 'output',
  type: 'otlp',
  summary: 'Sends records as OpenTelemetry logs (OTLP/HTTP) to a collector or a backend.',
  options: z.strictObject({
    url: url.describe(`The receiver: \`http://HOST:4318\`, without user and password. \`${PATH}\` is added unless the path ends so.`),
    encoding: z.enum(['protobuf', 'json']).default('protobuf').describe('How requests are written. Every receiver takes `protobuf`.'),
    ...targetOptions,
  }),
  example: "url: http://otel-collector:4318\nheaders: { api-key: '${OTLP_KEY}' }",
  guarantee: 'At least once. Every record carries `log.record.uid`, the same whenever it is sent again, by which a receiver can drop repeats.',
  docs: [
    'A record becomes a LogRecord: body as it is (text, or the object as key-value list), level as `severity_number` 1, 5, 9, 13, 17 or 21 and `severity_text`, fields as attributes, tags as `sawlog.tags`, what was guessed as `sawlog.guessed`, why it did not parse as `sawlog.error`. '
      + '`service.name` is the source and `host.name` the host. `time_unix_nano` is the time of the record to the nanosecond, and left out where it is only the time of arrival; `observed_time_unix_nano` is there always. '
      + 'A time that 64 bits of nanoseconds cannot tell (before 1970, after 2554) is sent as `sawlog.time`.',
    '`trace_id` and `span_id` (also `traceId`, `trace.id`, `TraceId`; of fields or the top of the body) become the ones of the LogRecord where they are 32 and 16 hexadecimal digits. `log.record.uid` is journal, segment and record number; one that a record already has is kept.',
    'Whole numbers keep every digit up to 64 bits. Objects nested deeper than 31 levels are sent as JSON text from there on, since common protobuf readers refuse a request that nests deeper than 100 messages.',
    'When the receiver takes a request but says that it refused some of its records (partial success), that is reported and counted as `refused_unnamed`: it does not say which, and they must not be sent again. When it refused all, they become dead letters. '
      + '400 is answered by sending smaller parts, at most 100 requests a batch, until the record at fault is found; it becomes a dead letter, and so do those still undecided by then. 413 halves the batch; other 4xx make its records dead letters.',
    '429, 408 and every 5xx are tried again, `Retry-After` is honoured. The specification would have a sender drop records on 500; Sawlog keeps them until the receiver takes them. A request holds one batch: `batch.bytes` counts stored lines, of which OTLP makes about as many bytes.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: '{"observedTimeUnixNano":"1793491200013000000","severityNumber":17,"severityText":"ERROR","body":{"kvlistValue":{"values":[{"key":"level","value":{"stringValue":"error"}},{"key":"msg","value":{"stringValue":"card declined"}}]}},"attributes":[{"key":"log.record.uid","value":{"stringValue":"4f0c2a-1-42"}},{"key":"sawlog.tags","value":{"arrayValue":{"values":[{"stringValue":"payment"}]}}},{"key":"sawlog.guessed","value":{"arrayValue":{"values":[{"stringValue":"time"}]}}}]}',
  },
  concurrent: true,
  setup({ url: given, encoding, ...options }, { journal, problem, count }) {
    const target = new HttpTarget({ ...options, url: urlWithPath(given, PATH) }, { headers: { 'content-type': OTLP_ENCODINGS[encoding] } })

    /** Null once they were taken; else why they were not. Adds those that were refused one and all. */
    const send = async (lines: readonly StoredLine[], refused: Rejected[], signal: AbortSignal): Promise<string | null> => {
      const answer = await target.exchange(otlpRequest(lines, journal, encoding), {}, signal)
      const type = answer.headers['content-type'] ?? ''
      if (answer.status < 200 || answer.status >= 300) {
        const said = statusMessage(answer.body, type)
        const readable = said === null ? answer : { ...answer, body: Buffer.from(said) }
        if (answer.status === 400) return `${target.where} answered 400${target.quote(readable)}`
        target.judge(readable)
      }
      const partial = partialSuccess(answer.body, type)
      if (partial === null) return null
      const why = target.quote({ ...answer, body: Buffer.from(partial.message) })
      if (partial.rejected === 0) problem('warn', `${target.where} took the records, but not without a word${why}`, 'See whether the receiver needs attention.')
      else if (partial.rejected >= lines.length) refused.push(...lines.map((line) => ({ line, reason: `${target.where} refused all records of a request${why}` })))
      else {
        count('refused_unnamed', partial.rejected)
        problem('error', `${target.where} refused some records of a request and does not say which${why}`, 'They stay in the journal; mend what the receiver complains about.')
      }
      return null
    }

    return {
      async deliver(lines, _cursor, signal) {
        const refused: Rejected[] = []
        const found = await sendInParts(lines, (part) => send(part, refused, signal), 'It was sent together with others, one of which may be at fault.')
        return { rejected: [...refused, ...found.map(({ item, reason }) => ({ line: item, reason }))] }
      },
      close: () => target.close(),
    }
  },
})
