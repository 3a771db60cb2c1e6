// The head of a line as the pattern layouts of log4j, Logback, Spring Boot, Python and their kin write it: time, level, thread, logger; then the message.
import { bracketEnd } from './bracket-end.ts'
import { findLoggerTime } from './find-logger-time.ts'
import { levelOfWord, type Level } from './level.ts'
import { readLogOrigin } from './log-origin.ts'
import { isLoggerName } from './logger-name.ts'
import type { FoundTime } from './time.ts'

export interface LogHead {
  time: FoundTime
  level: Level
  logger: string
  thread: string
  file: string
  pid: number
  /** Of the source. */
  line: number
  message: string
}

/** Layouts put the level within these many characters and parts; what comes later is message. */
const HEAD_CHARS = 200
const HEAD_PARTS = 8
/** A thread or class name is not longer. */
const MAX_NAME_CHARS = 200
/** Level names that are also what other formats begin their message with: PostgreSQL's LOG, and answers. */
const NO_LEVELS = new Set(['LOG', 'OK', 'HTTP'])

/** Empty text and -1 where a part is not there. Null where the line does not begin with a time and a level in capitals or in brackets, in either order. `zone` is for times that name none. */
export function readLogHead(line: string, zone: string, nowMs: number): LogHead | null {
  const head: LogHead = { time: NO_TIME, level: 'info', logger: '', thread: '', file: '', pid: -1, line: -1, message: '' }
  let hasLevel = false
  let hasTime = false
  let at = 0
  let begin = 0
  for (let part = 0; part < HEAD_PARTS && at < HEAD_CHARS; part++) {
    while (isSeparator(line, at)) at++
    begin = at
    const first = line.charCodeAt(at)
    if (!hasTime) {
      const time = isDigit(first) || (first === 91 && isDigit(line.charCodeAt(at + 1))) ? findLoggerTime(line, at, zone, nowMs) : null
      if (time !== null) {
        head.time = time
        hasTime = true
        at = time.end
        if (hasLevel) break
        continue
      }
      if (part > 2) return null
    }
    at = partEnd(line, begin)
    if (at === begin) return null
    const level = hasLevel ? null : levelAt(line, begin, at)
    if (level !== null) {
      head.level = level
      hasLevel = true
      if (hasTime) break
    } else if ((!hasTime && first !== 91) || !notePart(head, line, begin, at)) return null
  }
  if (!hasLevel || !hasTime) return null
  readLogOrigin(head, line, at, line.charCodeAt(begin) === 91)
  return head
}

const NO_TIME: FoundTime = { ms: 0, text: null, zoneGuessed: true, end: 0 }

/** A part between time and level: `[thread]`, a number, `{file:line}`, a logger and a thread. False for what no layout has there. */
function notePart(head: LogHead, line: string, begin: number, end: number): boolean {
  const first = line.charCodeAt(begin)
  const bracket = first === 91 || first === 123 || first === 40
  const text = bracket ? line.slice(begin + 1, end - 1).trim() : line.slice(begin, end)
  if (text === '' && bracket) return true
  if (isNumber(text)) {
    if (text.length < 16) head.pid = Number(text)
    return true
  }
  if (first === 123) {
    const colon = text.lastIndexOf(':')
    if (colon <= 0 || !isNumber(text.slice(colon + 1))) return false
    head.file = text.slice(0, colon)
    head.line = Number(text.slice(colon + 1))
    return true
  }
  if (bracket) {
    if (head.thread === '') head.thread = text
    else if (head.logger === '') head.logger = text
    return true
  }
  // A word of prose is neither: a logger has dots or dashes around it, a bare thread follows a logger (Storm).
  if (!isLoggerName(text)) return false
  if (head.logger === '') {
    const dash = line.charCodeAt(begin - 2)
    if (!text.includes('.') && !((dash === 45 || dash === 124) && (line.startsWith(' - ', end) || line.startsWith(' |', end)))) return false
    head.logger = text
  } else if (head.thread === '') head.thread = text
  else return false
  return true
}

/** Index behind the part at `begin`: to the bracket that closes it, or to the next space or bar. */
function partEnd(line: string, begin: number): number {
  const first = line.charCodeAt(begin)
  if (first === 91 || first === 40 || first === 123) return bracketEnd(line, begin)
  let end = begin
  for (let c = line.charCodeAt(end); end < line.length && c > 32 && c !== 124 && c !== 91; c = line.charCodeAt(end)) {
    if (end - begin > MAX_NAME_CHARS) return begin
    end++
  }
  return end
}

/** `INFO`, `INFO:`, `[ info ]`. */
function levelAt(line: string, begin: number, end: number): Level | null {
  let a = begin
  let b = end
  const bracket = line.charCodeAt(begin) === 91
  if (bracket) {
    a++
    b--
    while (line.charCodeAt(a) === 32) a++
    while (line.charCodeAt(b - 1) === 32) b--
  } else if (line.charCodeAt(b - 1) === 58) b--
  if (b - a < 3 || b - a > 13) return null
  const word = line.slice(a, b)
  const level = levelOfWord(word)
  return level !== null && (bracket || line.charCodeAt(a + 1) <= 90) && !NO_LEVELS.has(word) ? level : null
}

/** Spaces, bars, lone dashes: what layouts put between parts. */
function isSeparator(line: string, at: number): boolean {
  const c = line.charCodeAt(at)
  return c === 32 || c === 9 || c === 124 || (c === 45 && line.charCodeAt(at + 1) === 32)
}

function isNumber(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isDigit(text.charCodeAt(i))) return false
  return text !== ''
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}
