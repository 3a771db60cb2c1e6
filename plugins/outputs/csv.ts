// Writes records as rows of a CSV file with columns that never change.
import { closeSync, openSync, readSync } from 'node:fs'
import { csvRow, definePlugin, ExactFile, Retry, type StoredLine, storedText, z } from '../../core/plugin.ts'

/** Every record has these; what else there is depends on the logs. */
const COLUMNS = ['time', 'level', 'source', 'host', 'tags', 'message', 'body', 'fields']

/** An operator who moved the file away should not wait long. */
const OTHER_COLUMNS_RETRY_MS = 5000

export default definePlugin({
  kind: 'output',
  type: 'csv',
  summary: 'Appends every record as a row to a CSV file.',
  options: z.strictObject({
    path: z.string().min(1).describe('The file. Directories that are missing are made.'),
    columns: z.array(z.string().min(1)).min(1).default(COLUMNS)
      .describe('What the columns are, in this order: `time`, `level`, `source`, `host`, `tags`, `message`, `body`, `fields`, `guessed`, `error`, or names in body or fields, with dots.'),
  }),
  example: 'path: data/collected/collected.csv\ncolumns: [time, level, source, message, status, user.id]',
  ownFile: 'path',
  guarantee: 'Exactly once, also over `kill -9`: each batch is on the disk before it counts as delivered.',
  docs: [
    'RFC 4180 with line feeds: cells with commas, quotes or line breaks are quoted, so a record may span several lines of the file. The first row names the columns. A cell without a value is empty; objects and lists are JSON, tags are joined by commas.',
    'The columns are those of the config, whatever is in a record, so that a file stays one table. A file that begins with other columns is not touched: delivery waits until it was moved away, or the path or the columns were changed.',
    'After a crash the file is compared with what would be written and only completed, as for `jsonl`; rotate it by renaming. A spreadsheet may take a cell that begins with `=` for a formula: cells are written as they are.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"card, declined"}',
    record: '2026-11-01T00:00:00.013Z,error,app,web1,payment,"card, declined","{""level"":""error"",""msg"":""card, declined""}",',
  },
  setup({ path, columns }, { problem }) {
    const header = Buffer.from(`${csvRow(columns)}\n`)
    const render = (line: StoredLine): Buffer => Buffer.from(`${csvRow(columns.map((column) => storedText(line, column)))}\n`)
    const file = new ExactFile({ path, header, render }, problem)
    let checked = false
    return {
      deliver(lines, cursor) {
        if (!checked && !beginsWith(path, header)) {
          throw new Retry(`cannot append to ${path}: its first row is not ${columns.join(',')}. Move the file away, or choose another path.`, OTHER_COLUMNS_RETRY_MS)
        }
        checked = true
        return file.deliver(lines, cursor)
      },
      flush: () => file.flush(),
      close: () => file.close(),
    }
  },
})

/** Whether a file has this header, or no more than a part of it; one that is not there, or cannot be read, is the writer's business. */
function beginsWith(path: string, header: Buffer): boolean {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return true
  }
  try {
    const found = Buffer.alloc(header.length)
    const length = readSync(fd, found, 0, header.length, 0)
    return found.subarray(0, length).equals(header.subarray(0, length))
  } catch {
    return true // a directory, a pipe: the writer says what is wrong
  } finally {
    closeSync(fd)
  }
}
