// Rows of CSV: the cells become fields under the names of the columns, which the config or the stream's first line gives.
import { claimStream, csvCells, definePlugin, eachRecord, parseTime, readFields, readText, timeZone, typedValue, z, type Fields, type LogRecord } from '../../core/plugin.ts'

/** Streams whose columns are remembered; the one that was seen first is forgotten for another. */
const MAX_STREAMS = 10_000
/** A longer "name", or more of them, is data. */
const MAX_NAME_CHARS = 100
const MAX_NAMES = 1_000
/** Fewer cells are found in any text with commas. */
const MIN_CLAIMED_CELLS = 3
const NAME = /^[A-Za-z_@][\w.@-]*$/
const MALFORMED = 'not CSV: a quote is not closed, or text follows a closing one'

export default definePlugin({
  kind: 'parser',
  type: 'csv',
  summary: 'Reads rows of CSV into fields named by the columns, with time and level under the names of the usual loggers.',
  options: z.strictObject({
    columns: z.array(z.string().min(1)).min(1).refine((names) => new Set(names).size === names.length, { error: 'expected names that are all different' }).optional()
      .describe('Names of the columns, in order. Without them the first line of a stream names them.'),
    header: z.boolean().optional()
      .describe('Whether the first line of a stream names the columns. Left out: if it looks like names (letters first, no spaces, all different). With `true` names may be anything but numbers and times.'),
    delimiter: oneCharacter().default(',').describe('What stands between cells: one character, such as `;` or `"\\t"`.'),
    quote: oneCharacter().default('"').describe('What stands around cells that hold delimiters; doubled inside.'),
    time_column: z.string().min(1).optional().describe('The column with the time. Left out: `time`, `timestamp`, `ts`, ... as in parser `json`.'),
    level_column: z.string().min(1).optional().describe('The column with the level. Left out: `level`, `severity`, ... as in parser `json`.'),
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  })
    .refine(({ columns, header }) => columns === undefined || header !== true, { error: 'expected `columns` or `header: true`, not both' })
    .refine(({ delimiter, quote }) => delimiter !== quote, { error: 'expected another character than the delimiter', path: ['quote'] })
    .refine(({ columns, time_column: time }) => columns === undefined || time === undefined || columns.includes(time), { error: 'expected one of the columns', path: ['time_column'] })
    .refine(({ columns, level_column: level }) => columns === undefined || level === undefined || columns.includes(level), { error: 'expected one of the columns', path: ['level_column'] }),
  example: 'columns: [time, level, service, message, latency_ms]',
  docs: [
    'RFC 4180: cells in quotes may hold delimiters, doubled quotes and, where the source joins lines, line breaks. Empty cells are left out; others become numbers or booleans where nothing is lost by it: `200`, `-0.5` and `true` do, while `007`, `1.10` and `1e5` stay text. '
      + 'Cells beyond the last column are `column6`, `column7`, ...; a row may be shorter than the columns.',
    'Name the columns in the config where you can. A header is seen once, at the beginning of a file: after a restart in its middle the names are not known, the fields are `column1`, `column2`, ... and the page says so. '
      + 'A line that repeats the names of the columns is a header again; a header is kept as a record without fields.',
    'A row with a malformed quote, or with one cell where several columns are expected, is kept with the reason in `error`; the next row is read as usual. `auto` chooses csv where the first line looks like three names or more and most lines have as many cells.',
  ].join('\n\n'),
  sample: {
    line: '2026-11-01T00:00:00.013Z,error,payment,"card declined, again",310',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":"2026-11-01T00:00:00.013Z,error,payment,\\"card declined, again\\",310",'
      + '"fields":{"time":"2026-11-01T00:00:00.013Z","level":"error","service":"payment","message":"card declined, again","latency_ms":310}}',
  },
  setup(options, { hooks, name, problem }) {
    const { columns, header, delimiter, quote, time_column: timeColumn, level_column: levelColumn } = options
    const zone = options.timezone ?? null
    // Names of the columns by stream, in the order in which they were learned; empty where the first line was no header.
    const known = new Map<string, readonly string[]>()

    const learn = (stream: string, cells: readonly string[]): readonly string[] => {
      const names = header !== false && looksLikeHeader(cells, header === true) ? cells : []
      if (names.length === 0 && header !== false) {
        problem('warn', `cannot name the columns of ${stream}: the first line that was read is no header. The fields are column1, column2, ...`, 'Name them with `columns`, or say `header: false`.')
      }
      if (known.size >= MAX_STREAMS) known.delete(known.keys().next().value as string)
      known.set(stream, names)
      return names
    }
    const firstCells = (lines: readonly string[]): readonly string[] | null => csvCells(lines.find((one) => one.trim() !== '') ?? '', delimiter, quote)
    const parse = (record: LogRecord, stream: string): void => {
      if (record.object !== null) return
      const { line } = record
      if (line.trim() === '') return
      const cells = csvCells(line, delimiter, quote)
      if (cells === null) return refuse(record, MALFORMED, zone)
      const names = columns ?? known.get(stream) ?? learn(stream, cells)
      if (isHeader(cells, names)) return
      if (cells.length === 1 && names.length > 1) return refuse(record, `not CSV: 1 cell where ${names.length} columns are expected`, zone)
      fill(record.fields, cells, names)
      readFields(record, zone, timeColumn, levelColumn)
    }
    claimStream({ name, type: 'csv', hooks }, 'rows with as many cells as the first has names', (line, sample) => {
      const width = columns?.length ?? widthOf(firstCells(sample))
      return width >= MIN_CLAIMED_CELLS && sample.length > 1 && csvCells(line, delimiter, quote)?.length === width
    }, ({ stream, lines }) => {
      // The first line may have been another parser's, when it was all there was to choose from.
      const cells = firstCells(lines)
      if (columns === undefined && cells !== null) learn(stream, cells)
    })
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, (record) => parse(record, batch.stream)))
  },
})

function oneCharacter() {
  return z.string().refine((text) => text.length === 1 && !/[\r\n\ufeff]/.test(text), { error: 'expected one character' })
}

function refuse(record: LogRecord, reason: string, zone: string | null): void {
  record.error = reason
  readText(record, record.line, zone)
}

function fill(fields: Fields, cells: readonly string[], names: readonly string[]): void {
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] as string
    if (cell !== '') fields[names[i] ?? `column${i + 1}`] = typedValue(cell)
  }
}

/** The names themselves, at the beginning of a stream or again behind it. */
function isHeader(cells: readonly string[], names: readonly string[]): boolean {
  if (cells[0] !== names[0] || cells.length !== names.length) return false
  return cells.every((cell, i) => cell === names[i])
}

/** Whether cells can be names; `loosely` where the config says that they are. */
function looksLikeHeader(cells: readonly string[], loosely: boolean): boolean {
  if (cells.length > MAX_NAMES || new Set(cells).size !== cells.length) return false
  return cells.every((cell) => cell.length <= MAX_NAME_CHARS && (loosely ? isNoValue(cell) : NAME.test(cell)))
}

function isNoValue(cell: string): boolean {
  return cell.trim() !== '' && typeof typedValue(cell) === 'string' && parseTime(cell) === null
}

function widthOf(cells: readonly string[] | null): number {
  return cells !== null && looksLikeHeader(cells, false) ? cells.length : 0
}
