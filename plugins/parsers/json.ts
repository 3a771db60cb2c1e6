// One JSON object a line: the body becomes the object; time and level are read under the names loggers use.
import { claimStream, definePlugin, eachRecord, MAX_JSON_DEPTH, readJson, readObject, timeZone, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'parser',
  type: 'json',
  summary: 'Reads one JSON object a line, with time and level under the names of the usual loggers.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: 'timezone: Europe/Paris',
  docs: [
    'Knows pino, winston, bunyan, log4j, zap, zerolog, Python (python-json-logger, structlog, loguru), ECS, OpenTelemetry, CloudNativePG, Google Cloud, Docker, Serilog, GELF and journald. '
      + 'Where a record has several times or levels the order is fixed: `time`, `timestamp`, `@timestamp`, `ts`, ... and `level`, `severity`, `log.level`, ...',
    'Numeric levels: 0 to 7 are syslog severities, from 10 on those of pino and bunyan (30 is info). A record without a level gets the one its message states (`ERROR ...`, `[warn]`), else `info`, marked as guessed.',
    `A line that is no JSON object, or nests deeper than ${MAX_JSON_DEPTH} levels, is kept as text with the reason in \`error\`; an empty line is kept without one.`,
  ].join('\n\n'),
  sample: {
    line: '{"time":1793491200013,"level":50,"msg":"card declined"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":{"time":1793491200013,"level":50,"msg":"card declined"}}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    claimStream({ name, type: 'json', hooks }, 'JSON objects', isJsonObject)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, (record) => readJson(record, zone)))
  },
})

function isJsonObject(line: string): boolean {
  const value = readObject(line.trim())
  return value !== null && typeof value === 'object'
}
