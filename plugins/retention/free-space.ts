// Deletes the oldest records when the disk has less free space than it should.
import { bytes, definePlugin, z } from '../../core/plugin.ts'

const PERCENT = /^(\d{1,2}(?:\.\d{1,3})?) ?%$/

/** `10%` as a share of the disk, or a size. Two schemas side by side would hide which was meant. */
const amount = z
  .union([z.number(), z.string()])
  .transform((value, context): { share: number } | { bytes: number } => {
    const percent = typeof value === 'string' ? PERCENT.exec(value.trim()) : null
    if (percent !== null) return { share: Number(percent[1]) / 100 }
    const size = bytes({ min: 1 }).safeParse(value)
    if (size.success) return { bytes: size.data }
    context.addIssue({ code: 'custom', message: `expected a size such as 10GB, or a share of the disk such as '10%', got ${JSON.stringify(value)}` })
    return z.NEVER
  })

export default definePlugin({
  kind: 'retention',
  type: 'free_space',
  summary: 'Deletes the oldest records when the disk has less free space than it should.',
  options: z.strictObject({
    keep: amount.describe("Free space to keep on the disk that holds the journal: a size such as `10GB`, or a share of the disk such as `'10%'`."),
    force: z.boolean().default(false).describe('Deletes also what an output still has to deliver.'),
  }),
  example: "keep: '10%'",
  docs: `
Looks at the disk once a minute and after each segment that was closed. Whole segments go, oldest first, as many as make up for what is missing. Free is what a process without privileges may still write. When something else
fills the disk, all records but the segment being written may go: set a \`size\` beside it rather than instead of it. What a configured output still has to deliver stays, and is reported, unless \`force\` is set.`,
  setup({ keep, force }, { hooks, name }) {
    hooks.sweep.tapPromise(name, async (store) => {
      const free = 'bytes' in keep ? keep.bytes : Math.ceil(store.totalDisk * keep.share)
      await store.deleteBefore({ free }, { force })
    })
  },
})
