// The header of a gzip member (RFC 1952), as far as it has to be passed over.

const FIXED_BYTES = 10
const DEFLATE = 8
const HAS_CRC = 2
const HAS_EXTRA = 4
const HAS_NAME = 8
const HAS_COMMENT = 16
const RESERVED = 0xe0

/** The first bytes of every gzip file. */
export const GZIP_MAGIC = Buffer.from([0x1f, 0x8b, DEFLATE])

/** Its length; `more`: it goes on behind these bytes; `other`: this is no gzip. */
export function gzipHeaderLength(bytes: Buffer): number | 'more' | 'other' {
  const known = Math.min(bytes.length, GZIP_MAGIC.length)
  if (!bytes.subarray(0, known).equals(GZIP_MAGIC.subarray(0, known))) return 'other'
  if (bytes.length < FIXED_BYTES) return 'more'
  const flags = bytes[3] as number
  if ((flags & RESERVED) !== 0) return 'other'
  let at = FIXED_BYTES
  if ((flags & HAS_EXTRA) !== 0) {
    if (bytes.length < at + 2) return 'more'
    at += 2 + bytes.readUInt16LE(at)
  }
  for (const text of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & text) === 0) continue
    const zero = at < bytes.length ? bytes.indexOf(0, at) : -1
    if (zero === -1) return 'more'
    at = zero + 1
  }
  if ((flags & HAS_CRC) !== 0) at += 2
  return at > bytes.length ? 'more' : at
}
