// Prints records as they are found, until there are no more or nobody reads.
import type { FoundRecord } from '../search/store.ts'
import type { Printer } from './printer.ts'
import type { RecordFormat } from './record-format.ts'

/** Written at once when so much has gathered, or when the search takes a breath: a write a record costs more than finding it. */
const CHUNK_CHARS = 64 * 1024

/** Resolves with how many were printed. `eager`: each is printed as it comes. */
export async function printRecords(found: AsyncIterable<FoundRecord>, format: RecordFormat, printer: Printer, eager = false): Promise<number> {
  let count = 0
  let text = format.head
  for await (const record of found) {
    count++
    text += format.line(record)
    if (!eager && text.length < CHUNK_CHARS) continue
    if (!(await printer.print(text))) return count
    text = ''
  }
  if (text !== '') await printer.print(text)
  return count
}
