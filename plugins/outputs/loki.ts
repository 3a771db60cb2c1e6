// Pushes records to Grafana Loki, or whatever speaks its push API.
import { definePlugin, HttpTarget, httpTargetOptions, lineFormat, lokiLabels, Retry, sendInParts, type StoredLine, unixNanos, urlWithPath, wellFormed, z } from '../../core/plugin.ts'

const PATH = '/loki/api/v1/push'
/** Loki's `max_label_names_per_series`. */
const MAX_LABELS = 15
/** Loki's `max_structured_metadata_entries_count`. */
const MAX_METADATA = 128
/** Times are 64 bits with a sign. */
const MAX_NANOS = 2n ** 63n
/** `block_ingestion_status_code`: the operator has closed the door for a while, with an answer that most senders take for success. */
const BLOCKED = 260
/** Without labels Loki refuses a stream. */
const NO_LABELS = '{"service_name":"unknown_service"}'

/** A record as it is sent. */
interface Entry {
  readonly line: StoredLine
  readonly stream: string
  readonly nanos: bigint
  /** `["TIME","LINE",{METADATA}]` */
  readonly json: string
}

const { url, ...targetOptions } = httpTargetOptions()

export default definePlugin({
  kind: 'output',
  type: 'loki',
  summary: 'Pushes records to Grafana Loki.',
  options: z.strictObject({
    url: url.describe(`Where Loki is: \`http://HOST:3100\`, without user and password. \`${PATH}\` is added unless the path ends so.`),
    tenant: z.string().regex(/^[A-Za-z0-9!_.*'()|-]{1,150}$/, 'expected a tenant of letters, digits and !-_.*\'()|').optional().describe('Tenant, sent as `X-Scope-OrgID`.'),
    labels: lokiLabels(MAX_LABELS).prefault({ source: '{source}', level: '{level}', host: '{host}' })
      .describe('Labels of the stream a record goes to: a name and a template such as `{service.name}`, or a fixed text. At most 15, each with few different values.'),
    line: lineFormat().prefault('raw')
      .describe('The line of the entry: `raw` (the body as it came), `json` (the whole stored record), `text` (time, level, source, tags, message), or a template such as `{message}`.'),
    metadata: lokiLabels(MAX_METADATA).prefault({}).describe('Structured metadata of an entry, as `labels`, but with as many different values as there are: `{ trace_id: "{trace_id}", tags: "{tags}" }`. Needs Loki 3, or 2.9 where it is switched on.'),
    unique_times: z.boolean().default(true)
      .describe('Fills the digits that a time does not have, below its millisecond say, with the number of the record. Without it Loki keeps only one of several records with the same labels, time and line, and mixes up those of one millisecond.'),
    max_streams: z.int().min(1).max(10_000).default(200).describe('Streams in one request. A batch with more is sent in several, and reported.'),
    ...targetOptions,
  }),
  example: "url: http://loki:3100\nlabels: { job: sawlog, source: '{source}', level: '{level}' }\nmetadata: { tags: '{tags}' }",
  guarantee: 'At least once. The same record always has the same labels, time and line, and Loki keeps or shows such an entry once, so that repeats after a crash or a lost answer do not show, unless they come when Loki has closed the chunk.',
  docs: [
    'Each combination of label values is a stream of its own in Loki, and many streams make it slow and expensive: take as labels what has tens of values, never a user, an address or a trace. Those belong into the line or into `metadata`. '
      + `A label that a record does not have is left out; a record without any gets \`service_name="unknown_service"\`. Values are cut at 2048 bytes, which is Loki's limit. More than \`max_streams\` in one batch are reported.`,
    'Names in templates: `time`, `level`, `LEVEL`, `source`, `host`, `tags`, `message`, `body`, `fields`, `guessed`, `error`, or any name in body or fields, with dots; `{{` and `}}` are braces. `raw` lines are sent as they came, also with line breaks; in templates control characters are escaped.',
    'Times have nanoseconds. Entries of a stream are sorted by time within a request. Since Loki 2.4 they may come out of order between requests, within an hour of the newest of their stream; Loki refuses what is further behind, older than a week or too far in the future, as its own settings say.',
    'Loki answers 400 when it refused some entries of a request, keeps the others and does not reliably say which. The output finds them by sending smaller parts, at most 100 requests a batch: what Loki refuses alone becomes a dead letter with the reason Loki gave. '
      + 'When that number is reached, or the Loki refuses whatever is out of order, the undecided records become dead letters as well, though Loki may have kept some of them. To replay them does no harm.',
    'On 429 (rate, number of streams) and 5xx the batch comes again, and so it does on 260, which Loki answers while its operator blocks a tenant. A batch larger than Loki\'s `ingestion_burst_size_mb` could never pass: keep `batch.bytes` below it. 413 halves the batch; any other 4xx makes its records dead letters.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: '{"streams":[{"stream":{"source":"app","level":"error","host":"web1"},"values":[["1793491200013000042","{\\"level\\":\\"error\\",\\"msg\\":\\"card declined\\"}"]]}]}',
  },
  concurrent: true,
  setup({ url: given, tenant, labels, line: format, metadata, unique_times: unique, max_streams: maxStreams, ...options }, { problem }) {
    const target = new HttpTarget({ ...options, url: urlWithPath(given, PATH) }, { headers: { 'content-type': 'application/json', ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }) } })

    const entryOf = (line: StoredLine): Entry | null => {
      const nanos = unixNanos(line.value.time, unique ? line.record : 0)
      if (nanos === null || nanos >= MAX_NANOS || nanos < -MAX_NANOS) return null
      const stream = labels(line)
      const extra = metadata(line)
      return { line, stream: stream === '{}' ? NO_LABELS : stream, nanos, json: `["${nanos}",${JSON.stringify(wellFormed(format(line)))}${extra === '{}' ? '' : `,${extra}`}]` }
    }

    /** Null once Loki took them; else why it refused some. */
    const push = async (entries: readonly Entry[], signal: AbortSignal): Promise<string | null> => {
      const answer = await target.exchange(bodyOf(entries), {}, signal)
      if (answer.status === 400) return `${target.where} answered 400${target.quote(answer)}`
      if (answer.status === BLOCKED) throw new Retry(`cannot send to ${target.where}: it blocks this tenant${target.quote(answer)}. It is tried again.`, answer.retryAfterMs)
      target.judge(answer)
      return null
    }

    return {
      async deliver(lines, _cursor, signal) {
        const rejected: Array<{ line: StoredLine; reason: string }> = []
        const entries: Entry[] = []
        for (const line of lines) {
          const entry = entryOf(line)
          if (entry === null) rejected.push({ line, reason: 'cannot send to Loki: its time is beyond what Loki can tell' })
          else entries.push(entry)
        }
        const portions = portionsOf(entries, maxStreams)
        if (portions.length > 1) {
          problem('warn', `the labels make more than ${maxStreams} streams of one batch, for Loki a heavy load.`, 'Take labels with many values out of `labels`, or into `metadata`.')
        }
        for (const portion of portions) {
          const refused = await sendInParts(portion, (part) => push(part, signal), 'It was sent together with others and may have been kept.')
          for (const { item, reason } of refused) rejected.push({ line: item.line, reason })
        }
        return { rejected }
      },
      close: () => target.close(),
    }
  },
})

/** Runs of entries with at most `max` streams each. */
function portionsOf(entries: readonly Entry[], max: number): Entry[][] {
  const portions: Entry[][] = []
  let streams = new Set<string>()
  for (const entry of entries) {
    if (portions.length === 0 || (streams.size === max && !streams.has(entry.stream))) {
      portions.push([])
      streams = new Set()
    }
    streams.add(entry.stream)
    portions.at(-1)?.push(entry)
  }
  return portions
}

function bodyOf(entries: readonly Entry[]): string {
  const streams = new Map<string, Entry[]>()
  for (const entry of entries) {
    const known = streams.get(entry.stream)
    if (known === undefined) streams.set(entry.stream, [entry])
    else known.push(entry)
  }
  const parts = [...streams].map(([stream, ordered]) => {
    // What is equal keeps its order.
    ordered.sort((a, b) => (a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0))
    return `{"stream":${stream},"values":[${ordered.map(({ json }) => json).join(',')}]}`
  })
  return `{"streams":[${parts.join(',')}]}`
}
