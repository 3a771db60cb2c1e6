// Finds the number in a line that the generator made, in whichever format, also inside a stored record.

/** `"seq":17`, ` seq=17`, `[seq=17]`, `&seq=17`, `seq="17"`; in a stored record's text the quote is escaped, in a cell of CSV doubled. */
const NUMBERED = /(?:\bseq\\?"{1,2}:|[ ?&[]seq=\\?"{0,2})(\d{1,15})/

/** `column`: where the number stands in CSV, or null. Null for a line without a number: a header, a stack trace. */
export function sequenceOf(line: string, column: number | null): number | null {
  if (column !== null) {
    let at = 0
    for (let i = 0; i < column; i++) {
      at = line.indexOf(',', at) + 1
      if (at === 0) return null
    }
    const match = /^\d{1,15}(?!\d)/.exec(line.slice(at, at + 16))
    if (match !== null) return Number(match[0])
  }
  const match = NUMBERED.exec(line)
  return match === null ? null : Number(match[1])
}

/** Which column of a CSV header has the number; null where the line is no such header. */
export function sequenceColumn(line: string): number | null {
  if (!line.startsWith('timestamp,') && !line.startsWith('time,')) return null
  const at = line.trimEnd().split(',').indexOf('seq')
  return at === -1 ? null : at
}
