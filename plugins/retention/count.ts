// Deletes the oldest records when there are more than there should be.
import { definePlugin, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'retention',
  type: 'count',
  summary: 'Deletes the oldest records when there are more of them than there should be.',
  options: z.strictObject({
    keep: z.int().min(1).describe('Records to keep.'),
    force: z.boolean().default(false).describe('Deletes also what an output still has to deliver.'),
  }),
  example: 'keep: 100000000',
  docs: `
Whole segments go, oldest first, until at most \`keep\` records are left: fewer may be left, by up to a segment, and more only where the segment being written holds more, or a configured output still has to deliver
them (which is reported) unless \`force\` is set.`,
  setup({ keep, force }, { hooks, name }) {
    hooks.sweep.tapPromise(name, async (store) => {
      await store.deleteBefore({ records: keep }, { force })
    })
  },
})
