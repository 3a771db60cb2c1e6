// Makes the index of a sealed segment anew from its blocks; the index is disposable, the segment is not touched.
import { closeSync, openSync } from 'node:fs'
import { basename } from 'node:path'
import { compressionOf, readBlockTable } from './block-table.ts'
import { type BlockEntry, type Compression, DamagedBlock } from './format.ts'
import { IndexBuilder } from './index-builder.ts'
import { readBlockSync } from './read-block.ts'
import { writeIndex } from './write-index.ts'

const NEWLINE = 10

/** Writes the index of the sealed file `path` to `out` and makes it durable. Damaged blocks are left out of it; how many there are is returned. */
export function indexSealed(path: string, out: string, segment: number, name = basename(path)): { indexBytes: number; damaged: number } {
  const table = readBlockTable(path)
  const index = new IndexBuilder()
  const fd = openSync(path, 'r')
  try {
    const damaged = indexBlocks(fd, table.blocks, compressionOf(path), index)
    return { indexBytes: writeIndex(out, index, segment, { bytes: table.bytes, name }), damaged }
  } finally {
    closeSync(fd)
  }
}

/** Takes the lines of all blocks into `index`; returns how many blocks are damaged and left out. */
export function indexBlocks(fd: number, blocks: readonly BlockEntry[], compression: Compression, index: IndexBuilder): number {
  let damaged = 0
  for (const entry of blocks) {
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
  return damaged
}
