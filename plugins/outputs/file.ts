// Writes records as lines of text to a file that is rotated by size and age.
import { bytes, definePlugin, duration, lineFormat, RotatingFile, z } from '../../core/plugin.ts'

/** Smaller files would be nothing but rotation. */
const MIN_SIZE = 1024

export default definePlugin({
  kind: 'output',
  type: 'file',
  summary: 'Writes every record as a line of text to a file, and rotates it by size and age.',
  options: z.strictObject({
    path: z.string().min(1).describe('The file. Directories that are missing are made.'),
    format: lineFormat().prefault('text')
      .describe('`text` (time, level, source, tags, message), `json` (the stored line), `raw` (the body as it came), `debug` (text and all fields), or a template such as `[{time}] {level:5} {message}`.'),
    max_size: bytes({ min: MIN_SIZE }).optional().describe('Before a record would make the file larger than this, it is rotated. Without it the file is not rotated by size.'),
    max_age: duration({ min: 1000 }).optional().describe('When the file has been written for this long, the next record begins another. Without it age does not matter.'),
    backups: z.int().min(0).max(1000).default(5).describe('Rotated files kept: `path.1` is the newest; the oldest is deleted.'),
  }),
  example: 'path: logs/app.log\nformat: "[{time}] {LEVEL}: {message}"\nmax_size: 1MB\nbackups: 3',
  ownFile: 'path',
  guarantee: 'Exactly once over the file and its backups, also over `kill -9` in the middle of a rotation, until the oldest backup is deleted.',
  docs: [
    'Names in a template: `time`, `level`, `LEVEL` (in capitals), `source`, `host`, `tags`, `message`, `body`, `fields`, `guessed`, `error`, or any name in body or fields, with dots (formats of the logging module of Python work as well: `%(asctime)s %(levelname)-8s %(name)s: %(message)s`). '
      + '`{level:5}` is padded to five characters, `{level:-5}` on the left; `{{` and `}}` are braces. What a record does not have is empty.',
    'A record is one line: line breaks and control characters in it are written as `\\n`, `\\u001b`. Only `raw` leaves them as they came.',
    'Rotation renames: a reader that follows renamed files (Sawlog\'s own file source, `tail -F`) misses nothing. It happens when a record is written, so a silent file stays. '
      + 'Before anything is moved the cursor notes which files are meant; after a crash only those moves are finished.',
    'After a crash the file is compared with what would be written and only completed, as for `jsonl`. The other way round, changing `format` while records are unconfirmed by a crash leaves those records in both formats.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: '2026-11-01T00:00:00.013Z ERROR app [payment] card declined',
  },
  setup({ path, format, max_size: maxBytes, max_age: maxAgeMs, backups }, { problem }) {
    return new RotatingFile({ path, render: (line) => Buffer.from(`${format(line)}\n`), maxBytes: maxBytes ?? null, maxAgeMs: maxAgeMs ?? null, backups }, problem)
  },
})
