// Whether an open file holds what was read from another: by head and by the bytes before an offset.
import { fingerprint, HEAD_BYTES, TAIL_BYTES, type Fingerprint } from './fingerprint.ts'
import type { Reader } from './gzip-stream.ts'

export interface Mark {
  readonly offset: number
  readonly head: Fingerprint
  readonly tail: Fingerprint
}

/** The bytes `[from, from + length)`, shorter at the end of the file. */
export async function readBytes(io: Reader, fd: number, from: number, length: number): Promise<Buffer> {
  if (length <= 0) return Buffer.alloc(0)
  const bytes = Buffer.allocUnsafeSlow(length)
  return bytes.subarray(0, await io.read(fd, bytes, 0, length, from))
}

async function holds(io: Reader, fd: number, from: number, [length, hash]: Fingerprint): Promise<boolean> {
  if (length === 0) return true
  const bytes = await readBytes(io, fd, from, length)
  return bytes.length === length && fingerprint(bytes)[1] === hash
}

/**
 * `whole`: the file holds everything up to the mark's offset. `short`: it begins the same but ends before the offset: a copy made before
 * the last lines were read. That is only believed for a full head.
 */
export async function compareFile(io: Reader, fd: number, size: number, mark: Mark): Promise<'whole' | 'short' | null> {
  if (size < mark.head[0] || !(await holds(io, fd, 0, mark.head))) return null
  if (size < mark.offset) return mark.head[0] === HEAD_BYTES ? 'short' : null
  return (await holds(io, fd, mark.offset - mark.tail[0], mark.tail)) ? 'whole' : null
}

/** Whether a file, as far as it goes, equals another: a copy that is being made. Compares its beginning and its end. */
export async function equalSoFar(io: Reader, fd: number, size: number, original: number): Promise<boolean> {
  const head = Math.min(HEAD_BYTES, size)
  const tail = Math.min(TAIL_BYTES, size)
  for (const [from, length] of [[0, head], [size - tail, tail]] as const) {
    if (!(await readBytes(io, fd, from, length)).equals(await readBytes(io, original, from, length))) return false
  }
  return true
}
