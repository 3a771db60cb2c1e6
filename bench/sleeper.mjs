// An output that takes a second for every batch.
import { definePlugin, z } from 'sawlog/plugin'

export default definePlugin({
  kind: 'output',
  type: 'sleeper',
  summary: 'Takes a second for every batch and keeps nothing.',
  options: z.strictObject({}),
  setup: () => ({ deliver: () => new Promise((resolve) => setTimeout(resolve, 1000)) }),
})
