// Found records as rows of CSV, with the columns of the csv output.
import { csvRow } from '../csv.ts'
import { StoredLine } from '../journal/stored-line.ts'
import { storedText } from '../stored-text.ts'

export const CSV_COLUMNS: readonly string[] = ['time', 'level', 'source', 'host', 'tags', 'message', 'body', 'fields']

export interface CsvFormat {
  /** Names the columns; its line end included, as in rows. */
  readonly header: string
  /** Of a stored line as text. */
  row(text: string): string
}

export function csvFormat(columns: readonly string[]): CsvFormat {
  return {
    header: `${csvRow(columns)}\n`,
    row(text) {
      const line = new StoredLine(0, 0, Buffer.from(text))
      return `${csvRow(columns.map((column) => storedText(line, column)))}\n`
    },
  }
}
