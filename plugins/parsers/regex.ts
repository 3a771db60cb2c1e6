// Lines in a format of the user's own: the named groups of a regular expression become fields.
import {
  claimStream, definePlugin, eachRecord, patterns, readCaptured, readText, timeFormat, timeZone, typedValue, VALUE_TYPES, valueOfType, z,
  type LogRecord, type Pattern, type ValueType,
} from '../../core/plugin.ts'

export default definePlugin({
  kind: 'parser',
  type: 'regex',
  summary: 'Reads lines by regular expressions of your own: named groups become fields.',
  options: z.strictObject({
    pattern: patterns().describe('A regular expression with named groups, `(?<name>...)` or `(?P<name>...)`, or a list of them: the first that matches counts.'),
    types: z.record(z.string(), z.enum(VALUE_TYPES)).default({}).describe('Group -> its type: `int`, `float`, `bool` or `string`. Other groups get the type they plainly have.'),
    time_format: timeFormat().optional().describe('Format of the time as strptime has it (`%d/%b/%Y:%H:%M:%S %z`); without it, or where it does not fit, the usual formats are tried.'),
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }).superRefine(({ pattern, types }, context) => {
    const names = new Set(pattern.flatMap((one) => one.names))
    if (![...names].some((name) => name !== null)) context.addIssue({ code: 'custom', path: ['pattern'], message: 'expected a named group such as (?<message>.*): without one nothing is extracted' })
    for (const name of Object.keys(types)) {
      if (!names.has(name)) context.addIssue({ code: 'custom', path: ['types', name], message: `the pattern has no group "${name}"` })
    }
  }),
  example: "pattern: '^(?<time>\\S+) (?<level>\\w+) \\[(?<thread>[^\\]]*)\\] (?<message>.*)$'\ntypes: { thread: string }",
  docs: [
    'It needs a pattern, so it is declared under `parsers:` (with a `name` where there are several) and then named by a source, or found by `auto`, which asks declared parsers first and takes one when most lines of a stream match.',
    'RE2 syntax, found anywhere in the line unless anchored with `^` or `$`; `(?i)` at the start ignores case. Lookaround and backreferences are refused, so no line can hold Sawlog up. The line stays the body.',
    'A group that took no part or is empty gives no field. Values become numbers or booleans where nothing is lost by it (`200`, `-0.5`, `true`; not `007` or `1e5`); `types` decides otherwise, and what is not of its type stays text. '
      + 'Names are field names as they are; without dots or brackets they make no nested fields.',
    'Groups named `time`, `timestamp`, `ts`, ... give the time, `level`, `severity`, `lvl`, ... the level, as in parser `json`, and `host` or `hostname` the host; they stay fields as well. A line that no pattern matches is kept with the reason in `error`, with the time and level at its head.',
  ].join('\n\n'),
  sample: {
    line: '2026-11-01T00:00:00.013Z ERROR [pool-3] card declined',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":"2026-11-01T00:00:00.013Z ERROR [pool-3] card declined",'
      + '"fields":{"time":"2026-11-01T00:00:00.013Z","level":"ERROR","thread":"pool-3","message":"card declined"}}',
  },
  setup({ pattern, types, time_format: timeFormat, timezone }, { hooks, name }) {
    const zone = timezone ?? null
    const format = timeFormat ?? null
    const readers = pattern.map((one) => createReader(one, types))
    const refusal = readers.length === 1 ? 'does not match the pattern' : `matches none of the ${readers.length} patterns`
    const parse = (record: LogRecord): void => {
      if (record.object !== null) return
      const { line } = record
      for (let i = 0; i < readers.length; i++) {
        if (!(readers[i] as Reader)(line, record)) continue
        readCaptured(record, zone, format)
        return
      }
      if (line.trim() === '') return
      record.error = refusal
      readText(record, line, zone)
    }
    claimStream({ name, type: 'regex', hooks }, 'lines that its pattern matches', (line) => pattern.some((one) => one.test(line)))
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, parse))
  },
})

/** Puts the groups into the fields; false without a match. */
type Reader = (line: string, record: LogRecord) => boolean

function createReader(pattern: Pattern, types: Readonly<Record<string, ValueType>>): Reader {
  const groups: Array<{ readonly index: number; readonly name: string; readonly type: ValueType | null }> = []
  pattern.names.forEach((name, i) => {
    if (name !== null) groups.push({ index: i + 1, name, type: Object.hasOwn(types, name) ? (types[name] as ValueType) : null })
  })
  return (line, record) => {
    const captures = pattern.captures(line)
    if (captures === null) return false
    const { fields } = record
    for (let i = 0; i < groups.length; i++) {
      const { index, name, type } = groups[i] as (typeof groups)[number]
      const text = captures[index]
      if (text !== undefined && text !== '') fields[name] = type === null ? typedValue(text) : valueOfType(text, type)
    }
    return true
  }
}
