// RFC 5424: `<165>1 2003-10-11T22:14:15.003Z host app 123 ID47 [id a="b"] message`, and what senders leave out of it.
import { parseTime } from '../time.ts'
import { foundData, structuredDataAt } from './structured-data.ts'
import type { SyslogMessage } from './syslog-message.ts'

const SPACE = 32
const HYPHEN = 45
const OPEN = 91
const BYTE_ORDER_MARK = 0xfeff

/**
 * Whether a version, a space and a date with its `T` stand at `at`, or `-` for no date (not where `dated`). A date out of range still makes
 * it this dialect.
 */
export function isRfc5424(text: string, at: number, dated: boolean): boolean {
  const begin = versionEnd(text, at) + 1
  if (begin <= at + 1 || text.charCodeAt(begin - 1) !== SPACE) return false
  if (text.charCodeAt(begin) === HYPHEN) {
    const next = text.charCodeAt(begin + 1)
    return !dated && (next === SPACE || Number.isNaN(next))
  }
  for (let i = 0; i < 10; i++) {
    const c = text.charCodeAt(begin + i)
    if (i === 4 || i === 7 ? c !== HYPHEN : !(c >= 48 && c <= 57)) return false
  }
  return (text.charCodeAt(begin + 10) | 32) === 116
}

/** Reads what follows the priority into `into`. `end`: where the text ends that counts. Only where `isRfc5424`. */
export function readRfc5424(text: string, at: number, end: number, zone: string, into: SyslogMessage): void {
  let i = versionEnd(text, at)
  into.version = Number(text.slice(at, i))
  const time = next(text, i, end)
  if (time !== null) into.time = parseTime(time, zone)
  i = wordEnd
  into.hostname = next(text, i, end)
  into.appname = next(text, wordEnd, end)
  into.procid = next(text, wordEnd, end)
  into.msgid = next(text, wordEnd, end)
  i = skipSpaces(text, wordEnd)
  const c = text.charCodeAt(i)
  const behind = text.charCodeAt(i + 1)
  if (c === HYPHEN && (i + 1 >= end || behind === SPACE)) i++
  else if (c === OPEN) {
    structuredDataAt(text, i)
    into.structuredData = foundData.elements
    // Where no element is whole this is the message already.
    i = foundData.end
  }
  if (text.charCodeAt(i) === SPACE) i++
  if (text.charCodeAt(i) === BYTE_ORDER_MARK) i++
  if (i < end) into.message = text.slice(i, end)
}

function versionEnd(text: string, at: number): number {
  let i = at
  if (text.charCodeAt(i) === 48) return at
  for (let c = text.charCodeAt(i); c >= 48 && c <= 57 && i - at < 3; c = text.charCodeAt(++i));
  return i
}

let wordEnd = 0

/** The word behind the spaces at `at`, null for `-` and where there is none. Sets `wordEnd`. */
function next(text: string, at: number, end: number): string | null {
  const begin = skipSpaces(text, at)
  const space = text.indexOf(' ', begin)
  wordEnd = space === -1 || space > end ? end : space
  if (wordEnd <= begin || (wordEnd === begin + 1 && text.charCodeAt(begin) === HYPHEN)) return null
  return text.slice(begin, wordEnd)
}

function skipSpaces(text: string, at: number): number {
  let i = at
  while (text.charCodeAt(i) === SPACE) i++
  return i
}
