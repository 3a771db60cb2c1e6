// Lines read by grok expressions, with the standard definitions of Logstash.
import {
  claimStream, compileGrok, definePlugin, eachRecord, GROK_NAMES, grokDefinitions, PatternError, readCaptured, readText, timeFormat, timeZone, z,
  type Grok, type LogRecord,
} from '../../core/plugin.ts'

const options = z.strictObject({
  pattern: z.union([z.string(), z.array(z.string()).min(1)]).describe('A grok expression such as `%{COMBINEDAPACHELOG}`, or a list of them: the first that matches counts.'),
  definitions: z.record(z.string().regex(/^[A-Za-z0-9_.-]+$/, 'expected letters, digits, "_", "-" and "."'), z.string()).default({})
    .describe('Definitions of your own, NAME -> expression; one with the name of a standard definition replaces it.'),
  names: z.enum(GROK_NAMES).default('ecs').describe('Field names of the standard definitions: `ecs` nests them as Logstash 8 does (`source.address`), `legacy` has the flat ones from before (`clientip`).'),
  time_format: timeFormat().optional().describe('Format of the time as strptime has it (`%d/%b/%Y:%H:%M:%S %z`); without it, or where it does not fit, the usual formats are tried.'),
  timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
})

type Options = Pick<z.output<typeof options>, 'pattern' | 'definitions' | 'names'>

export default definePlugin({
  kind: 'parser',
  type: 'grok',
  summary: 'Reads lines by grok expressions, with the standard definitions of Logstash.',
  options: options.superRefine((given, context) => {
    compileAll(given, (message, path) => context.addIssue({ code: 'custom', message, path }))
  }),
  example: "pattern: '%{TIMESTAMP_ISO8601:time} %{LOGLEVEL:level} %{ORDER:order} took %{NUMBER:ms:float} ms'\ndefinitions: { ORDER: 'O-[0-9]+' }",
  docs: [
    'It needs a pattern, so it is declared under `parsers:` (with a `name` where there are several) and then named by a source, or found by `auto`, which asks declared parsers first and takes one when most lines of a stream match.',
    '`%{NAME}` stands for a definition, `%{NAME:field}` keeps what it matched as a field, `%{NAME:field:type}` as `int`, `float`, `bool` or `string` (the default; what is not of the type stays text). `[a][b]` is a field inside a field, `(?<field>...)` captures without a definition. '
      + 'A field captured more than once has all its values in an array; an empty capture gives no field. The line stays the body.',
    'The expressions are those of Oniguruma, found anywhere in the line unless anchored; `.` matches line breaks, and `^` and `$` are the ends of lines. Matching takes time linear in the line. Atomic groups `(?>...)` and possessive quantifiers match as plain ones, so a pattern that counts on them to refuse a line may match it; '
      + 'lookahead and lookbehind are taken for single characters in a row; backreferences are refused. Of lines longer than about 80,000 characters one that needs very much backtracking counts as not matching.',
    'The standard definitions are those of logstash-patterns-core (Apache-2.0), in both naming schemes. Fields named `time`, `timestamp`, `ts`, ... give the time, `level`, `severity`, `log.level`, ... the level, as in parser `json`, and `host` or `host.hostname` the host. '
      + 'A line that no pattern matches is kept with the reason in `error`, with the time and level at its head.',
  ].join('\n\n'),
  sample: {
    line: '2026-11-01T00:00:00.013Z ERROR O-1042 took 12.5 ms',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":"2026-11-01T00:00:00.013Z ERROR O-1042 took 12.5 ms",'
      + '"fields":{"time":"2026-11-01T00:00:00.013Z","level":"ERROR","order":"O-1042","ms":12.5}}',
  },
  setup({ time_format: timeFormat, timezone, ...given }, { hooks, name }) {
    const zone = timezone ?? null
    const format = timeFormat ?? null
    const groks = compileAll(given, (message) => { throw new Error(`BUG: the options were not checked: ${message}`) })
    const refusal = groks.length === 1 ? 'does not match the grok pattern' : `matches none of the ${groks.length} grok patterns`
    const parse = (record: LogRecord): void => {
      if (record.object !== null) return
      const { line } = record
      for (let i = 0; i < groks.length; i++) {
        if (!(groks[i] as Grok).match(line, record)) continue
        readCaptured(record, zone, format)
        return
      }
      if (line.trim() === '') return
      record.error = refusal
      readText(record, line, zone)
    }
    claimStream({ name, type: 'grok', hooks }, 'lines that its pattern matches', (line) => groks.some((one) => one.test(line)))
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, parse))
  },
})

/** A pattern that cannot be used is reported and left out. */
function compileAll({ pattern, definitions, names }: Options, report: (message: string, path: Array<string | number>) => void): Grok[] {
  const known = new Map([...grokDefinitions(names), ...Object.entries(definitions)])
  const groks: Grok[] = []
  for (const [i, source] of (typeof pattern === 'string' ? [pattern] : pattern).entries()) {
    try {
      groks.push(compileGrok(source, known))
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      report(error.message, typeof pattern === 'string' ? ['pattern'] : ['pattern', i])
    }
  }
  return groks
}
