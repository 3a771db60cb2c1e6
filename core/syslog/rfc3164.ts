// RFC 3164 and the shapes that go by its name: `<34>Oct 11 22:14:15 host su[42]: message`, with any part missing.
import { findSyslogTime } from '../syslog-time.ts'
import { findTime, type FoundTime } from '../time.ts'
import { foundData, structuredDataAt } from './structured-data.ts'
import type { SyslogMessage } from './syslog-message.ts'
import { foundTag, HOST, isMadeOf, MARKED, PLAIN, tagAt } from './tag.ts'

const SPACE = 32
const PERCENT = 37
const HYPHEN = 45
const COLON = 58
const OPEN = 91

/** Words with a colon before the time: a sequence number, a host and another number (Cisco). */
const MAX_PREFIXES = 3
/** Longer words before a time are no numbers and no hosts. */
const MAX_PREFIX_CHARS = 64

/** Reads what follows the priority (or begins the line) into `into`. `end`: where the text ends that counts. */
export function readRfc3164(text: string, at: number, end: number, zone: string, into: SyslogMessage): void {
  const start = skipSpaces(text, at)
  let time = timeAt(text, start, zone)
  if (time === null) {
    time = prefixedTime(text, start, zone, into)
    if (time === null) {
      // Without a time there is no host either; the first word is a tag only where it says so.
      if (tagAt(text, start, end) === MARKED && foundTag.spaced) takeTag(text, end, into)
      else into.message = text.slice(text.charCodeAt(at) === SPACE ? at + 1 : at, end)
      return
    }
  }
  into.time = time
  let i = skipColon(text, time.end)
  if (i >= end) return
  // No host where a tag comes first (`Jan 13 16:33:35 haproxy[73411]: ...`), or where it stood before the time.
  let kind = tagAt(text, i, end)
  const hostFirst = into.hostname === null && (kind !== MARKED || isBeforeMnemonic(text))
  if (hostFirst) {
    const hostEnd = kind === MARKED ? foundTag.nameEnd : wordEnd(text, i, end)
    if (!isMadeOf(HOST, text, i, hostEnd)) {
      into.message = text.slice(i, end)
      return
    }
    if (hostEnd - i > 1 || text.charCodeAt(i) !== HYPHEN) into.hostname = text.slice(i, hostEnd)
    i = skipColon(text, hostEnd)
    if (i >= end) return
    kind = tagAt(text, i, end)
  }
  if (kind === MARKED || (kind === PLAIN && !beginsSentence(text, i, foundTag.nameEnd))) takeTag(text, end, into)
  else into.message = text.slice(i, end)
}

/** `router: %SYS-5-CONFIG_I: ...`: what `tagAt` took for the tag is the host. */
function isBeforeMnemonic(text: string): boolean {
  return foundTag.spaced && foundTag.pidEnd === 0 && text.charCodeAt(foundTag.messageBegin + 1) === PERCENT
}

/** Takes over `foundTag`, and what follows it as the message. */
function takeTag(text: string, end: number, into: SyslogMessage): void {
  const { begin, nameEnd, pidBegin, pidEnd, messageBegin } = foundTag
  if (nameEnd - begin > 1 || text.charCodeAt(begin) !== HYPHEN) into.appname = text.slice(begin, nameEnd)
  if (pidEnd > pidBegin) into.procid = text.slice(pidBegin, pidEnd)
  let i = messageBegin
  if (text.charCodeAt(i) === SPACE) i++
  const data = skipSpaces(text, i)
  // rsyslogd tells of itself like this: `rsyslogd: [origin software="rsyslogd" ...] start`.
  if (text.charCodeAt(data) === OPEN) {
    structuredDataAt(text, data)
    if (foundData.elements !== null && haveParams(foundData.elements)) {
      into.structuredData = foundData.elements
      i = text.charCodeAt(foundData.end) === SPACE ? foundData.end + 1 : foundData.end
    }
  }
  if (i < end) into.message = text.slice(i, end)
}

/** `[info] text` is a message; only parameters make brackets structured data here. */
function haveParams(elements: NonNullable<SyslogMessage['structuredData']>): boolean {
  for (const id in elements) for (const _ in elements[id] as object) return true
  return false
}

function timeAt(text: string, at: number, zone: string): FoundTime | null {
  const c = text.charCodeAt(at)
  if (!(c >= 48 && c <= 57)) return findSyslogTime(text, at, zone)
  const time = findTime(at === 0 ? text : text.slice(at), zone)
  if (time === null) return findSyslogTime(text, at, zone)
  return at === 0 ? time : { ms: time.ms, text: time.text, zoneGuessed: time.zoneGuessed, yearGuessed: time.yearGuessed === true, end: time.end + at }
}

/** The time behind `29: `, `000035: ` or `router: `, as Cisco puts them; a name among them is the host. */
function prefixedTime(text: string, at: number, zone: string, into: SyslogMessage): FoundTime | null {
  let i = at
  let host: string | null = null
  for (let n = 0; n < MAX_PREFIXES; n++) {
    const begin = i
    while (i - begin < MAX_PREFIX_CHARS && isMadeOf(HOST, text, i, i + 1) && text.charCodeAt(i) !== COLON) i++
    if (i === begin || text.charCodeAt(i) !== COLON) return null
    if (!isDigits(text, begin, i)) host = text.slice(begin, i)
    i = skipSpaces(text, i + 1)
    const time = timeAt(text, i, zone)
    if (time === null) continue
    into.hostname = host
    return time
  }
  return null
}

/** A word with a capital and then small letters only (`Some message here`), or syslogd's own `last message repeated 3 times`: no tag. */
function beginsSentence(text: string, begin: number, end: number): boolean {
  const first = text.charCodeAt(begin)
  if (first === 108) return text.startsWith('last message repeated ', begin)
  if (!(first >= 65 && first <= 90) || end - begin < 2) return false
  for (let i = begin + 1; i < end; i++) {
    const c = text.charCodeAt(i)
    if (!(c >= 97 && c <= 122)) return false
  }
  return true
}

function isDigits(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i)
    if (!(c >= 48 && c <= 57)) return false
  }
  return true
}

/** Over spaces, and over a colon that stands alone (`asa1 : %ASA-6-302013: ...`). */
function skipColon(text: string, at: number): number {
  const i = skipSpaces(text, at)
  return text.charCodeAt(i) === COLON && !(text.charCodeAt(i + 1) > SPACE) ? skipSpaces(text, i + 1) : i
}

function wordEnd(text: string, at: number, end: number): number {
  const space = text.indexOf(' ', at)
  return space === -1 || space > end ? end : space
}

function skipSpaces(text: string, at: number): number {
  let i = at
  while (text.charCodeAt(i) === SPACE) i++
  return i
}
