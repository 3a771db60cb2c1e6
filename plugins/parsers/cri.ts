// Lines of the Kubernetes container runtimes (containerd, CRI-O, Podman): time, stream, tag and what the container wrote, which becomes the record.
import { claimStream, definePlugin, eachRecord, noteTime, parseTime, readPayload, readText, z, type LogRecord, type ParsedTime } from '../../core/plugin.ts'

/** RFC 3339 with nine digits and an offset; a longer first word is no time. */
const MAX_TIME_CHARS = 40

// What `scan` found beside the time; read at once, so that nothing is allocated for a line.
let streamEnd = 0
let payloadStart = 0
let partial = false

export default definePlugin({
  kind: 'parser',
  type: 'cri',
  summary: 'Reads lines of Kubernetes container runtimes (containerd, CRI-O) and goes on with what the container wrote.',
  options: z.strictObject({}),
  example: 'name: containers',
  docs: [
    'A line is `2016-10-06T00:17:09.669794202Z stdout F message`. The message becomes the body; `log.iostream` is `stdout` or `stderr`. Extra tags behind the first (`F:tag`) are passed over.',
    'A message that is a JSON object becomes an object body; its bytes are kept as they are. The time is always the runtime\'s, which has zone and nanoseconds, also where the message states one of its own. '
      + 'The level is read from the message, JSON or text; where it states none it is `info`, marked as guessed: `stderr` alone says nothing of a level.',
    'A long message comes in parts (tag `P`), which `multiline: cri` of the source joins. A part that was not joined is a record of its own with `log.partial: true`.',
    'A line of another shape is kept with the reason in `error`.',
  ].join('\n\n'),
  sample: {
    line: '2026-11-01T00:00:00.013456789Z stderr F {"level":"error","msg":"card declined"}',
    record: '{"time":"2026-11-01T00:00:00.013456789Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":{"level":"error","msg":"card declined"},"fields":{"log.iostream":"stderr"}}',
  },
  setup(_options, { hooks, name }) {
    claimStream({ name, type: 'cri', hooks }, 'lines of a container runtime', (line) => scan(line) !== null)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, parse))
  },
})

function parse(record: LogRecord): void {
  if (record.object !== null) return
  const { line } = record
  const time = scan(line)
  if (time === null) {
    if (line.trim() === '') return
    record.error = 'not a CRI line: expected TIME stdout|stderr F|P message'
    readText(record, line, null)
    return
  }
  if (record.guessed.includes('time')) noteTime(record, time, true)
  const { fields } = record
  fields['log.iostream'] = line.charCodeAt(streamEnd - 1) === 116 ? 'stdout' : 'stderr'
  if (partial) fields['log.partial'] = true
  record.narrow(payloadStart, line.length)
  readPayload(record, line.slice(payloadStart))
}

/** The line's time, or null where it is no CRI line. */
function scan(line: string): ParsedTime | null {
  const timeEnd = line.indexOf(' ')
  if (timeEnd < 20 || timeEnd > MAX_TIME_CHARS) return null
  if (!line.startsWith('stdout ', timeEnd + 1) && !line.startsWith('stderr ', timeEnd + 1)) return null
  streamEnd = timeEnd + 7
  const tag = line.charCodeAt(streamEnd + 1)
  if (tag !== 70 && tag !== 80) return null
  let end = streamEnd + 2
  // `F:extra:tags`: the protocol lets a runtime add some, none does so far.
  if (line.charCodeAt(end) === 58) while (end < line.length && line.charCodeAt(end) !== 32) end++
  if (end < line.length && line.charCodeAt(end) !== 32) return null
  payloadStart = Math.min(end + 1, line.length)
  partial = tag === 80
  const time = parseTime(line.slice(0, timeEnd))
  return time === null || time.zoneGuessed ? null : time
}
