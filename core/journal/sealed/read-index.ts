// Reads the index file of a sealed segment: its head as a whole, its token filters one small read a token.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import type { IndexHeader } from './index-header.ts'
import { filterBytes, type FilterShape, pruneBlocks, windowOf } from './token-filters.ts'
import type { TokenHash } from './token-hash.ts'
import { INDEX_HEAD_AT, INDEX_MAGIC } from './write-index.ts'

/** Most heads are smaller: then one read is all. */
const FIRST_READ = 64 * 1024
/** Counts of a segment whose every record is in a minute of its own; beyond it the file is not one of ours. */
const MAX_HEAD = 256 * 1024 * 1024

/** An index that is not there, damaged, or of another file: the segment is searched without it until it is made anew. */
export class NoIndex extends Error {
  override readonly name = 'NoIndex'
}

/** `fileBytes`: length of the sealed file. Throws NoIndex. */
export function readIndexHeader(path: string, fileBytes: number): IndexHeader {
  try {
    const fd = openSync(path, 'r')
    try {
      const header = parseHead(fd)
      if (fstatSync(fd).size !== header.filters.offset + filterBytes(header.filters)) throw new NoIndex('its length is wrong')
      if (header.file.bytes !== fileBytes) throw new NoIndex('it is the index of another file')
      return header
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    throw error instanceof NoIndex ? error : new NoIndex((error as Error).message)
  }
}

/** Read into again and again: 8 KB a segment and token would be collected in every search. */
let scratch = Buffer.alloc(0)

/** For each block whether it may hold all of the tokens (1) or not (0). `fd` is the open index file. Throws NoIndex when it is too short. */
export function blocksWithTokens(fd: number, header: Pick<IndexHeader, 'blocks'> & { readonly filters: FilterShape & { readonly offset: number } }, tokens: readonly TokenHash[]): Uint8Array {
  const may = new Uint8Array(header.blocks.length).fill(1)
  for (const token of tokens) {
    const { start, length } = windowOf(header.filters, token)
    if (scratch.length < length) scratch = Buffer.allocUnsafeSlow(length)
    const window = scratch.subarray(0, length)
    if (readSync(fd, window, 0, length, header.filters.offset + start) < length) throw new NoIndex('it ends too early')
    pruneBlocks(window, header.filters, token, may)
    if (!may.includes(1)) break
  }
  return may
}

function parseHead(fd: number): IndexHeader {
  const bytes = Buffer.allocUnsafe(FIRST_READ)
  const got = readSync(fd, bytes, 0, FIRST_READ, 0)
  if (got < INDEX_HEAD_AT || INDEX_MAGIC.compare(bytes, 0, INDEX_MAGIC.length) !== 0) throw new NoIndex('it does not begin as an index does')
  const length = bytes.readUInt32LE(INDEX_MAGIC.length)
  if (length > MAX_HEAD) throw new NoIndex('its head is too long')
  let head = bytes.subarray(INDEX_HEAD_AT, Math.min(got, INDEX_HEAD_AT + length))
  if (head.length < length) {
    head = Buffer.allocUnsafe(length)
    if (readSync(fd, head, 0, length, INDEX_HEAD_AT) < length) throw new NoIndex('its head is cut off')
  }
  const header = JSON.parse(inflateSync(head, { maxOutputLength: MAX_HEAD }).toString('utf8')) as IndexHeader
  if (header.v !== 2) throw new NoIndex('it was written by another version')
  return header
}
