// A closed or sealed segment as searches read it.
import { join } from 'node:path'
import { fileBytes, fileOf, type SegmentRow } from './catalog.ts'
import { indexName } from './segment-name.ts'

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

/** `directory` is where the segments are. */
export function readableSegment(directory: string, row: SegmentRow): ReadableSegment {
  const { number, bytes, records, firstTime, lastTime, compression } = row
  const path = join(directory, fileOf(row))
  if (compression === null) return { number, kind: 'raw', path, index: '', bytes, records, firstTime, lastTime }
  return { number, kind: 'sealed', path, index: join(directory, indexName(number)), bytes: fileBytes(row), records, firstTime, lastTime }
}
