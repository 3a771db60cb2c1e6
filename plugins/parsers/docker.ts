// Lines of Docker's json-file log driver: what the container wrote becomes the record.
import { claimStream, definePlugin, eachRecord, noteTime, parseTime, readJson, readObject, readPayload, z, type JsonObject, type LogRecord, type ParsedTime } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'parser',
  type: 'docker',
  summary: 'Reads lines of Docker\'s json-file log driver and goes on with what the container wrote.',
  options: z.strictObject({}),
  example: 'name: containers',
  docs: [
    'A line is `{"log":"message\\n","stream":"stdout","time":"2016-10-06T00:17:09.669794202Z"}`. The message, without the line ending, becomes the body; `log.iostream` is the stream, '
      + '`attrs` (labels and variables the driver was told to add) stays an object under `fields`.',
    'A message that is a JSON object becomes an object body, byte for byte. The time is always Docker\'s, which has zone and nanoseconds, also where the message states one of its own. '
      + 'The level is read from the message, JSON or text; where it states none it is `info`, marked as guessed.',
    'A message beyond 16 KiB comes in parts without newline, which `multiline: docker` of the source joins. A part that was not joined is a record of its own with `log.partial: true`.',
    'A JSON object of another shape - also one with keys beside these, as forwarders add them - is read as the `json` parser reads it; what is no JSON object is kept with the reason in `error`.',
  ].join('\n\n'),
  sample: {
    line: '{"log":"{\\"level\\":\\"error\\",\\"msg\\":\\"card declined\\"}\\n","stream":"stderr","time":"2026-11-01T00:00:00.013456789Z"}',
    record: '{"time":"2026-11-01T00:00:00.013456789Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":{"level":"error","msg":"card declined"},"fields":{"log.iostream":"stderr"}}',
  },
  setup(_options, { hooks, name }) {
    claimStream({ name, type: 'docker', hooks }, 'lines of Docker\'s json-file driver', (line) => line.startsWith('{"') && isDocker(readObject(line)))
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, parse))
  },
})

interface DockerLine extends JsonObject {
  log: string
  stream: string
  time: string
}

function parse(record: LogRecord): void {
  const value = record.object === null ? readObject(record.line) : null
  const time = isDocker(value) ? parseTime(value.time) : null
  if (time === null) readJson(record, null)
  else unwrap(record, value as DockerLine, time)
}

function unwrap(record: LogRecord, { log, stream, attrs }: DockerLine, time: ParsedTime): void {
  if (record.guessed.includes('time')) noteTime(record, time, false)
  const { fields } = record
  fields['log.iostream'] = stream
  if (attrs !== undefined) fields['attrs'] = attrs
  let end = log.length
  if (log.charCodeAt(end - 1) !== 10) fields['log.partial'] = true
  // A container with a terminal ends its lines with CR LF.
  else if (log.charCodeAt(--end - 1) === 13) end--
  const text = log.slice(0, end)
  record.replaceBody(text)
  readPayload(record, text)
}

/** The three keys, `attrs` and no other: nothing is lost when the line is taken apart. */
function isDocker(value: JsonObject | string | null): value is DockerLine {
  if (value === null || typeof value === 'string') return false
  if (typeof value['log'] !== 'string' || typeof value['stream'] !== 'string' || typeof value['time'] !== 'string') return false
  let keys = 0
  for (const key in value) if (Object.hasOwn(value, key)) keys++
  return keys === 3 || (keys === 4 && Object.hasOwn(value, 'attrs'))
}
