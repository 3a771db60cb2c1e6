// What can be said of a cursor that an output returned.
import type { Cursor } from './journal/stored-line.ts'

export type Place = Pick<Cursor, 'segment' | 'record'>

/**
 * Throws for what is no place between the cursor the output was given and the end of what it was handed: it would be saved, and records
 * be passed over or delivered over and over. With no step made, not even in its state, it would be asked again in a tight loop.
 */
export function checkedCursor(cursor: Cursor | undefined, given: Cursor, end: Place): Cursor | undefined {
  if (cursor === undefined) return undefined
  if (!(Number.isInteger(cursor.segment) && Number.isInteger(cursor.record))) throw new Error('the output returned a cursor without segment and record')
  if (isBefore(cursor, given) || isBefore(end, cursor)) throw new Error('the output returned a cursor outside of the lines it was given')
  if (!isBefore(given, cursor) && JSON.stringify(cursor.state) === JSON.stringify(given.state)) throw new Error('the output returned the cursor it was given; throw Retry to get the same lines again')
  return cursor
}

/** Whether `other` has passed this place, which may be a line's. */
export function isBefore(one: Place, other: Place): boolean {
  return one.segment < other.segment || (one.segment === other.segment && one.record < other.record)
}
