// What pattern layouts put between the level and the message: process, thread, logger, place in the source.
import { bracketEnd } from './bracket-end.ts'
import { levelOfWord } from './level.ts'
import type { LogHead } from './log-head.ts'
import { isLoggerName } from './logger-name.ts'

/** Longer words are data of the message. */
const MAX_NAME_CHARS = 200
/** Between Spring Boot's level and its `---` stands a process id, or application and trace ids with it. */
const MAX_SPRING_CHARS = 150
/** Brackets before a logger: thread and diagnostic contexts. */
const MAX_BRACKETS = 3
const SOURCE_FILE = /\.(?:java|kt|scala|groovy|clj|py|go|rb|cs|js|ts|cc|cpp|c)$/

/** Fills `head` from what follows the level, which ends at `from`, and sets its message. `bracketed`: the level stood in brackets. */
export function readLogOrigin(head: LogHead, line: string, from: number, bracketed: boolean): void {
  const newline = line.indexOf('\n', from)
  const lineEnd = newline === -1 ? line.length : newline
  let at = skipSpaces(line, from)
  const begin = line.charCodeAt(0)
  if (begin === 91 && head.logger === '' && !bracketed && hasLoggerBehind(head, line, at, lineEnd)) return
  if (bracketed && line.charCodeAt(from) === 91) at = loggerInBracket(head, line, from)
  else if (isDash(line, at)) at = skipSpaces(line, at + 1)
  else at = spring(head, line, at) || general(head, line, at)
  head.message = line.slice(Math.min(at, line.length))
}

/** Kafka's `[time] LEVEL message (logger)`; the logger ends the first line or, behind a message of several lines, the last. */
function hasLoggerBehind(head: LogHead, line: string, from: number, lineEnd: number): boolean {
  const text = line.trimEnd()
  for (const end of lineEnd >= text.length ? [text.length] : [lineEnd, text.length]) {
    if (line.charCodeAt(end - 1) !== 41) continue
    const open = line.lastIndexOf('(', end)
    if (open < from || line.charCodeAt(open - 1) > 32 || end - open > MAX_NAME_CHARS) continue
    const name = line.slice(open + 1, end - 1)
    if (!isLoggerName(name) || !name.includes('.')) continue
    head.logger = name
    head.message = line.slice(from, open).trimEnd() + line.slice(end)
    return true
  }
  return false
}

/** Elasticsearch: `[time][LEVEL][logger ] message`. */
function loggerInBracket(head: LogHead, line: string, at: number): number {
  const end = bracketEnd(line, at)
  if (end === at) return at
  head.logger = line.slice(at + 1, end - 1).trim()
  return skipSpaces(line, end)
}

/** `12345 --- [app] [thread] logger : message`: index of the message, 0 where it is not Spring Boot's. */
function spring(head: LogHead, line: string, from: number): number {
  const first = line.charCodeAt(from)
  if (!isDigit(first) && first !== 91) return 0
  const dashes = line.slice(from, from + MAX_SPRING_CHARS).indexOf(' --- ')
  if (dashes === -1) return 0
  const pid = line.slice(line.lastIndexOf(' ', from + dashes - 1) + 1, from + dashes)
  if (!isNumber(pid)) return 0
  head.pid = Number(pid)
  let at = skipSpaces(line, from + dashes + 5)
  let brackets = 0
  while (line.charCodeAt(at) === 91 && brackets < MAX_BRACKETS) {
    const end = bracketEnd(line, at)
    if (end === at) break
    const text = line.slice(at + 1, end - 1).trim()
    // The application's name goes before the thread, trace and span ids behind it.
    if (brackets === 0 || !isTrace(text)) head.thread = text
    brackets++
    at = skipSpaces(line, end)
  }
  // Loggers of Tomcat hold brackets and slashes, so the colon decides.
  const colon = line.slice(at, at + MAX_NAME_CHARS).indexOf(' : ')
  if (colon === -1) return at
  head.logger = line.slice(at, at + colon).trim()
  return at + colon + 3
}

/** Brackets, a logger and its separator, as far as they are there; index of the message. */
function general(head: LogHead, line: string, from: number): number {
  let at = from
  let thread = head.thread !== ''
  if (line.charCodeAt(at) === 91) {
    const end = bracketEnd(line, at)
    // `[Controller 0]: starting` is a message.
    if (end === at || isColonOrComma(line.charCodeAt(end))) return at
    noteBracket(head, line.slice(at + 1, end - 1).trim())
    at = skipSpaces(line, end)
    thread = true
    // WildFly, Quarkus: `[logger] (thread)`.
    if (line.charCodeAt(at) === 40 && head.thread === '') at = threadInParentheses(head, line, at)
  } else if (line.charCodeAt(at) === 40) {
    // Solr: `(thread) [context] logger`.
    const end = bracketEnd(line, at)
    if (end === at || line.charCodeAt(end) !== 32 || line.charCodeAt(skipSpaces(line, end)) !== 91) return at
    at = threadInParentheses(head, line, at)
    thread = true
  }
  if (isDash(line, at)) return skipSpaces(line, at + 1)
  return behindContexts(head, line, at, thread)
}

