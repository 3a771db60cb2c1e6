// Zstandard where the runtime has it (Node from 22.15 on), else null.
import * as zlib from 'node:zlib'

export interface Zstd {
  compress(bytes: Buffer, level: number): Buffer
  /** Throws when the bytes are no Zstandard or become longer than `maxBytes`. */
  decompress(bytes: Buffer, maxBytes: number): Buffer
  decompressAsync(bytes: Buffer, maxBytes: number): Promise<Buffer>
}

interface Options {
  params?: Record<number, number>
  pledgedSrcSize?: number
  maxOutputLength?: number
}

/** What the types of Node 20 do not know yet. */
const runtime = zlib as unknown as {
  zstdCompressSync?: (bytes: Buffer, options: Options) => Buffer
  zstdDecompressSync?: (bytes: Buffer, options: Options) => Buffer
  zstdDecompress?: (bytes: Buffer, options: Options, done: (error: Error | null, bytes: Buffer) => void) => void
  constants: { ZSTD_c_compressionLevel?: number; ZSTD_c_checksumFlag?: number }
}

export const zstd: Zstd | null = find()

function find(): Zstd | null {
  const { zstdCompressSync, zstdDecompressSync, zstdDecompress, constants } = runtime
  if (zstdCompressSync === undefined || zstdDecompressSync === undefined || zstdDecompress === undefined) return null
  return {
    // The checksum is off by default in Zstandard; without it a flipped bit in a literal would be read back as it is.
    compress: (bytes, level) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel as number]: level, [constants.ZSTD_c_checksumFlag as number]: 1 }, pledgedSrcSize: bytes.length }),
    decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
    decompressAsync: (bytes, maxBytes) => new Promise((resolve, reject) => zstdDecompress(bytes, { maxOutputLength: maxBytes }, (error, out) => (error === null ? resolve(out) : reject(error)))),
  }
}
