// Deletes the oldest records when the journal takes more room than it should.
import { bytes, definePlugin, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'retention',
  type: 'size',
  summary: 'Deletes the oldest records when the journal takes more room on disk than it should.',
  options: z.strictObject({
    keep: bytes({ min: 1 }).describe('Bytes on disk to keep, compressed as they are: `5GB`.'),
    force: z.boolean().default(false).describe('Deletes also what an output still has to deliver.'),
  }),
  example: 'keep: 5GB',
  docs: `
Whole segments go, oldest first, once a minute and after each segment that was closed; the one being written counts and stays. So the journal may be larger than \`keep\` by what is stored in a minute, and by what a
configured output still has to deliver (which is reported) unless \`force\` is set. \`journal.max_size\` is the limit that is never passed.`,
  setup({ keep, force }, { hooks, name }) {
    hooks.sweep.tapPromise(name, async (store) => {
      await store.deleteBefore({ bytes: keep }, { force })
    })
  },
})
