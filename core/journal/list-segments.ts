// Every segment that can be read at this moment, for searches: closed ones from the catalog, the active one up to its last durable frame.
import { join } from 'node:path'
import { type Catalog, fileBytes, fileOf } from './catalog.ts'
import { indexName, segmentName } from './segment-name.ts'
import type { SegmentWriter } from './segment-writer.ts'

export interface ReadableSegment {
  readonly number: number
  /** `raw`: record lines between others, readable up to `bytes`. */
  readonly kind: 'sealed' | 'raw'
  readonly path: string
  /** Path of the index file of a sealed segment; it need not be there. */
  readonly index: string
  readonly bytes: number
  readonly records: number
  /** Earliest and latest record time, epoch ms; null: unknown or without records. */
  readonly firstTime: number | null
  readonly lastTime: number | null
}

/** Ascending by number; those copied in are among them. */
export function listSegments(directory: string, catalog: Catalog, active: SegmentWriter | null): ReadableSegment[] {
  const listed: ReadableSegment[] = []
  for (const row of catalog.all()) {
    if (row.state === 'deleting') continue
    const { number, compression, records, firstTime, lastTime } = row
    const kind = compression === null ? 'raw' : 'sealed'
    listed.push({ number, kind, path: join(directory, fileOf(row)), index: kind === 'raw' ? '' : join(directory, indexName(number)), bytes: kind === 'raw' ? row.bytes : fileBytes(row), records, firstTime, lastTime })
  }
  if (active === null) return listed
  const { number, bytes, records, firstTime, lastTime } = active
  const timed = firstTime <= lastTime
  const segment = { number, kind: 'raw', path: join(directory, segmentName(number)), index: '', bytes, records, firstTime: timed ? firstTime : null, lastTime: timed ? lastTime : null } as const
  // A segment with a higher number was copied in.
  const at = listed.findIndex((other) => other.number > number)
  listed.splice(at === -1 ? listed.length : at, 0, segment)
  return listed
}
