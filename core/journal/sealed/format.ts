// The inside of a sealed segment, known to this file alone: blocks that any gunzip or unzstd reads, with extra fields only we look at.
//
//   .json.gz    one gzip member (RFC 1952) a block, its FEXTRA holding subfield `SL`; at the end empty members with subfield `SZ`
//   .json.zst   a skippable frame 0x184D2A50 and one Zstandard frame (RFC 8878) a block; at the end skippable frames 0x184D2A51
//
//   SL (12 bytes, little endian)   u32 length of the whole member, u32 records in it, u32 number of its first record in the segment
//   SZ                             a piece of the deflated JSON of what is known at the segment's end
//
// Hopping from header to header finds every block without inflating one, and a header that is damaged costs only what lies before the next.
import * as zlib from 'node:zlib'
import { promisify } from 'node:util'
import { zstd } from './zstd.ts'

export type Compression = 'gzip' | 'zstd'

/** Where a block is and what it holds. */
export interface BlockEntry {
  readonly offset: number
  /** Bytes in the file, headers included. */
  readonly length: number
  /** Bytes of its record lines. */
  readonly raw: number
  readonly records: number
  /** Number of its first record within the segment. */
  readonly first: number
}

/** What stands at a place in the file. `raw` is null where only the member's end tells. */
export type Member =
  | { readonly kind: 'block'; readonly length: number; readonly records: number; readonly first: number; readonly raw: number | null }
  | { readonly kind: 'state'; readonly length: number; readonly from: number; readonly to: number }

/** A block whose bytes are not what was written. */
export class DamagedBlock extends Error {
  override readonly name = 'DamagedBlock'
}

/** Enough of a member to know its length and, with Zstandard, its raw length: 20 bytes and a frame header of up to 18. */
export const HEADER_BYTES = 40

/** A state of more than this is split: an extra field holds 65,535 bytes at most. */
const STATE_CHUNK = 60_000

/** 10 bytes of header, 2 of XLEN, 4 of subfield header, 12 of ours. */
const GZIP_HEADER = 28
const GZIP_TRAILER = 8
/** ID1, ID2, CM = deflate, FLG = FEXTRA, no MTIME, no XFL, OS unknown: what makes the bytes depend on the records alone. */
const GZIP_START = Buffer.from([0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff])
/** The empty deflate stream, CRC and length of nothing. */
const GZIP_NOTHING = Buffer.from([0x03, 0x00, 0, 0, 0, 0, 0, 0, 0, 0])
const S = 0x53
const L = 0x4c
const Z = 0x5a

const SKIPPABLE_BLOCK = 0x184d2a50
const SKIPPABLE_STATE = 0x184d2a51
const ZSTD_HEADER = 20

