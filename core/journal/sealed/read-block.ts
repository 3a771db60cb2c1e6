// Reads the record lines of one block of a sealed segment.
import { readSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { type BlockEntry, type Compression, DamagedBlock, decodeBlock, decodeBlockAsync } from './format.ts'
import { releaseBytes } from './release-bytes.ts'

/** Blocking, for worker threads. Throws DamagedBlock when its bytes are not what was written, and what `read` throws. `known` as in `decodeBlock`. */
export function readBlockSync(fd: number, entry: BlockEntry, compression: Compression, known: 'known' | null = null): Buffer {
  const member = Buffer.allocUnsafeSlow(entry.length)
  if (readSync(fd, member, 0, entry.length, entry.offset) < entry.length) throw new DamagedBlock('the file ends before it')
  return decodeBlock(member, entry, compression, known)
}

/** As `readBlockSync`, without holding up the thread. */
export async function readBlock(file: FileHandle, entry: BlockEntry, compression: Compression): Promise<Buffer> {
  const member = Buffer.allocUnsafeSlow(entry.length)
  if ((await file.read(member, 0, entry.length, entry.offset)).bytesRead < entry.length) throw new DamagedBlock('the file ends before it')
  const lines = await decodeBlockAsync(member, entry, compression)
  releaseBytes(member)
  return lines
}
