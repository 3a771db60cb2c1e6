// How the commands print a record: a line of text, of JSON, or a row of CSV.
import { colourLevel } from '../colour-level.ts'
import { escapeControls } from '../escape-controls.ts'
import { StoredLine } from '../journal/stored-line.ts'
import { compileLineFormat, LINE_FORMATS } from '../line-format.ts'
import { csvFormat, CSV_COLUMNS } from '../search/record-csv.ts'
import { recordJson } from '../search/record-json.ts'
import type { FoundRecord } from '../search/store.ts'
import { UsageError } from './usage-error.ts'

export interface RecordFormat {
  /** Comes before the first record. */
  readonly head: string
  line(found: FoundRecord): string
}

export const RECORD_FORMATS = ['text', 'json', 'csv', 'raw', 'debug'] as const

/** Throws UsageError for a format there is not. Text is coloured on a terminal, unless NO_COLOR is set. */
export function recordFormat(name: string, columns: string | undefined): RecordFormat {
  if (name === 'json') return { head: '', line: ({ id, text }) => `${escaped(recordJson(id, text))}\n` }
  if (name === 'csv') {
    const { header, row } = csvFormat(columns === undefined ? CSV_COLUMNS : columns.split(','))
    return { head: header, line: ({ text }) => row(text) }
  }
  if (!(LINE_FORMATS as readonly string[]).includes(name)) throw new UsageError(`there is no format ${JSON.stringify(name)}. Use one of ${RECORD_FORMATS.join(', ')}.`)
  const format = compileLineFormat(name)
  const coloured = process.stdout.isTTY && !process.env['NO_COLOR']
  return {
    head: '',
    line({ text }) {
      const line = new StoredLine(0, 0, Buffer.from(text))
      const shown = escapeControls(format(line))
      return coloured ? `${colourLevel(line.value.level, shown)}\n` : `${shown}\n`
    },
  }
}

/** On a terminal no log line may steer it; inside JSON the escapes mean the same characters. */
function escaped(json: string): string {
  return process.stdout.isTTY ? escapeControls(json) : json
}
