// E-mail addresses, also with the `%40` of a URL. Bounded on both sides of the sign, so that no text is slow.
import { isAlnum } from './begins-word.ts'
import type { Spans } from './spans.ts'

/** RFC 5321. */
const MAX_LOCAL = 64
const MAX_DOMAIN = 255

export function findEmails(text: string, found: Spans): void {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) findAround(text, at, at + 1, found)
  for (let at = text.indexOf('%40'); at !== -1; at = text.indexOf('%40', at + 3)) findAround(text, at, at + 3, found)
}

function findAround(text: string, at: number, behind: number, found: Spans): void {
  let start = at
  while (start > at - MAX_LOCAL && start > 0 && isLocal(text.charCodeAt(start - 1))) start--
  // A sentence before it or an escape: no address begins with a dot.
  while (start < at && text.charCodeAt(start) === 46) start++
  if (start === at) return
  const end = endOfDomain(text, behind)
  if (end > 0) found.add(start, end, 'email')
}

/** Labels with dots between, the last of letters. */
function endOfDomain(text: string, from: number): number {
  let end = 0
  let label = from
  let letters = true
  for (let i = from; i <= from + MAX_DOMAIN; i++) {
    const c = text.charCodeAt(i)
    if (isAlnum(c) || c === 45 || c > 127) {
      if (c < 65) letters = false
      continue
    }
    if (i === label) break
    if (label > from && i - label >= 2 && letters) end = i
    if (c !== 46) break
    label = i + 1
    letters = true
  }
  return end
}

function isLocal(c: number): boolean {
  // Anything beyond ASCII may be a letter.
  return isAlnum(c) || c === 46 || c === 95 || c === 45 || c === 43 || c === 37 || c > 127
}
