// An unsealed segment cut into megabytes: each cell is the lines that begin in it, so that cells can be read one by one, in any order.
import { readSync } from 'node:fs'
import { IndexBuilder } from '../../journal/sealed/index-builder.ts'
import { isRecordLine } from '../../journal/frame.ts'
import type { Cell } from './task.ts'

/** As much as a block of a sealed segment. */
export const CELL_BYTES = 1024 * 1024

const NEWLINE = 10
/** How much is read at a time to find the end of a cell's last line. */
const STEP = 64 * 1024

/** `bytes` is how far the segment can be read; it ends with a line. What is counted is all that is known of a cell: there are no token filters. */
export function surveyCell(fd: number, bytes: number, cell: number): Cell {
  const { lines, start } = readCell(fd, bytes, cell)
  const index = new IndexBuilder(null)
  let records = 0
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf(NEWLINE, at)
    if (end === -1) break
    if (isRecordLine(lines, at)) {
      index.line(lines, at, end)
      records++
    }
    at = end + 1
  }
  index.block({ offset: start, length: lines.length, raw: lines.length, records, first: 0 })
  return { start, end: start + lines.length, records, index: index.content }
}

function readCell(fd: number, bytes: number, cell: number): { lines: Buffer; start: number } {
  // One byte more: a line begins at the cell's first byte only if the byte before ends one.
  const from = Math.max(0, cell * CELL_BYTES - 1)
  const to = Math.min(bytes, (cell + 1) * CELL_BYTES)
  let buffer: Buffer = Buffer.allocUnsafeSlow(to - from + STEP)
  let length = readSync(fd, buffer, 0, to - from, from)
  const first = cell === 0 ? 0 : buffer.subarray(0, length).indexOf(NEWLINE) + 1
  if ((cell > 0 && first === 0) || first + from >= to) return { lines: Buffer.alloc(0), start: to }
  // A line that begins in the cell may end beyond it.
  let end = length
  while (buffer[end - 1] !== NEWLINE && from + length < bytes) {
    if (buffer.length < length + STEP) buffer = Buffer.concat([buffer.subarray(0, length)], Math.max(length * 2, length + STEP))
    const got = readSync(fd, buffer, length, Math.min(STEP, bytes - from - length), from + length)
    if (got === 0) break
    const newline = buffer.subarray(length, length + got).indexOf(NEWLINE)
    length += got
    end = newline === -1 ? length : length - got + newline + 1
    if (newline !== -1) break
  }
  return { lines: buffer.subarray(first, end), start: from + first }
}
