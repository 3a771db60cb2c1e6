// Whether an open file is compressed with gzip: its first bytes tell, whatever it is called.
import { readBytes } from './compare-file.ts'
import { GZIP_MAGIC } from './gzip-header.ts'
import type { Reader } from './gzip-stream.ts'

export async function isGzip(io: Reader, fd: number): Promise<boolean> {
  return (await readBytes(io, fd, 0, GZIP_MAGIC.length)).equals(GZIP_MAGIC)
}
