// Keeps one record in so many.
import { definePlugin, fieldText, keepRecords, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'filter',
  type: 'sample',
  summary: 'Keeps one record in `rate`, by count or by the value of a field.',
  options: z.strictObject({
    rate: z.int().min(2).max(1_000_000).describe('One in so many is kept.'),
    key: z.string().min(1).optional().describe('A name in body or fields, with dots; all records with the same value there are kept, or none. Without it every `rate`-th record is kept.'),
  }),
  example: 'rate: 10\nkey: trace_id\nwhen: NOT level:>=error',
  docs: [
    'With `key` the value decides by its hash (FNV-1a): the same request or user is kept or dropped as a whole, on every machine and after every restart, and about one value in `rate` is kept. '
      + 'Without it, and for records that have no such field, the first record of every `rate` is kept, counted over all sources from the start of Sawlog.',
    'What is kept carries `sample_rate` in its fields, so that sums can be scaled up. Use `when:` for what must never be dropped. What it dropped is counted as `sampled_out`.',
  ].join('\n\n'),
  sample: {
    line: '{"trace_id":"4bf92f35","msg":"cache hit"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"app","host":"web1","tags":["general"],"body":{"trace_id":"4bf92f35","msg":"cache hit"},"fields":{"sample_rate":10},"guessed":["time","level"]}',
  },
  setup({ rate, key }, { hooks, name, count }) {
    /** Records without a key so far, modulo `rate`. */
    let turn = 0
    hooks.filter.tap(name, (batch) => {
      const before = batch.records.length
      try {
        return keepRecords(batch, (record) => {
          const value = key === undefined ? null : fieldText(record, key)
          const kept = value === null ? turn === 0 : hash(value) % rate === 0
          if (value === null) turn = (turn + 1) % rate
          if (kept) record.fields['sample_rate'] = rate
          return kept
        })
      } finally {
        const dropped = before - batch.records.length
        if (dropped > 0) count('sampled_out', dropped)
      }
    })
  },
})

/** FNV-1a over UTF-16 units, then the last steps of MurmurHash3: its low bits alone are not even enough for `%`. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
