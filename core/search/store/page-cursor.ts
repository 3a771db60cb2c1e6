// The `next` of a page as text: the last record's place in the order of results. Opaque to its users.
import type { RecordKey } from '../record-key.ts'

export function writeCursor({ time, segment, record }: RecordKey): string {
  return `${time.toString(36)}.${segment.toString(36)}.${record.toString(36)}`
}

/** Null when it is none of ours. */
export function readCursor(text: string): RecordKey | null {
  const match = /^(-?[0-9a-z]{1,12})\.([0-9a-z]{1,10})\.([0-9a-z]{1,10})$/.exec(text)
  if (match === null) return null
  const [time, segment, record] = match.slice(1).map((part) => Number.parseInt(part, 36))
  return { time: time as number, segment: segment as number, record: record as number }
}
