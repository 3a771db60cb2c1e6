// The tag of an RFC 3164 message: a program's name, a process id in brackets, a colon.

/** Classes of characters for `isMadeOf`. */
export const TAG = 1
export const HOST = 2

/** ASCII characters by class: letters, digits and these; what is beyond ASCII is in both (`Übergröße`). */
const CLASSES = new Uint8Array(128)
for (let c = 48; c < 123; c++) if (c < 58 || (c > 64 && c < 91) || c > 96) CLASSES[c] = TAG | HOST
for (const c of '-_./@%') CLASSES[c.charCodeAt(0)] = TAG | HOST
for (const c of ':') CLASSES[c.charCodeAt(0)] = HOST
for (const c of '()#+*$~\\&!') CLASSES[c.charCodeAt(0)] = TAG

/** What `tagAt` answers: no tag; a word that may be one; a word that ends in a colon or has a process id. */
export const NONE = 0
export const PLAIN = 1
export const MARKED = 2

/** What `tagAt` found. One caller reads it at once. */
export const foundTag = {
  begin: 0,
  nameEnd: 0,
  /** Both 0 without a process id. */
  pidBegin: 0,
  pidEnd: 0,
  messageBegin: 0,
  /** A space or the end follows the colon. */
  spaced: false,
}

const SPACE = 32
const TAB = 9
const SLASH = 47
const COLON = 58
const OPEN = 91
const BACKSLASH = 92
const CLOSE = 93

/** A longer process id is some other text in brackets. */
const MAX_PID_CHARS = 64
/** A longer second word is no version. */
const MAX_SECOND_CHARS = 32

/** What stands at `at` in text that ends at `end`; besides single words `syslogd 1.4.1: restart.` and login's `-- root[2421]:`. */
export function tagAt(text: string, at: number, end: number): number {
  const kind = wordAt(text, at, end)
  if (kind !== PLAIN) return kind
  const { nameEnd } = foundTag
  const second = nameEnd + 1
  if (isVersion(text, second, end)) {
    found(at, secondEnd, 0, 0, secondEnd + 1)
    foundTag.spaced = true
    return MARKED
  }
  if (text.startsWith('-- ', at) && wordAt(text, second, end) === MARKED && foundTag.pidEnd > 0) {
    foundTag.begin = at
    return MARKED
  }
  found(at, nameEnd, 0, 0, nameEnd)
  return PLAIN
}

export function isMadeOf(charClass: number, text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i)
    if (c < 128 ? ((CLASSES[c] as number) & charClass) === 0 : !(c > 159)) return false
  }
  return to > from
}

function wordAt(text: string, at: number, end: number): number {
  for (let i = at; i <= end; i++) {
    const c = i === end ? SPACE : text.charCodeAt(i)
    if (c === SPACE || c === TAB) {
      found(at, i, 0, 0, i)
      return i > at ? PLAIN : NONE
    }
    if (c === OPEN) return i > at ? pidAt(text, at, i, end) : NONE
    if (c === COLON) {
      const next = i + 1 === end ? SPACE : text.charCodeAt(i + 1)
      if (next === COLON) {
        // Foo::Bar is one name.
        i++
        continue
      }
      if (i === at) return NONE
      found(at, i, 0, 0, i + 1)
      foundTag.spaced = next === SPACE || next === TAB || next < SPACE
      if (foundTag.spaced) return MARKED
      // `tag:text`, but no URL, no C:\path, no 10.0.0.1:80.
      return next !== SLASH && next !== BACKSLASH && i - at > 1 && isLetter(text.charCodeAt(at)) ? MARKED : NONE
    }
    if (c < 128 ? ((CLASSES[c] as number) & TAG) === 0 : c <= 159) return NONE
  }
  return NONE
}

/** `name[pid]`, with a colon behind it or not. */
function pidAt(text: string, at: number, open: number, end: number): number {
  const limit = Math.min(end, open + MAX_PID_CHARS)
  for (let i = open + 1; i < limit; i++) {
    const c = text.charCodeAt(i)
    if (c === SPACE) return NONE
    if (c !== CLOSE) continue
    const next = i + 1 === end ? SPACE : text.charCodeAt(i + 1)
    if (next !== COLON && next !== SPACE) return NONE
    found(at, open, open + 1, i, next === COLON ? i + 2 : i + 1)
    foundTag.spaced = true
    return MARKED
  }
  return NONE
}

let secondEnd = 0

/** `1.4.1:` at `at`. Sets `secondEnd` to its colon. */
function isVersion(text: string, at: number, end: number): boolean {
  const limit = Math.min(end, at + MAX_SECOND_CHARS)
  let dots = 0
  for (let i = at; i < limit; i++) {
    const c = text.charCodeAt(i)
    if (c === 46) dots++
    else if (c === COLON) {
      secondEnd = i
      return dots > 0 && !(text.charCodeAt(i + 1) > SPACE)
    } else if (!(c >= 48 && c <= 57)) return false
  }
  return false
}

function found(begin: number, nameEnd: number, pidBegin: number, pidEnd: number, messageBegin: number): void {
  foundTag.begin = begin
  foundTag.nameEnd = nameEnd
  foundTag.pidBegin = pidBegin
  foundTag.pidEnd = pidEnd
  foundTag.messageBegin = messageBegin
  foundTag.spaced = false
}

function isLetter(c: number): boolean {
  return (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c > 159
}
