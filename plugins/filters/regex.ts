// Keeps or drops records by regular expressions over the line or one field.
import { definePlugin, fieldText, keepRecords, patterns, z, type Pattern } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'filter',
  type: 'regex',
  summary: 'Keeps records that match one of `include` and none of `exclude`.',
  options: z.strictObject({
    include: patterns().optional().describe('A regular expression or a list; without it all records are included.'),
    exclude: patterns().optional().describe('A regular expression or a list; what matches one is dropped, even if included.'),
    field: z.string().min(1).optional().describe('`message`, `level`, `source`, `host`, or a name in body or fields, with dots; without it the whole line is looked at.'),
  }).refine(({ include, exclude }) => include !== undefined || exclude !== undefined, { error: 'expected include, exclude or both' }),
  example: 'include: error|payment\nexclude: [healthcheck, (?i)^debug]',
  docs: 'RE2 syntax, found anywhere in the text unless anchored with `^` or `$`; `(?i)` at the start ignores case. Lookaround and backreferences are refused, so no line can hold Sawlog up. '
    + 'A record without the field does not match: `include` drops it, `exclude` keeps it. What a filter drops is counted but not stored.',
  sample: {
    line: 'GET /healthcheck 200',
    record: '',
  },
  setup({ include, exclude, field }, { hooks, name }) {
    const wanted = include ?? null
    const unwanted = exclude ?? []
    hooks.filter.tap(name, (batch) => keepRecords(batch, (record) => {
      const text = field === undefined ? record.line : fieldText(record, field)
      if (text === null) return wanted === null
      return (wanted === null || matchesOne(wanted, text)) && !matchesOne(unwanted, text)
    }))
  },
})

function matchesOne(patterns: readonly Pattern[], text: string): boolean {
  for (let i = 0; i < patterns.length; i++) if ((patterns[i] as Pattern).test(text)) return true
  return false
}
