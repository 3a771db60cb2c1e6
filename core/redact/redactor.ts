// Hides what finders, patterns and names point at: in text, and in JSON text without touching anything else in it.
import type { Json } from '../json.ts'
import type { Pattern } from '../pattern.ts'
import { endOfJson, endOfString } from './end-of-json.ts'
import { findAddresses } from './find-addresses.ts'
import { findAwsKeys } from './find-aws-keys.ts'
import { findBearers } from './find-bearers.ts'
import { findCards } from './find-cards.ts'
import { findEmails } from './find-emails.ts'
import { findGithubTokens } from './find-github-tokens.ts'
import { findPrivateKeys } from './find-private-keys.ts'
import { findUrlPasswords } from './find-url-passwords.ts'
import { namedKeys, type NamedKeys } from './named-keys.ts'
import { Spans } from './spans.ts'

const FINDERS = { card: findCards, email: findEmails, ip: findAddresses, bearer: findBearers, aws: findAwsKeys, github: findGithubTokens, url: findUrlPasswords, private_key: findPrivateKeys } as const

export type RedactPreset = keyof typeof FINDERS
export const REDACT_PRESETS = Object.keys(FINDERS) as [RedactPreset, ...RedactPreset[]]

/**
 * Each match of a pattern without end (`a.*b|a`) may cost a look at all that is left, so a text has as many matches as make this many
 * characters, 13,000 in a line of 150; what comes after the last is hidden whole. The worst line takes 0.3 s.
 */
const MAX_LOOKED_AT = 2e6
const MIN_MATCHES = 8
const ENDLESS = /[*+]|\{\d+,\}/
/** Keys that tell what a value alone does not: `"SecretAccessKey":"wJalr..."`. */
const TELLING = /secret|token|authorization|bearer|basic/i
/** `\u0034`, `\x34` (of access logs) and `%34` (of URLs) in text that was escaped once more than was parsed. */
const ASCII_ESCAPE = /(?:\\u00|\\x|%)([2-7][0-9a-f])/gi
/** `%2540`, and once more: whoever writes an address into a URL within a URL within a URL. */
const MAX_DECODINGS = 3
/** Characters that mean nothing by themselves. */
const STAND_IN = /[\ue000-\uf8ff]/g
const FIRST_STAND_IN = 0xe000
const STAND_INS = 6400

export interface RedactorOptions {
  readonly presets: readonly RedactPreset[]
  readonly patterns: ReadonlyArray<readonly [label: string, pattern: Pattern]>
  /** Keys whose whole values are hidden. */
  readonly fields: readonly string[]
  /** What stands in place of `hidden`, without characters that JSON escapes. */
  mask(label: string, hidden: string): string
}

export interface NamedValue {
  readonly label: string
  readonly value: Json
}

export class Redactor {
  /** Everything hidden since this was last emptied. */
  readonly hidden: string[] = []
  /** What `json` hid because of its key, since this was last emptied. */
  readonly named: NamedValue[] = []
  /** How much `text` hid because of its key, since this was last set. */
  namedInText = 0
  /** How much was hidden, since this was last set. */
  total = 0
  readonly #finders: ReadonlyArray<(text: string, found: Spans) => void>
  readonly #patterns: ReadonlyArray<{ readonly label: string; readonly pattern: Pattern; readonly endless: boolean }>
  readonly #keys: NamedKeys
  readonly #mask: (label: string, hidden: string) => string
  readonly #hide = (label: string, text: string): string => this.hide(label, text)
  readonly #found = new Spans()

  constructor({ presets, patterns, fields, mask }: RedactorOptions) {
    this.#finders = presets.map((preset) => FINDERS[preset])
    this.#patterns = patterns.map(([label, pattern]) => ({ label, pattern, endless: ENDLESS.test(pattern.source) }))
    this.#keys = namedKeys(fields)
    this.#mask = mask
  }

  /** What stands in place of `text`. */
  hide(label: string, text: string): string {
    this.total++
    this.hidden.push(text)
    return this.#mask(label, text)
  }

  /** The text with everything hidden, or null when there is nothing to hide. */
  text(text: string): string | null {
    return isEscaped(text) ? this.#escapedText(text) : this.#pass(text, this.#hide)
  }

  /**
   * First as it is, then as what it says: a secret may be seen in one form alone. What was hidden is one character until the end, so that no
   * look takes a mask for something to hide.
   */
  #escapedText(text: string): string | null {
    const masks: string[] = []
    let fresh = false
    const put = (label: string, hidden: string): string => {
      if (isStandIn(hidden)) return hidden
      fresh = true
      if (masks.length === STAND_INS) return this.hide(label, hidden)
      masks.push(this.hide(label, hidden))
      return String.fromCharCode(FIRST_STAND_IN + masks.length - 1)
    }
    let said = text.replace(STAND_IN, '\ufffd')
    let hidden: string | null = null
    for (let i = 0; i <= MAX_DECODINGS; i++) {
      fresh = false
      said = this.#pass(said, put) ?? said
      if (fresh) hidden = said
      const decoded = said.replace(ASCII_ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      if (decoded === said) break
      said = decoded
    }
    return hidden === null ? null : hidden.replace(STAND_IN, (one) => masks[one.charCodeAt(0) - FIRST_STAND_IN] ?? one)
  }

