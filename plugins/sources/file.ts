// Source: follows log files, whatever rotation does to them.
import { bytes, definePlugin, duration, ENCODINGS, multiline, Tailer, textEncoding, z } from '../../core/plugin.ts'

/** A line shorter than this could not hold an ordinary log record. */
const MIN_LINE = 64
/** From a file's end to its compressed copy: compressing a hundred gigabytes takes less. */
const REMEMBER_MS = 3_600_000

export default definePlugin({
  kind: 'source',
  type: 'file',
  summary: 'Follows files by glob, through rotation, truncation and restarts; every line exactly once.',
  options: z.strictObject({
    paths: z.array(z.string().min(1)).min(1).describe('Files to follow, as globs: `*` within a directory, `**` across directories.'),
    exclude: z.array(z.string().min(1)).default([]).describe('Files to leave out; a pattern without a slash is compared with the file name alone.'),
    start: z.enum(['beginning', 'end']).default('beginning')
      .describe('Where files begin that exist when this source runs for the first time. Files that appear later are read from their beginning.'),
    max_line: bytes({ min: MIN_LINE }).prefault('1MiB').describe('Longer lines are cut here, marked and counted.'),
    encoding: z.enum(ENCODINGS).default('utf-8')
      .describe('How the files are written; lines are stored as UTF-8. `utf-8` also reads UTF-16 where a file begins with a byte order mark. `latin1` means windows-1252.'),
    multiline: multiline(),
    sweep: duration({ min: 10 }).prefault('250ms').describe('How often known files are looked at.'),
    rescan: duration({ min: 100 }).prefault('10s').describe('How often directories are listed in case the watcher missed a new file.'),
    rotate_wait: duration().prefault('5s').describe('How long a file that was deleted, or renamed out of the globs, must be silent before it is let go.'),
    max_open_files: z.int().min(8).default(512).describe('Idle files beyond it are closed, and opened again when they grow.'),
  }),
  example: 'paths: [/var/log/app/*.log]\nexclude: ["*.gz"]',
  docs: `Every line is stored exactly once, across crashes and restarts: a file's position is committed together with its lines.

A file is recognised by device and inode, by its first 1024 bytes, and by the 256 bytes before the position. So it is followed through renames (inside the globs it
goes on under its new path; outside it is read to its end and let go after \`rotate_wait\`), and a truncation is noticed even if the file has grown past the position again.
After copytruncate the copy, if it lies in the same directory under a name that begins with the original's, is read from where the original was left, and not again.
A new file that equals a known one of such a name is therefore held back for up to two seconds, or while it is still being copied.
\`log.file.path\` is the path at the time of reading; through a symbolic link it is the link's path. Two paths to one file are read once.

A path taken out of \`paths\` is left at once; where reading stopped is kept as long as the file exists (for the 1000 files begun last), so that put back it goes on there.

The last line waits for its newline, also across a restart; it is taken as it is once the file is gone. Lines end with LF or CRLF. NUL bytes before a line (left by a writer
that did not notice a truncation) are skipped and counted. A byte order mark is skipped.

With \`multiline\` the lines of one record are put together: \`java\`, \`[cri, java]\`, or \`{ start: '^\\d{4}-' }\`. \`cri\` and \`docker\` join what the container runtime split, stdout and
stderr apart, and hand on one line in the same frame for the parser. A record is complete when the next one begins, when nothing has come for \`timeout\`, and at the end of a file that is
gone. It is not split by a restart: the position stays at its beginning. A continuation that comes later than \`timeout\` is a record of its own. What exceeds \`max_bytes\` or
\`max_lines\` is cut, marked and counted, and the rest, marked too, is the next record. With cri and docker a record that is open while the other stream goes on for \`max_bytes\` is complete.

Gzip files, told by their first bytes, are read as what they decompress to: any number of members, also while they are being written. The compressed form of a file that
was read before (same directory, same name but for numbers, dates and \`.gz\`) is not read again; what had not been read yet is read from it. It is recognised for an hour
after the plain file is gone, also over restarts; content, not the name alone, decides. While both exist the plain one is read. A gzip file that ends too early or is damaged
is named once; what could be decompressed is kept, and more that is written later is read. Four are decompressed at a time. With \`start: end\` gzip files that are
there at the first start count as read. Exclude \`*.gz\` to leave old logs alone.

With another \`encoding\` lines are stored as UTF-8, positions and \`max_line\` count bytes as they are in the file, and cutting a long line never splits a character.
Bytes that mean nothing in the encoding become U+FFFD; the lines are counted. UTF-16 recognised by its byte order mark is remembered with the position, also behind a truncation.
UTF-16 without a mark must be named. All files of one source have one encoding. ISO 2022 (escape sequences that outlast a line) and UTF-32 are not read.

Limits: what is written between a rotation's copy and its truncation is lost by the rotation itself; a file that is truncated and within one sweep filled with the same content
is not told from an unchanged one; a file deleted while Sawlog does not run, or while it is closed because of \`max_open_files\`, is gone.`,
  sample: {
    line: '2026-11-01T00:00:00.013Z ERROR card declined',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":"2026-11-01T00:00:00.013Z ERROR card declined","fields":{"log.file.path":"/var/log/app/app.log"}}',
  },
  setup(options, context) {
    const tailer = new Tailer(context, {
      paths: options.paths,
      exclude: options.exclude,
      start: options.start,
      encoding: textEncoding(options.encoding),
      maxLine: options.max_line,
      multiline: options.multiline,
      sweepMs: options.sweep,
      rescanMs: options.rescan,
      rotateWaitMs: options.rotate_wait,
      maxOpenFiles: options.max_open_files,
      rememberMs: REMEMBER_MS,
    })
    return { start: () => tailer.start(), stop: () => tailer.stop() }
  },
})
