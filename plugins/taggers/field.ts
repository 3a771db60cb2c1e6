// Copies, renames and maps fields, and makes a host or a tag of one.
import { definePlugin, eachRecord, fieldValue, z, type Json, type LogRecord } from '../../core/plugin.ts'

/** As long as names of components: longer ones are data, not tags. */
const MAX_TAG_CHARS = 64
/** As long as names of hosts may be. */
const MAX_HOST_CHARS = 255

// oxlint-disable-next-line no-control-regex -- they are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

const path = z.string().min(1)
const scalar = z.union([z.string(), z.number(), z.boolean()])

export default definePlugin({
  kind: 'tagger',
  type: 'field',
  summary: 'Copies, renames and maps fields, and sets host and tags from them.',
  options: z
    .strictObject({
      copy: z.record(path, path).default({}).describe('`new: old`: sets the field `new` to what stands at `old`, in body or fields.'),
      rename: z.record(path, path).default({}).describe('`new: old`: the same for a field, which is then gone under its old name. The body stays as it came.'),
      map: z
        .strictObject({
          field: path.describe('The value to map, in body or fields.'),
          values: z.record(z.string(), scalar).describe('New values by old ones, which are compared as text.'),
          default: scalar.optional().describe('For values that are not among them; without it those are left alone. A record without the field gets nothing.'),
          to: path.optional().describe('The field that gets the new value; `field` by default.'),
        })
        .optional()
        .describe('Sets a field by the value of another.'),
      host: path.optional().describe("Sets the record's host to what stands there."),
      tag: path.optional().describe(`Adds what stands there as a tag, if it has at most ${MAX_TAG_CHARS} characters.`),
    })
    .refine((options) => Object.keys(options.copy).length + Object.keys(options.rename).length > 0 || options.map !== undefined || options.host !== undefined || options.tag !== undefined, { error: 'expected copy, rename, map, host or tag' }),
  example: 'copy:\n  user: req.user.id\nrename:\n  latency_ms: latency\nmap:\n  field: status\n  values: { 200: ok, 404: missing }\n  default: other\n  to: outcome\nhost: kubernetes.node\ntag: service',
  docs: [
    'Old names are looked up in the body, then in the fields: `level`, `source`, `host` and `message` are the record\'s, anything else a key of that very name or a path with dots. New names are always fields, with their dots as part of the name, and replace a field of the same name. '
      + 'Values keep their type. What is not there, or null, is passed over.',
    'The order is copy, rename, map, host, tag, so each sees what those before it made. For a second map add a second `field` tagger. '
      + `A tag or host must be a text or a number without control characters, of at most ${MAX_TAG_CHARS} and ${MAX_HOST_CHARS} characters; objects, long and empty values are passed over. Tags are counted and shown: do not make one of what has a new value in every record.`,
  ].join('\n\n'),
  sample: {
    line: '{"status":200,"service":"cart","req":{"user":{"id":7}}}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"app","host":"web1","tags":["cart"],"body":{"status":200,"service":"cart","req":{"user":{"id":7}}},"fields":{"user":7,"outcome":"ok"},"guessed":["time","level"]}',
  },
  setup({ copy, rename, map, host, tag }, { hooks, name }) {
    const copies = Object.entries(copy)
    const renames = Object.entries(rename)
    const values = new Map(Object.entries(map?.values ?? {}))
    hooks.tag.tap(name, (batch) => eachRecord(batch, (record) => {
      for (const [to, from] of copies) set(record, to, fieldValue(record, from))
      for (const [to, from] of renames) {
        if (to === from || !Object.hasOwn(record.readFields, from)) continue
        set(record, to, record.readFields[from])
        delete record.fields[from]
      }
      if (map !== undefined) {
        const value = fieldValue(record, map.field)
        if (value !== undefined && value !== null && typeof value !== 'object') set(record, map.to ?? map.field, values.get(String(value)) ?? map.default)
      }
      if (host !== undefined) record.host = nameOf(fieldValue(record, host), MAX_HOST_CHARS) ?? record.host
      const added = tag === undefined ? null : nameOf(fieldValue(record, tag), MAX_TAG_CHARS)
      if (added !== null && !record.tags.includes(added)) record.tags.push(added)
    }))
  },
})

function set(record: LogRecord, to: string, value: Json | undefined): void {
  if (value !== undefined) record.fields[to] = value
}

function nameOf(value: Json | undefined, maxChars: number): string | null {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text !== 'string' || text === '' || text.length > maxChars || CONTROL.test(text) ? null : text
}
