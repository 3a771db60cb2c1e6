// Where a file's stream stands, as it is kept in the journal's commit line.
import type { Position } from '../journal/commit.ts'
import type { Json } from '../json.ts'
import type { Fingerprint } from './fingerprint.ts'

/** `head` and `tail` cover consumed bytes only: what the position vouches for cannot change under an append-only writer. */
export type FilePosition = Position & {
  path: string
  /** The directory's real name and the file's, where `path` goes through a symbolic link: rotation happens there. */
  real?: string
  /** Decimal text: inode numbers may exceed 2^53. */
  dev: string
  ino: string
  head: Fingerprint
  tail: Fingerprint
  /** Where it is not UTF-8; only believed where the config leaves it open. */
  encoding?: string
}

const isFingerprint = (value: Json | undefined): boolean =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'string'

/** The position if it is one of a file, else null (another version's, or a marker). */
export function filePosition(position: Position): FilePosition | null {
  const { path, dev, ino, head, tail, real, encoding } = position
  if (typeof path !== 'string' || typeof dev !== 'string' || typeof ino !== 'string') return null
  if (!isFingerprint(head) || !isFingerprint(tail) || (real !== undefined && typeof real !== 'string')) return null
  if (encoding !== undefined && typeof encoding !== 'string') return null
  return position as FilePosition
}
