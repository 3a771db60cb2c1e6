// Finds where JSON values begin and end inside bytes, so that each element can be stored as the bytes it came in:
// integers beyond 2^53, key order and number formats survive. It checks brackets and strings only; JSON.parse judges the rest.

const QUOTE = 34
const COMMA = 44
const BACKSLASH = 92
const NEWLINE = 10
const CARRIAGE_RETURN = 13
const SPACE = 32
const TAB = 9
/** `[` and `{` differ from `]` and `}` by 2, and each pair from the other by bit 5. */
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/**
 * Deeper values are refused: JSON.parse takes about 100 bytes and 0.2 us a level, so that 16 MB of brackets would cost 800 MB and 1.7 s.
 * No logger nests a hundred levels; 250,000 cost 25 MB.
 */
const MAX_DEPTH = 250_000

/** What `endOfValue` gives where there is no end. */
const UNCLOSED = -1
export const TOO_DEEP = -2

/** End of the value that begins at `start`; `UNCLOSED` when `limit` comes first inside a bracket or string. Counts depth, so nesting costs no stack. */
export function endOfValue(bytes: Buffer, start: number, limit: number): number {
  const first = bytes[start]
  if (first === QUOTE) return endOfString(bytes, start, limit)
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return endOfScalar(bytes, start, limit)
  let depth = 0
  for (let at = start; at < limit; at++) {
    const byte = bytes[at] as number
    if (byte === QUOTE) {
      at = endOfString(bytes, at, limit) - 1
      if (at < 0) return UNCLOSED
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (++depth > MAX_DEPTH) return TOO_DEEP
    } else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) return at + 1
  }
  return UNCLOSED
}

function endOfString(bytes: Buffer, start: number, limit: number): number {
  for (let at = start + 1; at < limit; at++) {
    const byte = bytes[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) return at + 1
  }
  return UNCLOSED
}

function endOfScalar(bytes: Buffer, start: number, limit: number): number {
  let at = start
  for (; at < limit; at++) {
    const byte = bytes[at] as number
    if (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || isWhitespace(byte)) break
  }
  return at
}

/** Whitespace of JSON: space, tab, newline, carriage return. */
export function skipWhitespace(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && isWhitespace(bytes[at] as number)) at++
  return at
}

/** Where the value ends when the whitespace after it is left out. */
export function trimEnd(bytes: Buffer, start: number, end: number): number {
  let at = end
  while (at > start && isWhitespace(bytes[at - 1] as number)) at--
  return at
}

function isWhitespace(byte: number): boolean {
  return byte === SPACE || byte === NEWLINE || byte === CARRIAGE_RETURN || byte === TAB
}

/** Makes one line of pretty-printed JSON, in place: in valid JSON raw line breaks are nothing but whitespace. */
export function flatten(bytes: Buffer, start: number, end: number): void {
  const value = bytes.subarray(start, end) // so that no search runs beyond it
  for (const lineBreak of [NEWLINE, CARRIAGE_RETURN]) {
    for (let at = value.indexOf(lineBreak); at !== -1; at = value.indexOf(lineBreak, at + 1)) value[at] = SPACE
  }
}
