// Makes the index of a sealed segment anew from its blocks; the index is disposable, the segment is not touched.
import { closeSync, openSync } from 'node:fs'
import { basename } from 'node:path'
import { compressionOf, readBlockTable } from './block-table.ts'
import { DamagedBlock } from './format.ts'
import { IndexBuilder } from './index-builder.ts'
import { readBlockSync } from './read-block.ts'
import { writeIndex } from './write-index.ts'

const NEWLINE = 10

/** Writes the index of the sealed file `path` to `out` and makes it durable. Damaged blocks are left out of it; their numbers are returned. */
export function indexSealed(path: string, out: string, segment: number, name = basename(path)): { indexBytes: number; damaged: number } {
  const table = readBlockTable(path)
  const compression = compressionOf(path)
  const index = new IndexBuilder()
  let damaged = 0
  const fd = openSync(path, 'r')
  try {
    for (const entry of table.blocks) {
      let bytes: Buffer
      try {
        bytes = readBlockSync(fd, entry, compression)
      } catch (error) {
        if (!(error instanceof DamagedBlock)) throw error
        damaged++
        continue
      }
      for (let at = 0; at < bytes.length; ) {
        const newline = bytes.indexOf(NEWLINE, at)
        const end = newline === -1 ? bytes.length : newline
        index.line(bytes, at, end)
        at = end + 1
      }
      index.block(entry)
    }
  } finally {
    closeSync(fd)
  }
  return { indexBytes: writeIndex(out, index, segment, { bytes: table.bytes, name }), damaged }
}
