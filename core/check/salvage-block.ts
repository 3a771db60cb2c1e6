// Gets the records out of a damaged block where that is certain: what is guessed is left to the operator, in quarantine.
import * as zlib from 'node:zlib'
import { type Compression, memberAt } from '../journal/sealed/format.ts'

/** Lengths of a gzip member's header with our subfield, and of its trailer: CRC-32 and length, 4 bytes each. */
const HEADER = 28
const TRAILER = 8
/** Deflate makes 1032 bytes of one at most; this is more than any block has. */
const MAX_RAW = 512 * 1024 * 1024
const NEWLINE = 10

/**
 * The record lines in a stretch that is no intact block, or null; `cutOff`: the file ends in it, or its end is missing.
 * Certain are: lines whose checksum is right though the header or the length is not; lines that differ from their checksum in one byte of the
 * checksum itself (damage elsewhere does that once in 16 million times); the lines before the place where the file was cut off.
 */
export function salvageBlock(bytes: Buffer, compression: Compression, cutOff: boolean): Buffer | null {
  // Zstandard frames find their own end, but its checksum does not tell what it is the checksum of.
  if (compression === 'zstd' || bytes.length < HEADER + TRAILER) return null
  return wholeBlock(bytes) ?? (cutOff ? beginning(bytes) : null)
}

function wholeBlock(bytes: Buffer): Buffer | null {
  const raw = inflated(bytes.subarray(HEADER, bytes.length - TRAILER), zlib.constants.Z_FINISH)
  if (raw === null) return null
  if (raw[raw.length - 1] !== NEWLINE) return null
  const differs = zlib.crc32(raw) ^ bytes.readUInt32LE(bytes.length - TRAILER)
  if (differs === 0) return raw
  const rightLength = bytes.readUInt32LE(bytes.length - 4) === raw.length
  return rightLength && inOneByte(differs) && areRecords(raw) ? raw : null
}

function beginning(bytes: Buffer): Buffer | null {
  if (memberAt(bytes, 0, 'gzip')?.kind !== 'block') return null
  const raw = inflated(bytes.subarray(HEADER), zlib.constants.Z_SYNC_FLUSH)
  if (raw === null) return null
  const whole = raw.subarray(0, raw.lastIndexOf(NEWLINE) + 1)
  return whole.length > 0 && areRecords(whole) ? whole : null
}

function inflated(deflated: Buffer, finishFlush: number): Buffer | null {
  try {
    return zlib.inflateRawSync(deflated, { finishFlush, maxOutputLength: MAX_RAW })
  } catch {
    return null // it is damaged where the records are
  }
}

function inOneByte(bits: number): boolean {
  return [0xff, 0xff00, 0xff0000, 0xff000000].some((mask) => (bits & ~mask) === 0)
}

function areRecords(lines: Buffer): boolean {
  try {
    return lines.toString('utf8').trimEnd().split('\n').every((line) => typeof (JSON.parse(line) as { time?: unknown }).time === 'string')
  } catch {
    return false
  }
}
