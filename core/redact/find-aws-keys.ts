// AWS access key ids by their prefixes; secret keys and session tokens by their names, for nothing in them tells what they are.
import { beginsWord, isAlnum } from './begins-word.ts'
import type { Spans } from './spans.ts'

/** Long-term and temporary keys of users, of bearer and of context-specific credentials. */
const PREFIXES = ['AKIA', 'ASIA', 'ABIA', 'ACCA']
const ID_CHARS = 20
const SECRET_CHARS = 40
/** The shortest session tokens seen have some 250. */
const MIN_SESSION = 100

export function findAwsKeys(text: string, found: Spans): void {
  for (const prefix of PREFIXES) {
    for (let at = text.indexOf(prefix); at !== -1; at = text.indexOf(prefix, at + 4)) {
      let end = at + 4
      while (end <= at + ID_CHARS && isIdChar(text.charCodeAt(end))) end++
      if (end === at + ID_CHARS && beginsWord(text, at) && !isAlnum(text.charCodeAt(end))) found.add(at, end, 'aws')
    }
  }
  findNamed(text, 'ecret', SECRET_CHARS, found)
  findNamed(text, 'ECRET', SECRET_CHARS, found)
  findNamed(text, 'oken', MIN_SESSION, found)
  findNamed(text, 'OKEN', MIN_SESSION, found)
}

/** The value behind a name such as `aws_secret_access_key` or `SessionToken`. */
function findNamed(text: string, part: string, chars: number, found: Spans): void {
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) {
    let i = at + part.length
    while (i < at + 32 && isNameChar(text.charCodeAt(i))) i++
    const name = i
    while (i < name + 12 && isMark(text.charCodeAt(i))) i++
    if (i === name) continue
    const isSession = /(?:ession|ecurity|ESSION|ECURITY)[-_]?.$/.test(text.slice(Math.max(0, at - 10), at))
    let end = i
    const limit = chars === SECRET_CHARS ? i + chars + 1 : text.length
    while (end < limit && isKeyChar(text.charCodeAt(end))) end++
    if (end - i >= MIN_SESSION) at = end - part.length
    const value = text.slice(i, end)
    if (chars === SECRET_CHARS ? end - i === chars && isMixed(value) : end - i >= chars && isSession) found.add(i, end, 'aws')
  }
}

/** A hash in hex is no key. */
function isMixed(value: string): boolean {
  return /[a-z]/.test(value) && /[A-Z]/.test(value)
}

function isIdChar(c: number): boolean {
  return (c >= 65 && c <= 90) || (c >= 48 && c <= 57)
}
function isNameChar(c: number): boolean {
  return isAlnum(c) || c === 95 || c === 45
}
function isMark(c: number): boolean {
  return c === 32 || c === 58 || c === 61 || c === 34 || c === 39 || c === 92 || c === 62
}
/** Base64, and `%` where a URL has it. */
function isKeyChar(c: number): boolean {
  return isAlnum(c) || c === 43 || c === 47 || c === 61 || c === 37
}
