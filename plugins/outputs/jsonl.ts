// Appends the stored lines to a file, one JSON object a line.
import { definePlugin, ExactFile, z } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'output',
  type: 'jsonl',
  summary: 'Appends every record as a line of JSON to a file.',
  options: z.strictObject({
    path: z.string().min(1).describe('The file. Directories that are missing are made.'),
  }),
  example: 'path: data/collected/collected.jsonl\nwhen: tag:payment',
  ownFile: 'path',
  guarantee: 'Exactly once, also over `kill -9`: each batch is on the disk before it counts as delivered.',
  docs: [
    'The lines are the bytes of the journal: `time`, `level`, `source`, `host`, `tags`, `body`, and `fields`, `guessed`, `error` when there are any.',
    'After a crash, what lies beyond the confirmed length is compared with what would be written: equal bytes stay, a torn line is completed, and only the broken rest of an interrupted write is cut. Whole lines are never cut, so a reader that follows the file sees each line once.',
    'Rotate by renaming (`logrotate` without `copytruncate`): an interrupted write is finished in the renamed file while that stays in the same directory, then a new file is begun. With `copytruncate`, or when the file is moved elsewhere in the moment of a crash, the last batch may be in both files; both are reported.',
    'Lines of another writer are kept. If its last line has no end, one is added before the next record. Two outputs need two files.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":{"level":"error","msg":"card declined"},"guessed":["time"]}',
  },
  setup({ path }, { problem }) {
    return new ExactFile({ path }, problem)
  },
})
