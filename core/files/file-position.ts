// Where a file's stream stands, as it is kept in the journal's commit line.
import type { Position } from '../journal/commit.ts'
import type { Json } from '../json.ts'
import type { Mark } from './compare-file.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { GzipMark } from './gzip-content.ts'

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
  /** Where the file is compressed; offset, head and tail are about what it decompresses to. */
  gzip?: GzipMark
  /** When its file was let go, in epoch milliseconds: kept in case it comes back compressed. */
  gone?: number
  /** Beyond `offset`, what was handed over already while records before it were open. */
  multiline?: Json
  /** `path` is not inside the globs: it was followed there to its end. */
  outside?: boolean
}

const isFingerprint = (value: Json | undefined): boolean =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'string'

function isGzipMark(value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { at, head, tail, member, origin } = value
  return typeof at === 'number' && typeof origin === 'number' && isFingerprint(head) && isFingerprint(tail) && Array.isArray(member) && member.length === 2 && member.every((part) => typeof part === 'number')
}

/** The position if it is one of a file, else null (another version's, or a marker). */
export function filePosition(position: Position): FilePosition | null {
  const { path, dev, ino, head, tail, real, encoding, gzip, gone } = position
  if (typeof path !== 'string' || typeof dev !== 'string' || typeof ino !== 'string') return null
  if (!isFingerprint(head) || !isFingerprint(tail) || (real !== undefined && typeof real !== 'string')) return null
  if (gzip !== undefined && !isGzipMark(gzip)) return null
  if (gone !== undefined && typeof gone !== 'number') return null
  if (encoding !== undefined && typeof encoding !== 'string') return null
  return position as FilePosition
}

/** What the file's own bytes must be, compressed or not. */
export function rawMark(position: FilePosition): Mark {
  const { gzip } = position
  return gzip === undefined ? position : { offset: gzip.at, head: gzip.head, tail: gzip.tail }
}
