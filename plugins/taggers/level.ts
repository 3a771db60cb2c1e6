// Sets the level of records whose own does not tell: from a field, or by patterns.
import { definePlugin, eachRecord, fieldValue, levelOf, LEVELS, patterns, z, type Json, type Level, type LogRecord } from '../../core/plugin.ts'

const level = z.enum(LEVELS)

export default definePlugin({
  kind: 'tagger',
  type: 'level',
  summary: 'Sets the level from a field or by patterns.',
  options: z
    .strictObject({
      field: z.string().min(1).optional().describe('Where the level stands: a name in body or fields, with dots, or `level` for the one the record has.'),
      map: z.record(z.string().min(1), level).optional().describe("Levels by the field's values, in any case; other values are read as usual."),
      rules: z.partialRecord(level, patterns()).optional().describe('Patterns by level, looked for in the line; the first level that matches, in the order of the config.'),
      overwrite: z.boolean().default(false).describe('Also set levels that were found in the record; otherwise only those that were guessed.'),
    })
    .refine(({ field, rules }) => field !== undefined || (rules !== undefined && Object.keys(rules).length > 0), { error: 'expected field, rules or both' })
    .refine(({ field, map }) => map === undefined || field !== undefined, { error: 'expected field as well: the map is of its values. For the level a record has write `field: level` and `overwrite: true`', path: ['map'] }),
  example: "field: outcome\nmap:\n  declined: error\n  retried: warn\nrules:\n  error: ['(?i)traceback', '\\bpanic:']\n  debug: ^DBG",
  docs: 'The field goes first: by `map`, else by the names and numbers all parsers know (`warning`, `50`, `critical`). Where it has none the `rules` are tried, in RE2 syntax on the whole line. A level set here is no longer marked as guessed. Where nothing is found the level stays.',
  sample: {
    line: '{"outcome":"declined","msg":"card 4242"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":{"outcome":"declined","msg":"card 4242"},"guessed":["time"]}',
  },
  setup({ field, map = {}, rules = {}, overwrite }, { hooks, name }) {
    const byValue = new Map(Object.entries(map).map(([value, to]) => [value.toLowerCase(), to]))
    const byPattern = Object.entries(rules) as Array<[Level, NonNullable<(typeof rules)[Level]>]>
    const ofValue = (value: Json | undefined): Level | null => {
      if (typeof value !== 'string' && typeof value !== 'number') return null
      return byValue.get(String(value).toLowerCase()) ?? levelOf(value)
    }
    const ofLine = (record: LogRecord): Level | null => {
      const { line } = record
      for (const [to, list] of byPattern) for (const pattern of list) if (pattern.test(line)) return to
      return null
    }
    hooks.tag.tap(name, (batch) => eachRecord(batch, (record) => {
      if (!overwrite && !record.guessed.includes('level')) return
      const found = (field === undefined ? null : ofValue(fieldValue(record, field))) ?? (byPattern.length === 0 ? null : ofLine(record))
      if (found !== null) record.levelFound(found)
    }))
  },
})
