// Plugins with the shapes of options that real ones have, so that these tests do not move when a real one does.
import { bytes, definePlugin, duration, secret, z, type Plugin } from '../../../core/plugin.ts'

const nothing = () => ({ start() {}, stop() {}, async deliver() {} })

export const samplePlugins: readonly Plugin[] = [
  definePlugin({
    kind: 'source', type: 'file', summary: 'Follows files.',
    options: z.strictObject({
      paths: z.array(z.string()).min(1).describe('Globs of the files to follow.'),
      start: z.enum(['beginning', 'end']).default('beginning').describe('Where a new file begins.'),
      max_line: bytes().prefault('1MiB').describe('Longest line.'),
    }),
    example: 'paths: [/var/log/app/*.log]',
    setup: nothing,
  }),
  definePlugin({ kind: 'source', type: 'http', summary: 'Takes posts.', options: z.strictObject({}), setup: nothing }),
  definePlugin({ kind: 'parser', type: 'json', summary: 'Reads JSON.', options: z.strictObject({}), setup() {} }),
  definePlugin({ kind: 'parser', type: 'text', summary: 'Reads text.', options: z.strictObject({}), setup() {} }),
  definePlugin({ kind: 'parser', type: 'regex', summary: 'Reads by pattern.', options: z.strictObject({ pattern: z.string().describe('The pattern.') }), setup() {} }),
  definePlugin({
    kind: 'tagger', type: 'keywords', summary: 'Tags by words.',
    options: z.strictObject({ tags: z.record(z.string(), z.array(z.string())).default({ auth: ['login'] }), default: z.string().default('general') }),
    setup() {},
  }),
  definePlugin({
    kind: 'filter', type: 'regex', summary: 'Keeps what matches.',
    options: z.strictObject({ include: z.string().optional().describe('Keep lines that match.'), exclude: z.string().optional() }),
    setup() {},
  }),
  definePlugin({ kind: 'output', type: 'jsonl', summary: 'Writes a file.', guarantee: 'Exactly once.', options: z.strictObject({ path: z.string().min(1) }), setup: nothing }),
  definePlugin({
    kind: 'output', type: 'forward', summary: 'Sends on.',
    options: z.strictObject({ url: z.string(), token: secret().optional(), timeout: duration({ min: 10 }).prefault('30s'), repeat: z.strictObject({ tries: z.int().min(0).default(3) }).prefault({}) }),
    setup: nothing,
  }),
  definePlugin({ kind: 'retention', type: 'age', summary: 'Deletes old records.', options: z.strictObject({ keep: duration() }), setup() {} }),
]
