// Makes a damaged segment whole again: bad stretches are kept aside for an operator, tombstones keep the record numbers.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Gap } from '../emit.ts'
import { writeAll } from '../write-all.ts'
import { emptyCounts } from './counts.ts'
import { commitLine, type Scan, tombstone } from './frame.ts'
import { segmentName } from './segment-name.ts'

/** Copies bytes that belong to no frame to `quarantine/`; returns the file's path. */
export function quarantine(directory: string, segment: number, offset: number, bytes: Buffer): string {
  const folder = join(directory, 'quarantine')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${String(segment).padStart(12, '0')}-${offset}.bad`)
  writeFileSync(path, bytes, { mode: 0o640, flush: true })
  return path
}

/** Writes the segment anew under its name, with a frame of tombstones for each bad stretch. Returns its length. */
export function rewriteWithTombstones(directory: string, segment: number, head: Buffer, bytes: Buffer, scan: Scan, gaps: readonly Gap[], now: number): number {
  const path = join(directory, segmentName(segment))
  const fd = openSync(`${path}.tmp`, 'w', 0o640)
  let length = 0
  const put = (part: Buffer): void => {
    writeAll(fd, part)
    length += part.length
  }
  try {
    put(head)
    let next = 0
    let gapsLeft: readonly Gap[] = gaps
    for (const [index, frame] of scan.frames.entries()) {
      const missing = frame.info.first - next
      if (missing > 0 || (index === 0 && gapsLeft.length > 0) || scan.bad.some((stretch) => stretch.end === frame.start)) {
        const records = Buffer.from(tombstone(now, 'damaged on disk; see quarantine').repeat(Math.max(0, missing)))
        put(records)
        put(commitLine(records, {
          frame: Math.max(0, frame.info.frame - 1), first: next, count: Math.max(0, missing), bytes: records.length, at: frame.info.at,
          times: null, moves: [], keys: [], counts: emptyCounts(), gaps: gapsLeft,
        }))
        gapsLeft = []
      }
      put(bytes.subarray(frame.start, frame.end))
      next = frame.info.first + frame.info.count
    }
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(`${path}.tmp`, path)
  return length
}