const inflateRaw = promisify(zlib.inflateRaw) as (bytes: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>

export function encodeBlock(raw: Buffer, records: number, first: number, compression: Compression, level: number): Buffer {
  if (compression === 'zstd') {
    if (zstd === null) throw new Error('this Node.js has no Zstandard')
    const frame = zstd.compress(raw, level)
    const header = Buffer.alloc(ZSTD_HEADER)
    header.writeUInt32LE(SKIPPABLE_BLOCK, 0)
    header.writeUInt32LE(12, 4)
    writePlace(header, 8, ZSTD_HEADER + frame.length, records, first)
    return Buffer.concat([header, frame])
  }
  // memLevel 9 instead of 8 is 15 % faster at level 1 for 128 KiB more while a block is made.
  const deflated = zlib.deflateRawSync(raw, { level, memLevel: 9, chunkSize: 256 * 1024 })
  const length = GZIP_HEADER + deflated.length + GZIP_TRAILER
  const member = Buffer.allocUnsafe(length)
  writeExtra(member, L, 12)
  writePlace(member, 16, length, records, first)
  deflated.copy(member, GZIP_HEADER)
  member.writeUInt32LE(zlib.crc32(raw), length - 8)
  member.writeUInt32LE(raw.length, length - 4)
  return member
}

/** What follows the last block. `json` is UTF-8. */
export function encodeState(json: string, compression: Compression): Buffer {
  const packed = zlib.deflateSync(Buffer.from(json))
  const parts: Buffer[] = []
  for (let from = 0; from < packed.length; from += STATE_CHUNK) {
    const chunk = packed.subarray(from, from + STATE_CHUNK)
    const header = Buffer.alloc(compression === 'zstd' ? 8 : 16)
    if (compression === 'zstd') {
      header.writeUInt32LE(SKIPPABLE_STATE, 0)
      header.writeUInt32LE(chunk.length, 4)
      parts.push(header, chunk)
    } else {
      writeExtra(header, Z, chunk.length)
      parts.push(header, chunk, GZIP_NOTHING)
    }
  }
  return Buffer.concat(parts)
}

/** Throws when the pieces are not whole; zlib's own checksum is in them. */
export function decodeState(pieces: readonly Buffer[]): string {
  return zlib.inflateSync(Buffer.concat(pieces), { maxOutputLength: 256 * 1024 * 1024 }).toString('utf8')
}

/** The member that begins at `at`, or null when none of ours does. Its first `HEADER_BYTES` must be there, unless the file ends before. */
export function memberAt(bytes: Buffer, at: number, compression: Compression): Member | null {
  return compression === 'zstd' ? zstdMember(bytes, at) : gzipMember(bytes, at)
}

/** The first place from `from` on where a block or the state may begin, for going on behind damage; -1 without one. */
export function findMember(bytes: Buffer, from: number, compression: Compression): number {
  const mark = compression === 'zstd' ? Buffer.from([0x2a, 0x4d, 0x18]) : GZIP_START
  const back = compression === 'zstd' ? 1 : 0
  for (let at = bytes.indexOf(mark, from + back); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    if (memberAt(bytes, at - back, compression) !== null) return at - back
  }
  return -1
}

/** Where the raw length of a gzip block stands, counted from its end; Zstandard says it at the beginning. */
export const RAW_LENGTH_BACK = 4

/**
 * The record lines of a whole member. Throws DamagedBlock. `known`: the block was decoded before, and its checksum need not be looked at
 * again, which is a fifth of the time; Zstandard does so anyway.
 */
export function decodeBlock(member: Buffer, entry: BlockEntry, compression: Compression, known: 'known' | null = null): Buffer {
  try {
    if (compression === 'zstd') return checked(needZstd().decompress(member.subarray(ZSTD_HEADER), entry.raw), entry, null)
    return checked(zlib.inflateRawSync(packedPart(member, entry), inflateOptions(entry)), entry, known === null ? member : null)
  } catch (error) {
    throw damaged(error)
  }
}

/** As `decodeBlock`, inflating in the thread pool. */
export async function decodeBlockAsync(member: Buffer, entry: BlockEntry, compression: Compression): Promise<Buffer> {
  try {
    if (compression === 'zstd') return checked(await needZstd().decompressAsync(member.subarray(ZSTD_HEADER), entry.raw), entry, null)
    return checked(await inflateRaw(packedPart(member, entry), inflateOptions(entry)), entry, member)
  } catch (error) {
    throw damaged(error)
  }
}

function gzipMember(bytes: Buffer, at: number): Member | null {
  if (at + 16 > bytes.length || GZIP_START.compare(bytes, at, at + GZIP_START.length) !== 0) return null
  const extra = bytes.readUInt16LE(at + 10)
  if (bytes[at + 12] !== S || bytes.readUInt16LE(at + 14) !== extra - 4) return null
  if (bytes[at + 13] === Z) return { kind: 'state', length: 12 + extra + GZIP_NOTHING.length, from: at + 16, to: at + 12 + extra }
  if (bytes[at + 13] !== L || extra !== 16 || at + GZIP_HEADER > bytes.length) return null
  return blockMember(bytes, at + 16, GZIP_HEADER + GZIP_TRAILER, null)
}

function zstdMember(bytes: Buffer, at: number): Member | null {
  if (at + 8 > bytes.length) return null
  const magic = bytes.readUInt32LE(at)
  const size = bytes.readUInt32LE(at + 4)
  if (magic === SKIPPABLE_STATE && size <= STATE_CHUNK) return { kind: 'state', length: 8 + size, from: at + 8, to: at + 8 + size }
  if (magic !== SKIPPABLE_BLOCK || size !== 12 || at + HEADER_BYTES > bytes.length) return null
  return blockMember(bytes, at + 8, ZSTD_HEADER, contentSize(bytes, at + ZSTD_HEADER))
}

function blockMember(bytes: Buffer, place: number, least: number, raw: number | null): Member | null {
  const length = bytes.readUInt32LE(place)
  return length < least ? null : { kind: 'block', length, records: bytes.readUInt32LE(place + 4), first: bytes.readUInt32LE(place + 8), raw }
}

/** Frame_Content_Size of RFC 8878, 3.1.1.1; we always write one. */
function contentSize(bytes: Buffer, at: number): number {
  const descriptor = bytes[at + 4] as number
  const single = (descriptor & 0x20) !== 0
  const start = at + 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] as number)
  switch (descriptor >> 6) {
    case 0: return single ? (bytes[start] as number) : 0
    case 1: return bytes.readUInt16LE(start) + 256
    case 2: return bytes.readUInt32LE(start)
    default: return bytes.readUInt32LE(start) + bytes.readUInt32LE(start + 4) * 2 ** 32
  }
}

function packedPart(member: Buffer, entry: BlockEntry): Buffer {
  // Deflate makes 1032 bytes of one at most: a damaged length must not ask for gigabytes.
  if (member.length !== entry.length || entry.raw > member.length * 1032) throw new DamagedBlock('its length is wrong')
  return member.subarray(GZIP_HEADER, member.length - GZIP_TRAILER)
}

/** One output buffer of the right size: growing it in steps costs a third of the time, and one that is filled to its last byte is followed by another. */
function inflateOptions({ raw }: BlockEntry): zlib.ZlibOptions {
  return { chunkSize: Math.max(64, raw + 1), maxOutputLength: Math.max(1, raw) }
}

function checked(raw: Buffer, entry: BlockEntry, gzip: Buffer | null): Buffer {
  if (raw.length !== entry.raw) throw new DamagedBlock(`it has ${raw.length} bytes instead of ${entry.raw}`)
  if (gzip !== null && zlib.crc32(raw) !== gzip.readUInt32LE(gzip.length - 8)) throw new DamagedBlock('its checksum is wrong')
  return raw
}

function needZstd(): NonNullable<typeof zstd> {
  if (zstd === null) throw new DamagedBlock('it is compressed with Zstandard, which this Node.js does not have (22.15 and later do)')
  return zstd
}

function damaged(error: unknown): DamagedBlock {
  if (error instanceof DamagedBlock) return error
  const { code, message } = error as NodeJS.ErrnoException
  return new DamagedBlock(code === 'ERR_BUFFER_TOO_LARGE' ? 'it becomes longer than it says' : message)
}

function writeExtra(into: Buffer, name: number, length: number): void {
  GZIP_START.copy(into)
  into.writeUInt16LE(length + 4, 10)
  into[12] = S
  into[13] = name
  into.writeUInt16LE(length, 14)
}

function writePlace(into: Buffer, at: number, length: number, records: number, first: number): void {
  into.writeUInt32LE(length, at)
  into.writeUInt32LE(records, at + 4)
  into.writeUInt32LE(first, at + 8)
}
