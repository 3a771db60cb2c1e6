// Where to begin to read what is of some time or later.
import type { Catalog } from './catalog.ts'
import type { SegmentWriter } from './segment-writer.ts'

/** The beginning of the first segment of our own that may hold such a record, `time` in epoch ms; null where none does. */
export function placeSince(catalog: Catalog, active: SegmentWriter | null, time: number): { segment: number; record: number } | null {
  const row = catalog.all().find(({ lastTime, journal }) => journal === null && lastTime !== null && lastTime >= time)
  if (row !== undefined) return { segment: row.number, record: 0 }
  return active !== null && active.lastTime >= time ? { segment: active.number, record: 0 } : null
}
