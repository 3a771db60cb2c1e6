// The level a line of text states about itself. A word that only occurs in a sentence ("no error found") states nothing.
import { findTime } from './time.ts'
import { levelOf, levelOfLetter, levelOfWord, type Level } from './level.ts'

/** Levels stand in a line's head; what comes later is message. Room for a time, a host, a thread, a class name. */
const HEAD_CHARS = 200
/** BGL and Android put seven words before the level; more is a sentence. */
const HEAD_TOKENS = 10
/** How far `level=` is looked for: a logfmt line may have long values before it. */
const KEY_CHARS = 2000

/** Names that are also everyday words: taken only in capitals or in brackets, not for `config: loaded` or `[http]`. */
const WORDS = new Set(['log', 'http', 'config', 'fine', 'finer', 'ok', 'success', 'audit', 'all', 'alert', 'fail', 'failure', 'emergency', 'verbose', 'information', 'severe', 'inf', 'note'])

/**
 * The level stated in `text`, or null. In this order:
 * 1. in the head - after a time, numbers, names with digits, bracketed parts: a name in capitals (`ERROR`, `INFO:`), in any case after the
 *    time or when a colon follows the line's first word (`error: x`), in any case in brackets (`[error]`, `<warn>`, `[core:error]`),
 *    between bars or dashes (`| INFO |`, `- INFO -`); a single letter where klog, Ruby's logger, logcat or `[E]` put theirs;
 * 2. `level=error`, `lvl=`, `severity: x`, `"level":"error"` anywhere in the first 2,000 characters.
 * `from` is where the time at the head of the line ends; by default it is looked for.
 */
export function findLevel(text: string, from = -1): Level | null {
  const start = from >= 0 ? from : (findTime(text)?.end ?? 0)
  return levelInHead(text, start) ?? levelOfKey(text)
}

function levelInHead(text: string, start: number): Level | null {
  const limit = Math.min(text.length, start + HEAD_CHARS)
  const letter = letterAtStart(text)
  if (letter !== null) return letter
  /** Plain words end the head; then only bars, dashes and brackets mark a level. */
  let inHead = true
  /** A token with a digit went before: words in capitals belong to the head (`RAS KERNEL INFO`), else they are shouting. */
  let sawDigit = start > 0
  let numbers = 0
  let i = start
  for (let count = 0; i < limit && count < HEAD_TOKENS * 2; count++) {
    while (i < limit && isGap(text.charCodeAt(i))) i++
    const begin = i
    while (i < limit && !isGap(text.charCodeAt(i))) i++
    if (i === begin) break
    const first = text.charCodeAt(begin)
    // A quote begins the message (access logs), a key at the very start makes the line logfmt: nothing here, and long lines are cheap.
    if (first === 34 || (begin === 0 && isLogfmt(text, i))) return null
    const kind = kindOf(text, begin, i)
    const opened = first === 91 || first === 60 || first === 40
    if (opened) {
      const level = levelInBrackets(text, begin, i)
      if (level !== null) return level
    }
    const level = inHead || isMarked(text, begin, i) ? levelOfToken(text, begin, i, begin === start || (start > 0 && count === 0), inHead) : null
    if (level !== null) return level
    if (kind === NUMBER) {
      numbers++
      sawDigit = true
      continue
    }
    if (inHead && numbers >= 2 && i - begin === 1) {
      const level = levelOfLetter(text.charAt(begin))
      if (level !== null) return level
    }
    numbers = 0
    if (kind === DIGITS) sawDigit = true
    else if ((kind === LOWER || (kind === UPPER && !sawDigit)) && !opened) inHead = false
    // `sshd[24200]: the message`: the message may begin with a level of its own, but its words are not the head's.
    if (text.charCodeAt(i - 1) === 58 && count > 0 && (inHead || text.charCodeAt(i - 2) === 93)) return levelAfterColon(text, i, limit)
    if (count >= HEAD_TOKENS) inHead = false
  }
  return null
}

