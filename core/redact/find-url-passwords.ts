// Passwords in URLs: `postgres://app:secret@db/shop`, by the authority of RFC 3986, section 3.2.
import type { Spans } from './spans.ts'

/** Longer than a name and a password. */
const MAX_AUTHORITY = 1024

export function findUrlPasswords(text: string, found: Spans): void {
  // No authority holds a slash, so what was looked at once is not looked at again.
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const start = at + 3
    const authority = text.slice(start, endOfAuthority(text, start))
    // What follows the last one is the host: a password may hold another, though it should not.
    const host = authority.lastIndexOf('@')
    const colon = authority.indexOf(':')
    if (colon !== -1 && colon + 1 < host) found.add(start + colon + 1, start + host, 'url')
  }
}

/** At `/`, `?`, `#`, `\`, a quote, an angle bracket or white space. */
function endOfAuthority(text: string, start: number): number {
  const most = Math.min(text.length, start + MAX_AUTHORITY)
  let i = start
  for (; i < most; i++) {
    const c = text.charCodeAt(i)
    if (c <= 32 || c === 47 || c === 63 || c === 35 || c === 92 || c === 34 || c === 39 || c === 96 || c === 60 || c === 62) break
  }
  return i
}
