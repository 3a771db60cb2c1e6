// Cuts the records of one page so that all of them together stay readable in a browser, however long their lines are; whole they are in the API.
import type { ShownRecord } from './shown-record.ts'

/** Of all records of a page: escaped and marked up about a megabyte, of which a browser makes a page in a moment. */
const PAGE_CHARS = 300_000
/** Of one text, so that one record does not take the others' share. */
const TEXT_CHARS = 20_000
/** What every row shows of its message, whatever came before. */
const ROW_CHARS = 400

export function boundRecords(records: readonly ShownRecord[]): ShownRecord[] {
  let left = PAGE_CHARS
  const take = (text: string, least: number): string => {
    const most = Math.max(least, Math.min(TEXT_CHARS, left))
    left -= Math.min(text.length, most)
    return text.length > most ? `${text.slice(0, most)}…` : text
  }
  return records.map((record) => {
    const message = take(record.message, ROW_CHARS)
    const fields: Array<readonly [string, string]> = []
    for (const [name, value] of record.fields) {
      if (left <= 0) break
      fields.push([take(name, 0), take(value, 0)])
    }
    return { ...record, message, fields }
  })
}
