// How much of a file names it: its first bytes and the bytes before an offset, as `[length, hash]`.
import { createHash } from 'node:crypto'

/** `[length, hash]` of a stretch of a file. */
export type Fingerprint = [length: number, hash: string]

/**
 * First bytes that identify a file, fixed because positions of all versions must agree on it: 1 KiB reaches past the banner or header
 * that many logs share, and costs one page.
 */
export const HEAD_BYTES = 1024

/** Bytes before the offset that must still be the same: longer than most lines, short enough to come free with every read. */
export const TAIL_BYTES = 256

/** 64 bits of SHA-1: files are compared with a handful of candidates, and nobody gains by forging their own log. */
export function fingerprint(bytes: Buffer): Fingerprint {
  return [bytes.length, createHash('sha1').update(bytes).digest('hex').slice(0, 16)]
}
