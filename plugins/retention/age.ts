// Deletes records some time after they were stored.
import { definePlugin, duration, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'retention',
  type: 'age',
  summary: 'Deletes records some time after they were stored.',
  options: z.strictObject({
    keep: duration({ min: 1000 }).describe('How long records are kept, such as `7d`.'),
    force: z.boolean().default(false).describe('Deletes also what an output still has to deliver.'),
  }),
  example: 'keep: 7d',
  docs: `
A segment goes once its newest record was stored longer ago than \`keep\`: by the time of storing, not by the time in the record, so that an old log read today stays for its time.
Records live up to \`journal.segment_age\` longer than \`keep\`, because whole segments go, oldest first. What a configured output still has to deliver stays, and is reported, unless \`force\` is set.

When the clock jumps by more than an hour against the machine's own counting of time, or the newest record was stored in the future, nothing goes by age: that is reported once, and ends when the clocks agree
again, after a day without another jump, or with a restart. A machine that was asleep counts as a jump. While the process is stopped a clock put forward cannot be told from time that passed.`,
  setup({ keep, force }, { hooks, name }) {
    hooks.sweep.tapPromise(name, async (store) => {
      await store.deleteBefore({ time: store.now - keep }, { force })
    })
  },
})