/** Further brackets are contexts where a logger follows them, the logger where they hold one, else message. */
function behindContexts(head: LogHead, line: string, from: number, thread: boolean): number {
  let at = from
  for (let brackets = 0; line.charCodeAt(at) === 91 && brackets < MAX_BRACKETS; brackets++) {
    const end = bracketEnd(line, at)
    if (end === at || isColonOrComma(line.charCodeAt(end))) break
    const text = line.slice(at + 1, end - 1).trim()
    at = skipSpaces(line, end)
    if (head.logger !== '' || !isDotted(text)) continue
    head.logger = text
    return isDash(line, at) ? skipSpaces(line, at + 1) : at
  }
  return readLogger(head, line, at, thread) || (at !== from && isDash(line, at) ? skipSpaces(line, at + 1) : from)
}

/** `logger: `, `logger - `, `logger : `, `logger|` and, behind a thread, Tomcat's bare `org.apache.Class.method `. Index of the message, 0 where there is none. */
function readLogger(head: LogHead, line: string, from: number, thread: boolean): number {
  let end = from
  for (let c = line.charCodeAt(end); c > 32 && c !== 124; c = line.charCodeAt(end)) if (++end - from > MAX_NAME_CHARS) return 0
  const word = line.slice(from, end)
  let next = end
  while (line.charCodeAt(next) === 32 || line.charCodeAt(next) === 9) next++
  if (word.charCodeAt(word.length - 1) === 58) return noteLogger(head, word.slice(0, -1)) ? next : 0
  const separator = line.charCodeAt(next)
  if (separator === 124 || isDash(line, next) || (separator === 58 && line.charCodeAt(next + 1) === 32)) return noteLogger(head, word) ? skipSpaces(line, next + 1) : 0
  return thread && head.logger === '' && isClass(word) && noteLogger(head, word) ? next : 0
}

/** `name`, `name:12`, `Class.java:12`, `module:function:12`; false for what is none. */
function noteLogger(head: LogHead, text: string): boolean {
  const colon = text.lastIndexOf(':')
  const numbered = colon > 0 && isNumber(text.slice(colon + 1))
  const first = text.indexOf(':')
  const name = first === -1 ? text : text.slice(0, first)
  if ((first !== -1 && !numbered) || !isLoggerName(name) || isNumber(name)) return false
  // `Error: ...` and `java.io.IOException: ...` begin a message.
  if (levelOfWord(name) !== null || name.endsWith('Exception') || name.endsWith('Error')) return false
  if (numbered) head.line = Number(text.slice(colon + 1))
  if (numbered && SOURCE_FILE.test(name)) {
    head.file = name
    return true
  }
  if (head.logger !== '') {
    // The brackets before held a thread with a dotted name.
    if (!name.includes('.')) return false
    if (head.thread === '') head.thread = head.logger
  }
  head.logger = name
  return true
}

/** `[thread]`, a process id, `[package.logger]`, ZooKeeper's `[thread:Class@line]`. */
function noteBracket(head: LogHead, text: string): void {
  const sign = text.lastIndexOf('@')
  const colon = text.lastIndexOf(':', sign)
  if (sign > 0 && colon >= 0 && isNumber(text.slice(sign + 1)) && isLoggerName(text.slice(colon + 1, sign))) {
    head.line = Number(text.slice(sign + 1))
    head.logger = text.slice(colon + 1, sign)
    head.thread = text.slice(0, colon)
  } else if (isNumber(text)) head.pid = Number(text)
  else if (head.logger === '' && isDotted(text)) head.logger = text
  else if (head.thread === '') head.thread = text
}

function threadInParentheses(head: LogHead, line: string, at: number): number {
  const end = bracketEnd(line, at)
  if (end === at) return at
  head.thread = line.slice(at + 1, end - 1).trim()
  return skipSpaces(line, end)
}

/** A dotted name without dashes, which threads have. */
function isDotted(text: string): boolean {
  return text.includes('.') && !text.includes('-') && !text.includes('/') && isLoggerName(text) && !isDigit(text.charCodeAt(0))
}

/** Two dots at least and a part that begins with a capital: `o.a.s.c.SolrCore`. */
function isClass(text: string): boolean {
  const dot = text.indexOf('.')
  return dot > 0 && text.indexOf('.', dot + 1) !== -1 && /\.[A-Z]/.test(text) && isDotted(text)
}

/** Trace and span ids of Micrometer, or the blanks that stand for them. */
function isTrace(text: string): boolean {
  return text === '' || (text.length >= 16 && /^[0-9a-f-]+$/i.test(text))
}

function skipSpaces(line: string, from: number): number {
  let at = from
  while (line.charCodeAt(at) === 32 || line.charCodeAt(at) === 9 || line.charCodeAt(at) === 124) at++
  return at
}

function isDash(line: string, at: number): boolean {
  return line.charCodeAt(at) === 45 && (line.charCodeAt(at + 1) === 32 || at + 1 === line.length)
}

function isColonOrComma(c: number): boolean {
  return c === 58 || c === 44
}

function isNumber(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isDigit(text.charCodeAt(i))) return false
  return text !== '' && text.length < 16
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}
