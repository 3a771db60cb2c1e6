// Finds the number in a line that the generator made, in whichever format, also inside a stored record.
import { csvCells } from '../csv.ts'

/**
 * `"seq":17`, ` seq=17`, `[seq=17]`, `&seq=17`, `seq="17"`; in a stored record's text the quote is escaped, in a cell of CSV doubled.
 * Something always follows the number: where the line ends with it, the line was torn and the number may be longer.
 */
const NUMBERED = /(?:\bseq\\?"{1,2}:|[ ?&[]seq=\\?"{0,2})(\d{1,15})\D/

/** `column`: where the number stands in CSV, or null. Null for a line without a number: a header, a stack trace. */
export function sequenceOf(line: string, column: number | null): number | null {
  const cell = column === null ? undefined : cellAt(line, column)
  if (cell !== undefined && /^\d{1,15}$/.test(cell)) return Number(cell)
  const match = NUMBERED.exec(line)
  return match === null ? null : Number(match[1])
}

/** Which column of a CSV header has the number; null where the line is no such header. */
export function sequenceColumn(line: string): number | null {
  if (!/(?:^|,)seq(?:,|$)/.test(line) || !/^[\w.@,-]+$/.test(line)) return null
  return line.split(',').indexOf('seq')
}

function cellAt(line: string, column: number): string | undefined {
  let from = 0
  for (let i = 0; i < column; i++) {
    const comma = line.indexOf(',', from)
    if (comma === -1) return undefined
    from = comma + 1
  }
  const end = line.indexOf(',', from)
  // Commas may stand in the cells before; a line that is no CSV (a malformed one, part of a record) is taken as it is.
  if (line.lastIndexOf('"', end === -1 ? line.length : end) !== -1) return (csvCells(line) ?? line.split(','))[column]
  return end === -1 ? undefined : line.slice(from, end)
}
