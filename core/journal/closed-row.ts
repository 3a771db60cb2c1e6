// The catalog's row of a segment that was just closed.
import type { SegmentRow } from './catalog.ts'
import type { SegmentWriter } from './segment-writer.ts'

export function closedRow({ number, bytes, records, usage, firstTime, lastTime, firstCommit, lastCommit }: SegmentWriter): SegmentRow {
  return {
    number, bytes, indexBytes: 0, rawBytes: usage.rawBytes, records, state: 'closed', compression: null, journal: null, sources: usage.json,
    firstTime: firstTime === Infinity ? null : firstTime, lastTime: lastTime === -Infinity ? null : lastTime, firstCommit, lastCommit,
  }
}
