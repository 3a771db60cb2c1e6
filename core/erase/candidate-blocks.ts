// Which blocks of a sealed segment may hold a match, by its index - only where that is proven intact: what a damaged filter hides would not be erased.
import { closeSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { IndexHeader } from '../journal/sealed/index-header.ts'
import { blocksWithTokens, NoIndex, readIndexHeader } from '../journal/sealed/read-index.ts'
import { filterBytes } from '../journal/sealed/token-filters.ts'
import { tokenHash } from '../journal/sealed/token-hash.ts'
import { askIndex } from '../search/plan/ask-index.ts'
import { resolveQuery } from '../search/plan/resolve-query.ts'
import type { EraseJob } from './erase-job.ts'

/** For each block's offset in the file whether it may; a block that is not there is not known. Null: nothing is known. */
export function candidateBlocks({ index: path, query, from, to, at }: Pick<EraseJob, 'index' | 'query' | 'from' | 'to' | 'at'>, fileBytes: number): ReadonlyMap<number, boolean> | null {
  let header: IndexHeader
  let fd: number
  try {
    header = readIndexHeader(path, fileBytes)
    fd = openSync(path, 'r')
  } catch (error) {
    if (error instanceof NoIndex || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    const filters = intact(fd, header) ? (tokens: readonly string[]): Uint8Array | null => blocksWithTokens(fd, header, tokens.map(hashOf)) : null
    const asked = resolveQuery(query, from, to, at)
    const read = new Set(askIndex(header, filters, asked.query, asked.from, asked.to, { kind: 'blocks' }).read)
    return new Map(header.blocks.map(([offset], i) => [offset, read.has(i)]))
  } finally {
    closeSync(fd)
  }
}

/** A search does not check this at each question; 2 MB take less than a millisecond. */
function intact(fd: number, { filters }: IndexHeader): boolean {
  const bytes = Buffer.allocUnsafe(filterBytes(filters))
  return readSync(fd, bytes, 0, bytes.length, filters.offset) === bytes.length && crc32(bytes) === filters.crc
}

function hashOf(token: string): ReturnType<typeof tokenHash> {
  const bytes = Buffer.from(token)
  return tokenHash(bytes, 0, bytes.length)
}
