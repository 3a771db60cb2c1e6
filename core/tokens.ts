// The tokeniser that index and search share: a token is a maximal run of letters, digits and `_`, ASCII letters in lower case.
// Three readings of the same rule - strings, UTF-8 bytes, JSON text as bytes with its escapes undone - agree on every input.

/**
 * What a byte means: 0 separates tokens, 1 begins a character beyond ASCII, anything else belongs to a token and is its lower-case form.
 * Public so that hashing loops need no call for each byte.
 */
export const TOKEN_BYTE = new Uint8Array(256)
for (let code = 0; code < 256; code++) {
  const lower = code >= 65 && code <= 90 ? code + 32 : code
  TOKEN_BYTE[code] = code >= 128 ? 1 : (lower >= 97 && lower <= 122) || (code >= 48 && code <= 57) || code === 95 ? lower : 0
}

const LETTER = /^[\p{L}\p{N}]$/u
/** For each character of the basic plane: 0 not asked yet, 1 letter or digit, 2 neither. Asking the regex costs 50 ns. */
const basicPlane = new Uint8Array(0x1_0000)

/** Whether a character beyond ASCII belongs to tokens: letters and digits do, in any script. */
export function isTokenLetter(codePoint: number): boolean {
  if (codePoint > 0xffff) return LETTER.test(String.fromCodePoint(codePoint))
  let known = basicPlane[codePoint]
  if (known === 0) basicPlane[codePoint] = known = LETTER.test(String.fromCharCode(codePoint)) ? 1 : 2
  return known === 1
}

/** The tokens of a text, in order, repeats included. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = []
  let start = -1
  let i = 0
  while (i < text.length) {
    const code = text.charCodeAt(i)
    let width = 1
    let inToken = code < 128 && TOKEN_BYTE[code] !== 0
    if (code >= 128) {
      const point = text.codePointAt(i) as number
      width = point > 0xffff ? 2 : 1
      inToken = isTokenLetter(point)
    }
    if (inToken) {
      if (start === -1) start = i
    } else if (start !== -1) {
      tokens.push(lowerAscii(text.slice(start, i)))
      start = -1
    }
    i += width
  }
  if (start !== -1) tokens.push(lowerAscii(text.slice(start)))
  return tokens
}

/** Only ASCII letters: `É` stays, as it does in the index. */
export function lowerAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : text
}

/** Called with the bytes of one token, not yet in lower case (`TOKEN_BYTE` gives it); they are valid during the call only. */
export type TokenVisitor = (bytes: Uint8Array, start: number, end: number) => void

/** The tokens of UTF-8 text. A byte that belongs to no character separates, as the U+FFFD it is decoded to does. */
export function eachToken(bytes: Uint8Array, start: number, end: number, visit: TokenVisitor): void {
  let from = -1
  let i = start
  while (i < end) {
    const kind = TOKEN_BYTE[bytes[i] as number] as number
    if (kind > 1) {
      if (from === -1) from = i
      i++
      continue
    }
    const letter = kind === 1 ? letterLength(bytes, i, end) : 0
    if (letter > 0) {
      if (from === -1) from = i
      i += letter
      continue
    }
    if (from !== -1) {
      visit(bytes, from, i)
      from = -1
    }
    // Beyond ASCII the rest of a non-letter is continuation bytes, which separate as well.
    i++
  }
  if (from !== -1) visit(bytes, from, end)
}

const BACKSLASH = 92
const SMALL_U = 117

/**
 * The tokens of JSON text, keys and values alike, as they are once escapes are undone: in `"foo\nbar"` those are `foo` and `bar`,
 * in `"caf\u00e9"` it is `café`. Outside strings nothing of JSON is a token but its numbers and words, so no state is kept.
 */
export function eachJsonToken(bytes: Uint8Array, start: number, end: number, visit: TokenVisitor): void {
  let at = start
  while (at < end) {
    const slash = bytes.indexOf(BACKSLASH, at)
    if (slash === -1 || slash >= end) break
    if (bytes[slash + 1] !== SMALL_U || slash + 6 > end) {
      // Any other escape is a character that separates, of two bytes: the second must not begin a token.
      eachToken(bytes, at, slash, visit)
      at = slash + 2
      continue
    }
    // Up to the last separator tokens are as they stand; from there to the next one they are put together aside.
    const from = tokenStart(bytes, at, slash)
    eachToken(bytes, at, from, visit)
    at = unescapeRun(bytes, from, end, visit)
  }
  if (at < end) eachToken(bytes, at, end, visit)
}

/** Where the token that ends at `end` begins; bytes beyond ASCII all count, which only makes the part put aside longer. */
function tokenStart(bytes: Uint8Array, floor: number, end: number): number {
  let at = end
  while (at > floor && TOKEN_BYTE[bytes[at - 1] as number] !== 0) at--
  return at
}

/** Decodes text and `\u` escapes up to the first other byte that separates; returns where that is. */
function unescapeRun(bytes: Uint8Array, from: number, end: number, visit: TokenVisitor): number {
  let text = ''
  let at = from
  while (at < end) {
    if (bytes[at] === BACKSLASH) {
      const hex = bytes[at + 1] === SMALL_U && at + 6 <= end ? String.fromCharCode(...bytes.subarray(at + 2, at + 6)) : ''
      if (!/^[0-9A-Fa-f]{4}$/.test(hex)) break
      text += String.fromCharCode(Number.parseInt(hex, 16))
      at += 6
      continue
    }
    let stop = at
    while (stop < end && TOKEN_BYTE[bytes[stop] as number] !== 0) stop++
    if (stop === at) break
    text += Buffer.from(bytes.buffer, bytes.byteOffset + at, stop - at).toString('utf8')
    at = stop
  }
  for (const token of tokensOf(text)) {
    const scratch = Buffer.from(token)
    visit(scratch, 0, scratch.length)
  }
  // A `\u` that is none of JSON's would be met again and again.
  return at === from ? from + 2 : at
}

/** Length in bytes of the letter or digit that begins at `at`, 0 when there is none or the bytes are not UTF-8. */
function letterLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] as number
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  if (first < 0xc2 || first > 0xf4 || at + length > end) return 0
  let point = first & (0xff >> (length + 1))
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i] as number
    if ((next & 0xc0) !== 0x80) return 0
    point = (point << 6) | (next & 0x3f)
  }
  // Overlong forms and surrogates are not UTF-8.
  if ((length === 3 && point < 0x800) || (length === 4 && (point < 0x1_0000 || point > 0x10_ffff)) || (point >= 0xd800 && point <= 0xdfff)) return 0
  return isTokenLetter(point) ? length : 0
}
