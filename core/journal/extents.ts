// How far each segment can be read: closed ones to their end, the active one to its last durable frame. Foreign segments are not there.
import { type Catalog, fileOf, type SegmentRow } from './catalog.ts'
import type { JournalReader } from './reader.ts'
import { segmentName } from './segment-name.ts'
import type { SegmentWriter } from './segment-writer.ts'
import type { Cursor } from './stored-line.ts'

/** Where the readable part of a segment ends. */
export interface Extent {
  readonly segment: number
  /** Name of the file that holds it now: another one once it is sealed. */
  readonly file: string
  /** Length of the readable part; of a sealed segment that of its record lines. */
  readonly bytes: number
  readonly records: number
  /** No more will follow in this segment. */
  readonly closed: boolean
  /** Set where it is sealed. */
  readonly sealed: SegmentRow | null
}

export interface Extents {
  /** The segment with this number, or null. */
  at(segment: number): Extent | null
  /** The first segment with a number above, or null. */
  after(segment: number): Extent | null
}

export function extentsOf(catalog: Catalog, active: () => SegmentWriter | null): Extents {
  const at = (number: number): Extent | null => {
    const segment = active()
    if (segment?.number === number) return { segment: number, file: segmentName(number), bytes: segment.bytes, records: segment.records, closed: false, sealed: null }
    const row = catalog.get(number)
    // What is being deleted is as good as gone: its file may be so at any moment.
    if (row === undefined || row.journal !== null || row.state === 'deleting') return null
    const sealed = row.compression === null ? null : row
    return { segment: number, file: fileOf(row), bytes: sealed === null ? row.bytes : row.rawBytes, records: row.records, closed: true, sealed }
  }
  const after = (number: number): Extent | null => {
    const row = catalog.after(number)
    if (row !== undefined) return at(row.number)
    const segment = active()
    return segment !== null && segment.number > number ? at(segment.number) : null
  }
  return { at, after }
}

/** Records and bytes from a cursor to the last durable frame. */
export function lagFrom(extents: Extents, reader: JournalReader, cursor: Pick<Cursor, 'segment' | 'record'>): { records: number; bytes: number } {
  let records = 0
  let bytes = 0
  for (let extent = extents.at(cursor.segment) ?? extents.after(cursor.segment); extent !== null; extent = extents.after(extent.segment)) {
    const own = extent.segment === cursor.segment
    records += Math.max(0, extent.records - (own ? cursor.record : 0))
    bytes += Math.max(0, extent.bytes - (own && reader.segment === cursor.segment ? reader.offset : 0))
  }
  return { records, bytes: records === 0 ? 0 : bytes }
}
