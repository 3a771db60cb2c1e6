// What opens a door over HTTP: bearer tokens, basic credentials, JSON Web Tokens.
import { beginsWord, isAlnum } from './begins-word.ts'
import type { Spans } from './spans.ts'

/** Longer than any user name and password. */
const MAX_BASIC = 512

export function findBearers(text: string, found: Spans): void {
  findScheme(text, 'earer', isLikely, found)
  findScheme(text, 'EARER', isLikely, found)
  findScheme(text, 'asic', isUserAndPassword, found)
  findScheme(text, 'uthorization', isLikely, found)
  for (let at = text.indexOf('eyJ'); at !== -1; at = text.indexOf('eyJ', at + 3)) {
    const end = endOfToken(text, at)
    if (beginsWord(text, at) && isJwt(text.slice(at, end))) found.add(at, end, 'bearer')
    at = Math.max(at, end - 3)
  }
}

/** The token behind a word, whose first letter may be of either case. */
function findScheme(text: string, rest: string, isSecret: (token: string) => boolean, found: Spans): void {
  for (let at = text.indexOf(rest); at !== -1; at = text.indexOf(rest, at + rest.length)) {
    const start = skipMarks(text, at + rest.length)
    if (start === at + rest.length) continue
    const end = endOfToken(text, start)
    if (end === start) continue
    // Words in what was looked at already begin no new look, or `Bearer=Bearer=...` would cost its square.
    if (end - start > MAX_BASIC) at = end - rest.length
    // In `Authorization: Bearer abc` whatever follows the scheme is the secret.
    const certain = rest.length < 6 && /uthorization[^A-Za-z0-9]{1,8}.$/.test(text.slice(Math.max(0, at - 24), at))
    if (certain || isSecret(text.slice(start, end))) found.add(start, end, 'bearer')
  }
}

/** Blanks, `:`, `=`, quotes, also escaped. */
function skipMarks(text: string, from: number): number {
  let i = from
  for (; i < from + 8; i++) {
    const c = text.charCodeAt(i)
    if (c === 37 && text.startsWith('%20', i)) i += 2
    else if (c !== 32 && c !== 58 && c !== 61 && c !== 34 && c !== 39 && c !== 92 && c !== 91 && c !== 43) break
  }
  return i
}

/** RFC 6750's b68token. */
function endOfToken(text: string, start: number): number {
  let i = start
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (!isAlnum(c) && c !== 45 && c !== 46 && c !== 95 && c !== 126 && c !== 43 && c !== 47 && c !== 61) break
  }
  // The end of a sentence.
  return i > start && text.charCodeAt(i - 1) === 46 ? i - 1 : i
}

/** Not a word of a sentence: `bearer authentication failed`. */
function isLikely(token: string): boolean {
  if (token.length >= 6 && /\d/.test(token) && !/^\d{1,9}$/.test(token)) return true
  return token.length >= 24 || (token.length >= 12 && /[a-z][A-Z]/.test(token))
}

function isUserAndPassword(token: string): boolean {
  return token.length >= 6 && token.length <= MAX_BASIC && /^[A-Za-z0-9+/_-]+={0,2}$/.test(token) && /^[\x20-\x7e\x80-\uffff]*:/.test(Buffer.from(token, 'base64').toString())
}

/** Header and payload; the signature may be cut off or empty. */
function isJwt(token: string): boolean {
  const dot = token.indexOf('.')
  return dot >= 10 && token.length - dot > 2
}