/** The first word after `name[pid]:`, taken in capitals or with its own colon. */
function levelAfterColon(text: string, at: number, limit: number): Level | null {
  let begin = at
  while (begin < limit && isGap(text.charCodeAt(begin))) begin++
  let end = begin
  while (end < limit && !isGap(text.charCodeAt(end))) end++
  if (end === begin) return null
  const first = text.charCodeAt(begin)
  if (first !== 91 && first !== 60) return levelOfToken(text, begin, end, true, true)
  // PostgreSQL numbers what it sends to syslog: `postgres[10808]: [1-1] db=app LOG:  ...`.
  if (end < HEAD_CHARS && isDigit(text.charCodeAt(begin + 1)) && /^\[\d+-\d+\]$/.test(text.slice(begin, end))) return levelInHead(text, end)
  return levelInBrackets(text, begin, end)
}

/** A level name with marks around it, `*ERROR*:` or `INFO]`. */
function levelOfToken(text: string, begin: number, end: number, leads: boolean, head: boolean): Level | null {
  let a = begin
  let b = end
  while (a < b && !isAlnum(text.charCodeAt(a))) a++
  // Amazon RDS glues its prefix to the level: `CET::@:[12760]:LOG:`.
  if (text.charCodeAt(end - 1) === 58 && text.charCodeAt(begin) !== 34) {
    const colon = text.lastIndexOf(':', end - 2)
    const glued = colon > a ? levelOfWord(text.slice(colon + 1, end - 1)) : null
    if (glued !== null && isUpper(text, colon + 1)) return glued
  }
  // A path, an option or a quote is no level: only these marks may stand before one.
  for (let i = begin; i < a; i++) if (!isMark(text.charCodeAt(i))) return null
  let word = a
  while (word < b && isAlnum(text.charCodeAt(word))) word++
  const next = text.charCodeAt(word)
  // `ERROR:root:message` of Python's default format, `INFO:     ` of uvicorn, `WARN]`, `E/Tag` is the letter's business.
  if (word < b && next !== 58 && next !== 93 && next !== 124 && next !== 62 && next !== 41 && next !== 44 && next !== 42 && next !== 45) return null
  b = word
  const length = b - a
  if (length < 3 || length > 13) return null
  const name = text.slice(a, b)
  const level = levelOfWord(name)
  if (level === null) return null
  if (name === name.toUpperCase()) return next === 45 && word < end - 1 ? null : level
  if (!leads || !head || WORDS.has(name.toLowerCase())) return null
  // After a time the first word is the level; at the start of a line it needs its colon, for "error while ..." is a sentence.
  return begin > 0 || (next === 58 && word === end - 1) || (next === 58 && text.charCodeAt(word + 1) === 58) ? level : null
}

/** `[error]`, `[ WARN ]`, `[core:error]`, `[main/INFO]`, `<info>`, `[E 12:00 app]`. The text between may hold spaces. */
function levelInBrackets(text: string, begin: number, tokenEnd: number): Level | null {
  const open = text.charCodeAt(begin)
  const close = text.indexOf(open === 91 ? ']' : open === 60 ? '>' : ')', begin)
  if (open === 40 && close >= tokenEnd) return null
  const end = close === -1 || close > begin + 60 ? tokenEnd : close
  let i = begin + 1
  while (i < end && !isAlnum(text.charCodeAt(i))) i++
  if (end - i >= 1 && open === 91) {
    const after = text.charCodeAt(i + 1)
    if (i + 1 === end || after === 32) {
      const letter = levelOfLetter(text.charAt(i))
      if (letter !== null && (i + 1 === end || isDigit(text.charCodeAt(i + 2)))) return letter
    }
  }
  // Module and level, thread and level: each part for itself.
  while (i < end) {
    let b = i
    while (b < end && isAlnum(text.charCodeAt(b))) b++
    const before = text.charCodeAt(i - 1)
    const behind = text.charCodeAt(b)
    const alone = (before === open || before === 32 || before === 58 || before === 47) && (b === end || behind === 32 || behind === 58 || behind === 93)
    if (alone && b - i >= 3 && b - i <= 13) {
      const name = text.slice(i, b)
      const level = levelOfWord(name)
      if (level !== null && (name === name.toUpperCase() || (!WORDS.has(name) && isWhole(text, begin, i, b, end)))) return level
    }
    i = b + 1
    while (i < end && !isAlnum(text.charCodeAt(i))) i++
  }
  return null
}

