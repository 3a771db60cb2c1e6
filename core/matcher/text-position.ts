// Reading a text at a position: the character there, the one before, how wide it is.
import { BEYOND, END, type CharClass } from './char-class.ts'

/** In place of a UTF-16 unit behind the end. `charCodeAt` would give NaN there, and from then on V8 would calculate with doubles: half the speed. */
export const NO_UNIT = 0x10000

/** Index in a guard: the ASCII code, `BEYOND` or `END`. */
export function codeAt(text: string, pos: number): number {
  if (pos >= text.length) return END
  const c = text.charCodeAt(pos)
  return c < BEYOND ? c : BEYOND
}

export function widthAt(one: CharClass, text: string, pos: number): number {
  const c = pos < text.length ? text.charCodeAt(pos) : NO_UNIT
  return c < BEYOND ? one.table[c] as number : wideAt(one, text, pos)
}

/** How many UTF-16 units the character at `pos`, beyond ASCII, takes; 0 where it is not in the set, or at the end. */
export function wideAt(one: CharClass, text: string, pos: number): number {
  if (pos >= text.length) return 0
  const codePoint = text.codePointAt(pos) as number
  return one.beyond(codePoint) ? (codePoint > 0xffff ? 2 : 1) : 0
}

/** The start of the character that ends at `pos`. */
export function before(text: string, pos: number): number {
  if (pos < 2) return pos - 1
  const low = text.charCodeAt(pos - 1)
  if (low < 0xdc00 || low > 0xdfff) return pos - 1
  const high = text.charCodeAt(pos - 2)
  return high >= 0xd800 && high <= 0xdbff ? pos - 2 : pos - 1
}
