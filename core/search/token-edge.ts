// Where the tokens of core/tokens.ts begin and end in a text.
import { isTokenLetter, TOKEN_BYTE } from '../tokens.ts'

/** Whether the character that begins at `at` belongs to a token. */
export function tokenCharAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 128) return TOKEN_BYTE[code] !== 0
  return at < text.length && isTokenLetter(text.codePointAt(at) as number)
}

/** Whether the character that ends before `at` belongs to a token. */
export function tokenCharBefore(text: string, at: number): boolean {
  if (at <= 0) return false
  const code = text.charCodeAt(at - 1)
  if (code < 128) return TOKEN_BYTE[code] !== 0
  const second = code >= 0xdc00 && code <= 0xdfff && at >= 2
  return isTokenLetter(text.codePointAt(second ? at - 2 : at - 1) as number)
}
