// Erases the records that match a query some time after they were stored.
import { definePlugin, duration, query, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'retention',
  type: 'erase',
  summary: 'Erases the records that match a query some time after they were stored: shorter lives for some sources, levels or tags.',
  options: z.strictObject({
    when: query().describe('Which records go: a query such as `source:debug` or `level:debug OR tag:health`.'),
    keep: duration({ min: 1000 }).describe('How long they are kept after they were stored, such as `1d`.'),
  }),
  example: "when: 'source:debug'\nkeep: 1d",
  docs: `
Looks at each segment once, when its newest record was stored longer ago than \`keep\`, and rewrites only the compressed blocks in it that hold a matching record; the other blocks stay as they are, byte for byte. A line without text
keeps the number of each erased record, so that links and cursors stay right. A change of \`when\` looks at every segment again. Works for some seconds a minute: on years of logs it takes its time.

Segments that a configured output still has to read are left until it has. Copies that outputs made are out of reach. \`sawlog erase\` does the same at once and for a time range, for personal data.`,
  setup({ when, keep }, { hooks, name }) {
    hooks.sweep.tapPromise(name, async (store) => {
      await store.erase(when, store.now - keep)
    })
  },
})
