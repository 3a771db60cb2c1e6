// Adds the tokens of stored lines to a block's set: `eachJsonToken` with the hash in the same loop, and an eye on numbers.
import { eachJsonToken, TOKEN_BYTE } from '../../tokens.ts'
import { SEED_HIGH, SEED_LOW, STEP_HIGH, STEP_LOW } from './token-hash.ts'
import type { TokenSet } from './token-set.ts'

/** As TOKEN_BYTE, but a backslash is special as well: from it on the line takes the slow way. */
const BYTE = TOKEN_BYTE.slice()
const BACKSLASH = 92
BYTE[BACKSLASH] = 1
const QUOTE = 34
const ZERO = 48
const NINE = 57
const MINUS = 45
const DOT = 46
const LOWER_E = 101
/** Every whole number of up to 15 digits is a double of its own. */
const EXACT_DIGITS = 15

/**
 * Adds the tokens of JSON text, which begins outside of a string and is followed by a byte that separates. True when it holds a number
 * that is not written as JavaScript would (`1e3`, `1.50`): a search for 1000 finds it, yet no token says so.
 * 300 MB/s; through `eachJsonToken` and a hash per call it is 150.
 */
export function addLineTokens(bytes: Buffer, start: number, end: number, into: TokenSet): boolean {
  let odd = false
  let inString = false
  let i = start
  while (i < end) {
    let kind = BYTE[bytes[i] as number] as number
    if (kind === 0) {
      if (bytes[i] === QUOTE) inString = !inString
      i++
      continue
    }
    const from = i
    if (!inString && kind >= ZERO && kind <= NINE && !canonical(bytes, i, end)) odd = true
    let low = SEED_LOW
    let high = SEED_HIGH
    while (kind > 1) {
      low = Math.imul(low ^ kind, STEP_LOW)
      high = Math.imul(high ^ kind, STEP_HIGH)
      kind = BYTE[bytes[++i] as number] as number
    }
    if (kind === 1) {
      eachJsonToken(bytes, from, end, (token, first, last) => addToken(token, first, last, into))
      return odd || oddNumberIn(bytes, i, end, inString)
    }
    into.add(high, low)
  }
  return odd
}

function addToken(bytes: Uint8Array, start: number, end: number, into: TokenSet): void {
  let low = SEED_LOW
  let high = SEED_HIGH
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number
    const lower = byte < 128 ? (TOKEN_BYTE[byte] as number) : byte
    low = Math.imul(low ^ lower, STEP_LOW)
    high = Math.imul(high ^ lower, STEP_HIGH)
  }
  into.add(high, low)
}

function oddNumberIn(bytes: Buffer, start: number, end: number, startsInString: boolean): boolean {
  let inString = startsInString
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number
    if (byte === QUOTE) inString = !inString
    else if (byte === BACKSLASH) i++
    else if (!inString && byte >= ZERO && byte <= NINE) {
      if (!canonical(bytes, i, end)) return true
      while (i + 1 < end && BYTE[bytes[i + 1] as number] !== 0) i++
    }
  }
  return false
}

/** Whether the number whose digits begin at `at` is written as JavaScript writes it. */
function canonical(bytes: Buffer, at: number, end: number): boolean {
  // What follows a point was looked at with what stands before it.
  if (bytes[at - 1] === DOT) return true
  let i = at
  while (i < end && (bytes[i] as number) >= ZERO && (bytes[i] as number) <= NINE) i++
  const negative = bytes[at - 1] === MINUS
  const next = bytes[i] as number
  if (next !== DOT && (next | 0x20) !== LOWER_E && i - at <= EXACT_DIGITS) return !(negative && bytes[at] === ZERO)
  while (i < end && /[0-9.eE+-]/.test(String.fromCharCode(bytes[i] as number))) i++
  const text = bytes.toString('latin1', negative ? at - 1 : at, i)
  return String(Number(text)) === text
}