/** A name in lower case must fill the brackets or follow their colon: `[info handler]` is a name. */
function isWhole(text: string, begin: number, a: number, b: number, end: number): boolean {
  for (let i = b; i < end; i++) if (text.charCodeAt(i) !== 32) return false
  const before = text.charCodeAt(a - 1)
  if (before === 58 || before === 47) return true
  for (let i = begin + 1; i < a; i++) if (text.charCodeAt(i) !== 32) return false
  return true
}

/** Bars on both sides (loguru) or dashes on both (Python's usual format): marked as a column of its own. */
function isMarked(text: string, begin: number, end: number): boolean {
  let a = begin - 1
  while (text.charCodeAt(a) === 32) a--
  let b = end
  while (text.charCodeAt(b) === 32) b++
  const before = text.charCodeAt(a)
  return (before === 124 || before === 45) && before === text.charCodeAt(b) && a < begin - 1
}

/** klog `E0102 15:04:05` and glog, Ruby's logger `E, [2024-`, logcat's brief `E/Tag( 12):`. */
function letterAtStart(text: string): Level | null {
  const first = text.charCodeAt(0)
  if (!(first >= 65 && first <= 90)) return null
  const next = text.charCodeAt(1)
  if (next === 44 ? text.charCodeAt(3) === 91 : next === 47 ? /^.\/[\w.:-]{1,60} *\( *\d+\):/.test(text) : isDigit(next) && /^.(?:\d{4}){1,2} \d\d:\d\d:\d\d/.test(text)) return levelOfLetter(text.charAt(0))
  return null
}

function levelOfKey(text: string): Level | null {
  return levelAfter(text, 'evel') ?? levelAfter(text, 'lvl') ?? levelAfter(text, 'everity') ?? levelAfter(text, 'EVEL')
}

/** The value behind a key that ends in `name`: `=` or `:`, quotes and spaces between them. */
function levelAfter(text: string, name: string): Level | null {
  for (let at = text.indexOf(name); at !== -1 && at < KEY_CHARS; at = text.indexOf(name, at + 1)) {
    let i = at + name.length
    if (isQuote(text.charCodeAt(i))) i++
    while (text.charCodeAt(i) === 32) i++
    const sign = text.charCodeAt(i)
    if (sign !== 61 && sign !== 58) continue
    i++
    while (text.charCodeAt(i) === 32 || isQuote(text.charCodeAt(i))) i++
    let end = i
    while (end - i < 14 && isAlnum(text.charCodeAt(end))) end++
    const level = end > i ? levelOf(text.slice(i, end)) : null
    if (level !== null) return level
  }
  return null
}

const NUMBER = 0
const DIGITS = 1
const UPPER = 2
const LOWER = 3
const OTHER = 4

/** Only digits and marks; with a digit; only capitals; a plain word; a mixture such as `app.Main`. */
function kindOf(text: string, begin: number, end: number): number {
  let digits = false
  let upper = false
  let lower = false
  let mixed = false
  for (let i = begin; i < end; i++) {
    const c = text.charCodeAt(i)
    if (isDigit(c)) digits = true
    else if (c >= 65 && c <= 90) upper = true
    else if ((c >= 97 && c <= 122) || c > 127) lower = true
    else if (i < end - 1 && (c === 46 || c === 64 || c === 47 || c === 95 || c === 91 || c === 61)) mixed = true
  }
  if (digits) return upper || lower ? DIGITS : NUMBER
  if (mixed) return OTHER
  return lower ? LOWER : upper ? UPPER : OTHER
}

function isGap(c: number): boolean {
  return c === 32 || c === 9 || c === 124
}
function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}
function isAlnum(c: number): boolean {
  return isDigit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122)
}
function isLogfmt(text: string, end: number): boolean {
  const sign = text.indexOf('=')
  return sign > 0 && sign < end
}
function isUpper(text: string, at: number): boolean {
  return text.charCodeAt(at + 1) <= 90
}
function isQuote(c: number): boolean {
  return c === 34 || c === 39
}
function isMark(c: number): boolean {
  return c === 91 || c === 60 || c === 40 || c === 42 || c === 124 || c === 45 || c === 58
}
