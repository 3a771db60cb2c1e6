// Stores records in Elasticsearch or OpenSearch by `_bulk`, each under an id of its own.
import { definePlugin, elasticDocument, HttpTarget, httpTargetOptions, indexPattern, type IndexName, readBulkAnswer, Retry, secret, type StoredLine, z } from '../../core/plugin.ts'

/** Only what is read: the answer on 5,000 records is 100 KB instead of 1 MB. */
const BULK = '/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason'

export default definePlugin({
  kind: 'output',
  type: 'elasticsearch',
  summary: 'Stores records in Elasticsearch or OpenSearch, in an index, an index a day, or a data stream.',
  options: z
    .strictObject({
      ...httpTargetOptions(),
      api_key: secret().regex(/^[\u0021-\u007e]+$/, 'expected a key without blanks and line breaks').optional().describe('An API key of Elasticsearch (its `encoded` form), instead of `auth`.'),
      index: indexPattern().prefault('logs-sawlog-default')
        .describe('Index or data stream. `%Y`, `%m`, `%d` and `%H` are of the record\'s time in UTC, as in `logs-%Y.%m.%d`.'),
      document: z.enum(['ecs', 'record']).default('ecs').describe('`ecs`: names of the Elastic Common Schema; `record`: the stored line as it is, and `@timestamp`.'),
    })
    .refine(({ auth, api_key: key }) => auth === undefined || key === undefined, { path: ['api_key'], error: 'expected `auth` or `api_key`, not both' }),
  example: "url: https://search.example.com:9200\napi_key: 'a2V5LWlkOmtleQ=='\nindex: logs-%Y.%m.%d",
  guarantee: 'Exactly once, also over `kill -9` of either side: the position in the journal is the `_id`, and a record that is there already is not stored again. In a data stream that holds until it rolls over.',
  docs: [
    'Each record is a `create` of `_bulk` with the `_id` JOURNAL-SEGMENT-RECORD, so a repeat is a conflict, which counts as stored. A data stream looks for an id in its newest backing index only: '
      + 'a repeat that comes after a rollover is stored twice. With `index: logs-%Y.%m.%d` a record always goes to the same index. No header depends on a version; OpenSearch is spoken to in the same way.',
    '`ecs` gives `@timestamp`, `log.level`, `message`, `host.name`, `tags`, `labels.source`; `body` when it is an object, `event.original` when the message is only a part of the line, `fields`, `labels.guessed` and `error.message` when there are any. '
      + 'Names of your logs stay under `body.` and `fields.`, as in searches here. Should they be too many or too unlike each other for one mapping, give those two the type `flattened` in an index template.',
    'What becomes of an item: 429, 5xx, a full disk (`cluster_block_exception`), a missing or closed index and missing rights are tried again, and only those items; any other 4xx, as a mapping error, makes that record a dead letter with the reason given. '
      + 'An answer on the whole request is treated as in `http`: 413 halves the batch, 401 and other 4xx make its records dead letters.',
    'An ingest pipeline is named in the URL: `https://search.example.com:9200/?pipeline=NAME`. What lies before a path, as of a proxy, is kept.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: '{"@timestamp":"2026-11-01T00:00:00.013Z","log":{"level":"error"},"message":"card declined","host":{"name":"web1"},"tags":["payment"],"labels":{"source":"app","guessed":"time"},"body":{"level":"error","msg":"card declined"}}',
  },
  concurrent: true,
  setup({ api_key: key, index, document, ...options }, { journal }) {
    const target = new HttpTarget(options, key === undefined ? {} : { headers: { authorization: `ApiKey ${key}` }, secrets: [key] })
    const render = document === 'ecs' ? elasticDocument : withTimestamp
    /** Lines that were taken (null) or refused for good, should others of their batch be tried again. */
    const settled = new WeakMap<StoredLine, string | null>()
    return {
      async deliver(lines, _cursor, signal) {
        const open = lines.filter((line) => !settled.has(line))
        const answer = open.length === 0 ? null : await target.send(bulkBody(open, journal, index, render), { path: BULK, headers: { 'content-type': 'application/x-ndjson' } }, signal)
        const items = answer === null ? [] : readBulkAnswer(answer.body, open.length, (text) => target.hide(text))
        if (items === null) throw new Retry(`cannot tell what ${target.where} has stored: its answer is not that of _bulk${answer === null ? '' : target.quote(answer)}. Check the url.`)
        const later = items.filter(({ outcome }) => outcome === 'later')
        for (const [i, { outcome, reason }] of items.entries()) if (outcome !== 'later') settled.set(open[i] as StoredLine, outcome === 'taken' ? null : reason)
        if (later.length > 0) throw new Retry(`cannot store ${later.length} of ${open.length} records in ${target.where}: ${later[0]?.reason}. They are sent again.`)
        return { rejected: lines.flatMap((line) => ((reason) => (reason === null ? [] : [{ line, reason }]))(settled.get(line) ?? null)) }
      },
      close: () => target.close(),
    }
  },
})

function bulkBody(lines: readonly StoredLine[], journal: string, index: IndexName, render: (line: StoredLine) => string): string {
  let body = ''
  for (const line of lines) body += `{"create":{"_index":${JSON.stringify(index(line.value.time))},"_id":"${journal}-${line.segment}-${line.record}"}}\n${render(line)}\n`
  return body
}

function withTimestamp({ value, text }: StoredLine): string {
  // What went bad on disk may be no JSON, and would spoil the whole request.
  const line = value.error?.startsWith('damaged on disk') === true ? JSON.stringify(value) : text
  return `{"@timestamp":${JSON.stringify(value.time)},${line.slice(1)}`
}
