// Adds the same tags and fields to every record.
import { definePlugin, eachRecord, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'tagger',
  type: 'static',
  summary: 'Adds fixed tags and fields to every record.',
  options: z
    .strictObject({
      tags: z.array(z.string().min(1)).default([]).describe('Tags to add.'),
      fields: z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()])).default({}).describe('Fields to set, by name: texts, numbers, true or false.'),
    })
    .refine(({ tags, fields }) => tags.length > 0 || Object.keys(fields).length > 0, { error: 'expected tags, fields or both' }),
  example: "tags: [web]\nfields:\n  env: ${ENVIRONMENT:-production}\n  region: eu-1",
  docs: 'With `when:` only the records that match get them. A tag that is there already is not added again; a field of the same name is replaced. Values may come from the environment, as anywhere in the configuration.',
  sample: {
    line: 'GET / 200',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"app","host":"web1","tags":["web"],"body":"GET / 200","fields":{"env":"production","region":"eu-1"},"guessed":["time","level"]}',
  },
  setup({ tags, fields }, { hooks, name }) {
    const entries = Object.entries(fields)
    hooks.tag.tap(name, (batch) => eachRecord(batch, (record) => {
      for (const tag of tags) if (!record.tags.includes(tag)) record.tags.push(tag)
      if (entries.length === 0) return
      const own = record.fields
      for (const [key, value] of entries) own[key] = value
    }))
  },
})