  #pass(text: string, hide: (label: string, hidden: string) => string): string | null {
    const found = this.#found
    found.clear()
    this.#look(text)
    if (this.#keys.size > 0) {
      const before = found.count
      this.#keys.find(text, found)
      for (let i = before; i < found.count; i++) if (!isStandIn(text.slice(found.starts[i], found.ends[i]))) this.namedInText++
    }
    return found.count === 0 ? null : found.replaced(text, hide)
  }

  /**
   * The same of JSON text on one line, of valid JSON: strings are looked at as what they say, keys too, numbers by all their digits.
   * What is hidden becomes a string; every other byte stays, so that long numbers keep their digits.
   */
  json(text: string): string | null {
    const escaped = text.includes('\\')
    // What stands in a string without escapes stands in the text: one look at all of it is 5 times as fast as one at each string.
    const clean = this.#patterns.length === 0 && this.#isClean(text)
    const encoded = text.includes('%')
    if (clean && !escaped && !encoded && this.#keys.size === 0) return null
    let out = ''
    let done = 0
    let key = ''
    const put = (start: number, end: number, value: string): void => {
      out += `${text.slice(done, start)}${JSON.stringify(value)}`
      done = end
    }
    for (let i = 0; i < text.length; ) {
      const c = text.charCodeAt(i)
      if (c === 34) {
        const end = escaped ? endOfString(text, i) : text.indexOf('"', i + 1) + 1 || text.length
        const plain = !escaped || !holdsBackslash(text, i, end)
        const string = plain ? text.slice(i + 1, end - 1) : (JSON.parse(text.slice(i, end)) as string)
        const settled = clean && plain && !(encoded && string.includes('%'))
        const behind = skipBlanks(text, end)
        if (text.charCodeAt(behind) !== 58) {
          const redacted = settled && this.#isUnnamed(string) ? null : this.#value(string, key)
          if (redacted !== null) put(i, end, redacted)
          i = end
          continue
        }
        key = string
        const redacted = settled && this.#isUnnamed(string) ? null : this.text(string)
        if (redacted !== null) put(i, end, redacted)
        i = behind + 1
        if (this.#keys.size === 0 || !this.#keys.has(string)) continue
        const start = skipBlanks(text, i)
        i = endOfJson(text, start)
        const label = this.#keys.label(string)
        const value = JSON.parse(text.slice(start, i)) as Json
        this.named.push({ label, value })
        put(start, i, this.hide(label, typeof value === 'string' ? value : text.slice(start, i)))
      } else if (c === 45 || (c >= 48 && c <= 57)) {
        const end = endOfJson(text, i)
        const redacted = clean || (end - i < 12 && this.#patterns.length === 0) ? null : this.text(text.slice(i, end))
        if (redacted !== null) put(i, end, redacted)
        i = end
      } else i++
    }
    if (done > 0) return out + text.slice(done)
    // Something was seen that is in no string and no number: whoever parses the text finds out whether it is JSON at all.
    return clean || this.#patterns.length > 0 ? null : text
  }

  #isClean(text: string): boolean {
    this.#found.clear()
    this.#look(text)
    return this.#found.count === 0
  }

  #isUnnamed(text: string): boolean {
    if (this.#keys.size === 0) return true
    this.#found.clear()
    this.#keys.find(text, this.#found)
    return this.#found.count === 0
  }

  #value(value: string, key: string): string | null {
    if (!TELLING.test(key)) return this.text(value)
    const prefix = `${key}=`
    const redacted = this.text(prefix + value)
    return redacted?.startsWith(prefix) === true ? redacted.slice(prefix.length) : this.text(value)
  }

  #look(text: string): void {
    for (let i = 0; i < this.#finders.length; i++) (this.#finders[i] as (text: string, found: Spans) => void)(text, this.#found)
    for (const { label, pattern, endless } of this.#patterns) findPattern(text, label, pattern, endless, this.#found)
  }
}

function findPattern(text: string, label: string, pattern: Pattern, endless: boolean, found: Spans): void {
  let from = 0
  let left = endless ? Math.max(MIN_MATCHES, Math.floor(MAX_LOOKED_AT / text.length)) : text.length + 1
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text, from)) {
    // An empty match hides nothing.
    if (match.end > match.index) found.add(match.index, match.end, label)
    from = match.end > match.index ? match.end : match.end + 1
    if (--left === 0) {
      if (from < text.length) found.add(from, text.length, label)
      return
    }
  }
  // Of a text too long for the pattern only the head was looked at.
  const reach = pattern.reach(text.length)
  if (reach < text.length) found.add(reach, text.length, label)
}

function isStandIn(text: string): boolean {
  const c = text.charCodeAt(0) - FIRST_STAND_IN
  return text.length === 1 && c >= 0 && c < STAND_INS
}

function isEscaped(text: string): boolean {
  return text.includes('\\u00') || text.includes('\\x') || text.includes('%')
}

function holdsBackslash(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (text.charCodeAt(i) === 92) return true
  return false
}

function skipBlanks(text: string, from: number): number {
  let i = from
  while (text.charCodeAt(i) <= 32) i++
  return i
}
