// Drops every record that `when:` hands to it.
import { definePlugin, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'filter',
  type: 'drop',
  summary: 'Drops the records that match `when:`.',
  options: z.strictObject({}),
  example: 'when: level:[trace TO debug] OR path:"/healthz"',
  docs: '`when:` must be given, and is the search language: levels, tags, fields, words, patterns. What is dropped is counted, under `dropped` for all filters and for this one, but not stored; nothing brings it back.',
  sample: {
    line: 'GET /healthz 200',
    record: '',
  },
  needsWhen: 'without one everything would be dropped. To drop everything on purpose write `when: "*"`',
  setup(_options, { hooks, name, count }) {
    hooks.filter.tap(name, (batch) => {
      if (batch.records.length > 0) count('dropped', batch.records.length)
      return { ...batch, records: [] }
    })
  },
})
