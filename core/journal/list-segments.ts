// Every segment that can be read at this moment, for searches: closed ones from the catalog, the active one up to its last durable frame.
import { join } from 'node:path'
import type { Catalog } from './catalog.ts'
import { type ReadableSegment, readableSegment } from './readable-segment.ts'
import { segmentName } from './segment-name.ts'
import type { SegmentWriter } from './segment-writer.ts'

/** Ascending by number; those copied in are among them. */
export function listSegments(directory: string, catalog: Catalog, active: SegmentWriter | null): ReadableSegment[] {
  const listed: ReadableSegment[] = []
  for (const row of catalog.all()) if (row.state !== 'deleting') listed.push(readableSegment(directory, row))
  if (active === null) return listed
  const { number, bytes, records, firstTime, lastTime } = active
  const times = firstTime <= lastTime ? { firstTime, lastTime } : { firstTime: null, lastTime: null }
  const segment: ReadableSegment = { number, kind: 'raw', path: join(directory, segmentName(number)), index: '', bytes, records, ...times }
  // A segment with a higher number was copied in.
  const at = listed.findIndex((other) => other.number > number)
  listed.splice(at === -1 ? listed.length : at, 0, segment)
  return listed
}
