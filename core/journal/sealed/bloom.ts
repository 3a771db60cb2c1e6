// Token bloom filters of all blocks of a segment, transposed: one token costs one small read however many blocks there are.
//
// A token belongs to one of `groups` groups and sets 8 of the group's 512 rows; a row holds one bit a block. Stored as rows, a group is
// `64 * rowBits` contiguous bytes (4 KiB at 64 blocks): AND of the 8 rows are the blocks that may hold the token.
import { mix, type TokenHash } from './token-hash.ts'

export interface BloomShape {
  readonly groups: number
  /** Bits of a row: one a block. A group is whole bytes all the same. */
  readonly rowBits: number
}

const ROWS = 512
export const HASHES = 8
/**
 * With 8 hashes, 17 bits a token let 7 blocks in 10,000 through that do not hold it; 16 bits and 6 hashes let 20, 20 bits let 3. More would
 * cost more than 4 % of the lines as they came in.
 */
const BITS_PER_TOKEN = 17

/** `pairs`: the distinct tokens of each block, high and low lane unmixed as `TokenSet` hands them out. */
export function buildBloom(pairs: readonly Int32Array[]): { shape: BloomShape; bytes: Buffer } {
  const shape = shapeFor(pairs)
  const { groups, rowBits } = shape
  const bytes = Buffer.alloc(bloomBytes(shape))
  const rows = new Int32Array(HASHES)
  for (const [block, tokens] of pairs.entries()) {
    for (let i = 0; i < tokens.length; i += 2) {
      const high = mix(tokens[i] as number)
      const base = (high % groups) * ROWS
      rowsOf(high, mix(tokens[i + 1] as number), rows)
      for (let r = 0; r < HASHES; r++) {
        const bit = (base + (rows[r] as number)) * rowBits + block
        bytes[bit >>> 3] = (bytes[bit >>> 3] as number) | (1 << (bit & 7))
      }
    }
  }
  return { shape, bytes }
}

export function bloomBytes({ groups, rowBits }: BloomShape): number {
  return groups * groupBytes(rowBits)
}

/** Where the token's group lies within the blooms. */
export function groupOf({ groups, rowBits }: BloomShape, token: TokenHash): { start: number; length: number } {
  const length = groupBytes(rowBits)
  return { start: (token.high % groups) * length, length }
}

/** Clears in `may` (one byte a block) the blocks that do not hold the token, given the bytes of its group. */
export function pruneBlocks(group: Uint8Array, { rowBits }: BloomShape, token: TokenHash, may: Uint8Array): void {
  const rows = new Int32Array(HASHES)
  rowsOf(token.high, token.low, rows)
  for (let block = 0; block < may.length; block++) {
    for (let r = 0; may[block] === 1 && r < HASHES; r++) {
      const bit = (rows[r] as number) * rowBits + block
      if (((group[bit >>> 3] as number) & (1 << (bit & 7))) === 0) may[block] = 0
    }
  }
}

/**
 * All blocks have as many groups as the one with most tokens needs, but a block of rubbish (each token once) must not make the others'
 * filters as large: beyond twice the mean it only prunes worse itself.
 */
function shapeFor(pairs: readonly Int32Array[]): BloomShape {
  let most = 0
  let sum = 0
  for (const tokens of pairs) {
    most = Math.max(most, tokens.length / 2)
    sum += tokens.length / 2
  }
  const counted = Math.min(most, (2 * sum) / Math.max(1, pairs.length))
  const blocks = Math.max(1, pairs.length)
  return { groups: Math.max(1, Math.ceil((counted * BITS_PER_TOKEN) / ROWS)), rowBits: blocks }
}

/** The group takes `high % groups`; the rows take nine bits each of the other lane and of both mixed once and twice more. */
function rowsOf(high: number, low: number, rows: Int32Array): void {
  const more = mix(low ^ Math.imul(high, 0x9e3779b1))
  const last = mix(more + high)
  rows[0] = low & 511
  rows[1] = (low >>> 9) & 511
  rows[2] = (low >>> 18) & 511
  rows[3] = more & 511
  rows[4] = (more >>> 9) & 511
  rows[5] = (more >>> 18) & 511
  rows[6] = last & 511
  rows[7] = (last >>> 9) & 511
}

function groupBytes(rowBits: number): number {
  return (ROWS * rowBits) / 8
}
