// Tags records by regular expressions, and takes fields out of them by named groups.
import { definePlugin, eachRecord, fieldText, patterns, z, type LogRecord, type Pattern } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'tagger',
  type: 'regex',
  summary: 'Adds each tag one of whose patterns matches, and the named groups of what matched as fields.',
  options: z.strictObject({
    rules: z.record(z.string().min(1), patterns()).refine((rules) => Object.keys(rules).length > 0, { error: 'expected at least one tag with its pattern' }).describe('Patterns by tag: a regular expression or a list.'),
    field: z.string().min(1).optional().describe('`message`, `level`, `source`, `host`, or a name in body or fields, with dots; without it the whole line is looked at.'),
    default: z.string().min(1).nullable().default(null).describe('The tag of records that match no rule; null for none.'),
  }),
  example: "rules:\n  slow: 'took \\d{4,}ms'\n  login: ['(?i)logged in', 'session opened for (?P<user>\\w+)']\ndefault: other",
  docs: [
    'RE2 syntax, found anywhere in the text unless anchored; `(?i)` at the start ignores case. Lookaround and backreferences are refused, so no line can hold Sawlog up. All tags that match are added, in the order of the config.',
    'A named group, `(?P<name>...)` or `(?<name>...)`, becomes a field of that name, as text; a field that is there already is replaced. Of several patterns under one tag the first that matches counts.',
  ].join('\n\n'),
  sample: {
    line: 'session opened for ann',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"app","host":"web1","tags":["login"],"body":"session opened for ann","fields":{"user":"ann"},"guessed":["time","level"]}',
  },
  setup({ rules, field, default: fallback }, { hooks, name }) {
    const entries = Object.entries(rules)
    hooks.tag.tap(name, (batch) => eachRecord(batch, (record) => {
      const text = field === undefined ? record.line : fieldText(record, field)
      let matched = false
      if (text !== null) {
        for (const [tag, list] of entries) {
          if (!matchesOne(list, text, record)) continue
          matched = true
          if (!record.tags.includes(tag)) record.tags.push(tag)
        }
      }
      if (!matched && fallback !== null && !record.tags.includes(fallback)) record.tags.push(fallback)
    }))
  },
})

/** Sets the groups of the first pattern that matches. `test` makes no objects, so it goes first: most lines match nothing. */
function matchesOne(list: readonly Pattern[], text: string, record: LogRecord): boolean {
  for (const pattern of list) {
    if (!pattern.test(text)) continue
    if (/\(\?P?</.test(pattern.source)) {
      const groups = pattern.exec(text)?.groups ?? {}
      for (const key of Object.keys(groups)) record.fields[key] = groups[key] as string
    }
    return true
  }
  return false
}
