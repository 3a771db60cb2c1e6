// Keys whose whole values are to be hidden, and where text says `key=value` or `"key": value`.
import { copyText } from '../copy-text.ts'
import { endOfJson } from './end-of-json.ts'
import { isAlnum } from './begins-word.ts'
import type { Spans } from './spans.ts'

/** Longer than any sane key; what is longer is no key in text. */
const MAX_KEY = 64
/** Keys are few in a log; an attacker's are not. */
const MAX_CACHE = 5000
/** Words that stand between `Authorization:` and its secret. */
const SCHEMES = /^(?:bearer|basic|digest|token|apikey|negotiate|ntlm|hmac|aws4-hmac-sha256)$/i

export interface NamedKeys {
  readonly size: number
  /** Case, `-`, `_` and blanks do not count; of a key with dots its last part is enough. */
  has(key: string): boolean
  /** How the key was configured, without what does not count. */
  label(key: string): string
  /** Adds the values behind such keys in text that is not JSON. */
  find(text: string, found: Spans): void
}

export function namedKeys(names: readonly string[]): NamedKeys {
  const wanted = new Set(names.map(normal))
  const cache = new Map<string, boolean>()
  const has = (key: string): boolean => {
    let known = cache.get(key)
    if (known === undefined) {
      const plain = normal(key)
      known = wanted.has(plain) || wanted.has(plain.slice(plain.lastIndexOf('.') + 1))
      if (key.length > MAX_KEY) return known
      if (cache.size >= MAX_CACHE) cache.clear()
      cache.set(copyText(key, MAX_KEY), known)
    }
    return known
  }
  const label = (key: string): string => {
    const plain = normal(key)
    return wanted.has(plain) ? plain : plain.slice(plain.lastIndexOf('.') + 1)
  }
  const find = (text: string, found: Spans): void => {
    for (let i = 1; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (c !== 61 && c !== 58) continue
      const key = keyBefore(text, i)
      if (key === '' || !has(key)) continue
      const start = skipBlanks(text, endOfSign(text, i + 1))
      i = addValue(text, start, label(key), found) - 1
    }
  }
  return { size: wanted.size, has, label, find }
}

function normal(key: string): string {
  return key.toLowerCase().replace(/[-_\s]/g, '')
}

function keyBefore(text: string, sign: number): string {
  let end = sign
  while (end > sign - 8 && isMark(text.charCodeAt(end - 1))) end--
  let start = end
  while (start > end - MAX_KEY && isKeyChar(text.charCodeAt(start - 1))) start--
  return text.slice(start, end)
}

/** Adds the value that begins here, without quotes around it, and gives where to look on. */
function addValue(text: string, start: number, label: string, found: Spans): number {
  let i = start
  while (text.charCodeAt(i) === 92) i++
  const first = text.charCodeAt(i)
  const quoted = first === 34 || first === 39
  const from = quoted ? i + 1 : start
  // Hidden already.
  if (text.startsWith('[redacted:', from)) return from
  const end = quoted ? endOfQuoted(text, i, i - start) : first === 123 || first === 91 ? endOfJson(text, i) : endOfWords(text, start)
  if (end > from) found.add(from, end, label)
  return Math.max(end, start)
}

/** Where the closing quote, or the backslashes before it, begin. A quote behind more backslashes than the opening one, or a doubled one, is part of the value. */
function endOfQuoted(text: string, quote: number, slashes: number): number {
  const mark = text.charAt(quote)
  for (let at = text.indexOf(mark, quote + 1); at !== -1; at = text.indexOf(mark, at + 1)) {
    let before = 0
    while (at - 1 - before > quote && text.charCodeAt(at - 1 - before) === 92) before++
    const closes = slashes === 0 ? before % 2 === 0 : before <= slashes
    if (!closes) continue
    if (slashes > 0 || at === quote + 1 || text.charAt(at + 1) !== mark) return slashes === 0 ? at : at - before
    at++
  }
  return text.length
}

function endOfWords(text: string, start: number): number {
  let end = endOfWord(text, start)
  if (SCHEMES.test(text.slice(start, Math.min(end, start + 20)))) {
    do end = endOfWord(text, skipBlanks(text, end))
    while (text.charCodeAt(end - 1) === 44 && end < text.length)
  }
  // `Cookie: a=b; c=d`.
  while (text.charCodeAt(end - 1) === 59 && text.charCodeAt(end) === 32) end = endOfWord(text, end + 1)
  return end
}

/** To the next blank, quote or parameter of a URL: a comma may be part of a password, and hiding too much is better than too little. */
function endOfWord(text: string, start: number): number {
  let i = start
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c <= 32 || c === 34 || c === 39 || (c === 38 && beginsParameter(text, i + 1))) break
  }
  // What closes something around it stays: `{password=x}`.
  while (i > start + 1 && (text.charCodeAt(i - 1) === 125 || text.charCodeAt(i - 1) === 93 || text.charCodeAt(i - 1) === 41)) i--
  return i
}

function beginsParameter(text: string, from: number): boolean {
  let i = from
  while (i < from + MAX_KEY && (isKeyChar(text.charCodeAt(i)) || text.charCodeAt(i) === 37)) i++
  return i > from && text.charCodeAt(i) === 61
}

/** `=>` of Ruby, `:=`, `==`, `::`. */
function endOfSign(text: string, from: number): number {
  let i = from
  while (i < from + 2 && (text.charCodeAt(i) === 61 || text.charCodeAt(i) === 58 || text.charCodeAt(i) === 62)) i++
  return i
}

function skipBlanks(text: string, from: number): number {
  let i = from
  while (text.charCodeAt(i) === 32) i++
  return i
}

function isMark(c: number): boolean {
  return c === 32 || c === 34 || c === 39 || c === 92 || c === 93
}
function isKeyChar(c: number): boolean {
  return isAlnum(c) || c === 95 || c === 45 || c === 46 || c > 127
}
