// The 64-bit hash of a token that index and search share: two 32-bit lanes filled in one pass over its lower-cased bytes.
import { TOKEN_BYTE } from '../../tokens.ts'

export interface TokenHash {
  readonly high: number
  readonly low: number
}

/** Lane seeds and odd multipliers: FNV-1a's, and MurmurHash2's constant for the second lane. */
export const SEED_LOW = 0x811c9dc5 | 0
export const SEED_HIGH = 0x9747b28c | 0
export const STEP_LOW = 0x01000193
export const STEP_HIGH = 0x5bd1e995

/** A token's bytes as `eachJsonToken` hands them out. */
export function tokenHash(bytes: Uint8Array, start: number, end: number): TokenHash {
  let low = SEED_LOW
  let high = SEED_HIGH
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number
    const lower = byte < 128 ? (TOKEN_BYTE[byte] as number) : byte
    low = Math.imul(low ^ lower, STEP_LOW)
    high = Math.imul(high ^ lower, STEP_HIGH)
  }
  return { high: mix(high), low: mix(low) }
}

/** MurmurHash3's finaliser: of a lane's multiplications the low bits have seen only low bits. */
export function mix(lane: number): number {
  let h = lane
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
