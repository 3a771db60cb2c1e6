// What can be said of a cursor that an output returned.
import type { Cursor, StoredLine } from './journal/stored-line.ts'

/** Throws for what is no cursor: it would be saved, and the output would never find its place again. */
export function checkedCursor(cursor: Cursor | undefined): Cursor | undefined {
  if (cursor !== undefined && !(Number.isInteger(cursor.segment) && Number.isInteger(cursor.record))) throw new Error('the output returned a cursor without segment and record')
  return cursor
}

/** Whether the cursor has passed the line. */
export function isBefore(line: StoredLine, cursor: Cursor): boolean {
  return line.segment < cursor.segment || (line.segment === cursor.segment && line.record < cursor.record)
}
