// Where tokens begin and end: a token is a maximal run of ASCII letters, digits, `_` and letters and digits beyond ASCII.

/** 1 for the ASCII characters tokens are made of. */
const ASCII = new Uint8Array(128)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_') ASCII[char.charCodeAt(0)] = 1

const BEYOND_ASCII = /^[\p{L}\p{N}]/u

/** Whether the character that begins at `at` belongs to a token. */
export function tokenCharAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 128) return ASCII[code] === 1
  return at < text.length && BEYOND_ASCII.test(text.slice(at, at + 2))
}

/** Whether the character that ends before `at` belongs to a token. */
export function tokenCharBefore(text: string, at: number): boolean {
  if (at <= 0) return false
  const code = text.charCodeAt(at - 1)
  if (code < 128) return ASCII[code] === 1
  const second = code >= 0xdc00 && code <= 0xdfff && at >= 2
  return BEYOND_ASCII.test(text.slice(second ? at - 2 : at - 1, at))
}
