// The first stored record of a time or later: where an output that is told to deliver once more begins.
import type { Place } from './cursor-order.ts'
import type { Journal } from './journal/journal.ts'

const RECORDS = 5000
const BYTES = 1024 * 1024
/** A stored line begins with its time. */
const TIME_AT = '{"time":"'.length

/** In the order of storing, `since` in epoch ms; the head where there is none. Reads at most one segment through. */
export async function placeOfTime(journal: Journal, since: number): Promise<Place> {
  const begin = journal.since(since)
  const reader = journal.reader(begin)
  try {
    for (;;) {
      const { lines } = await reader.read(RECORDS, BYTES)
      if (lines.length === 0) return journal.head()
      for (const line of lines) {
        const { text } = line
        // What cannot be read as a time is not passed over.
        if (!(Date.parse(text.slice(TIME_AT, text.indexOf('"', TIME_AT))) < since)) return { segment: line.segment, record: line.record }
      }
    }
  } finally {
    await reader.close()
  }
}
