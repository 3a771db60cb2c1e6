// Where a tail stands in the journal, and the id that says so to its client: that of the last record it has seen.

/** The next record to read. */
export interface Place {
  readonly segment: number
  readonly record: number
}

const ID = /^(\d{1,12})(?:-(\d{1,10}))?$/

/** `12-3456`: behind that record. `12`: before the first record of segment 12, where none has been seen. */
export function tailId({ segment, record }: Place): string {
  return record === 0 ? String(segment) : `${segment}-${record - 1}`
}

/** Null for what is no id. */
export function tailPlace(id: string): Place | null {
  const match = ID.exec(id)
  if (match === null) return null
  return { segment: Number(match[1]), record: match[2] === undefined ? 0 : Number(match[2]) + 1 }
}
