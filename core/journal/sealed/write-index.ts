// Writes the index file of a sealed segment: a head of deflated JSON, then the token filters, which begin at a multiple of 4 KiB.
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'
import { writeAll } from '../../write-all.ts'
import type { IndexBuilder } from './index-builder.ts'
import type { IndexHeader } from './index-header.ts'
import { buildFilters } from './token-filters.ts'

/** `SLIDX1`, a newline so that it is not taken for text, a zero. */
export const INDEX_MAGIC = Buffer.from('SLIDX1\n\0')
/** Magic and length of the head. */
export const INDEX_HEAD_AT = INDEX_MAGIC.length + 4
/** Pages of a disk: one token's rows are read as two or three of them. */
const PAGE = 4096

/** Makes it durable under `path`; returns its length. */
export function writeIndex(path: string, built: IndexBuilder, segment: number, file: IndexHeader['file']): number {
  const { shape, bytes } = buildFilters(built.tokens)
  const crc = crc32(bytes)
  // The offset depends on the length of the text it is part of: room for its digits is found by trying.
  let offset = PAGE
  const headFor = (at: number): Buffer => {
    const header: IndexHeader = { v: 2, segment, file, ...built.content, filters: { ...shape, offset: at, crc } }
    return deflateSync(JSON.stringify(header))
  }
  let head = headFor(offset)
  while (INDEX_HEAD_AT + head.length > offset) {
    offset = Math.ceil((INDEX_HEAD_AT + head.length) / PAGE) * PAGE
    head = headFor(offset)
  }
  const start = Buffer.alloc(offset)
  INDEX_MAGIC.copy(start)
  start.writeUInt32LE(head.length, INDEX_MAGIC.length)
  head.copy(start, INDEX_HEAD_AT)
  const fd = openSync(path, 'w', 0o640)
  try {
    for (const part of [start, bytes]) writeAll(fd, part)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  return offset + bytes.length
}
