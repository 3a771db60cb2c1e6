// Where the parts of a web server's access log line are (Apache and nginx; the common and the combined format).
import { findClfTime } from './clf-time.ts'
import { findTime, type FoundTime } from './time.ts'

/** Indexes into the line; a part that is not there begins at -1. Filled again for each line: nothing is allocated for the parts. */
export interface AccessLine {
  /** End of the virtual host (`shop.example:443`), which begins the line; 0 where there is none. */
  vhostEnd: number
  client: number
  clientEnd: number
  identity: number
  identityEnd: number
  user: number
  userEnd: number
  time: FoundTime | null
  /** Without the quotes, like referrer and agent. */
  request: number
  requestEnd: number
  /** -1 for `-`. */
  status: number
  /** -1 for `-`. */
  size: number
  referrer: number
  referrerEnd: number
  agent: number
  agentEnd: number
  /** Behind the size, or behind the agent; the end of the line where nothing follows. */
  rest: number
}

/** A petabyte less a byte, which a double holds exactly. */
const MAX_SIZE_DIGITS = 15

const SPACE = 32
const QUOTE = 34
const DASH = 45
const OPEN = 91
const BACKSLASH = 92

export function emptyAccessLine(): AccessLine {
  return {
    vhostEnd: 0, client: -1, clientEnd: -1, identity: -1, identityEnd: -1, user: -1, userEnd: -1, time: null, request: -1, requestEnd: -1,
    status: -1, size: -1, referrer: -1, referrerEnd: -1, agent: -1, agentEnd: -1, rest: 0,
  }
}

/**
 * Fills `into` from a line `client identity user [time] "request" status size`, with `"referrer" "agent"` behind it or not; returns what is wrong
 * with the line, or null. A lone `-` may stand for any part. `zone` counts where the time names none.
 */
export function scanAccessLine(line: string, zone: string, into: AccessLine): string | null {
  into.vhostEnd = 0
  into.time = null
  into.request = into.requestEnd = into.referrer = into.agent = -1
  let at = scanHead(line, into)
  if (at === -1) return 'no client, identity and user before a [time]'
  if (line.charCodeAt(at) === OPEN) {
    into.time = findClfTime(line, at + 1, zone) ?? findTime(line.slice(at, at + 60), zone)
    at = line.indexOf(']', at)
    if (at === -1) return 'the [time] is not closed'
  }
  at++
  if (line.charCodeAt(at) !== SPACE) return 'no request behind the time'
  at++
  if (line.charCodeAt(at) === QUOTE) {
    const end = endOfQuoted(line, at + 1, true)
    if (end === -1) return 'no quoted request with a status behind it'
    into.request = at + 1
    into.requestEnd = end
    at = end
  } else if (line.charCodeAt(at) !== DASH) return 'no quoted request behind the time'
  // Whatever stands there, the status follows a space behind it.
  at += 2
  const statusEnd = endOfNumber(line, at)
  if (line.charCodeAt(statusEnd) !== SPACE || (statusEnd - at !== 3 && line.charCodeAt(at) !== DASH)) return 'no status behind the request'
  into.status = numberAt(line, at, statusEnd)
  at = statusEnd + 1
  const sizeEnd = endOfNumber(line, at)
  if (sizeEnd === at || sizeEnd - at > MAX_SIZE_DIGITS || (sizeEnd < line.length && line.charCodeAt(sizeEnd) !== SPACE)) return 'no size behind the status'
  into.size = numberAt(line, at, sizeEnd)
  into.rest = Math.min(sizeEnd + 1, line.length)
  scanTail(line, into)
  return null
}

/** The names before the time. Returns the index of the bracket, or of the `-` instead of a time; -1 where there is neither. */
function scanHead(line: string, into: AccessLine): number {
  const first = line.indexOf(' ')
  const second = first <= 0 ? -1 : line.indexOf(' ', first + 1)
  const third = second === -1 ? -1 : line.indexOf(' ', second + 1)
  if (third === -1) return -1
  const c = line.charCodeAt(third + 1)
  if (c !== OPEN && !(c === DASH && line.charCodeAt(third + 2) === SPACE)) return scanWideHead(line, into)
  into.client = 0
  into.clientEnd = first
  into.identity = first + 1
  into.identityEnd = second
  into.user = second + 1
  into.userEnd = third
  return third + 1
}

/** More than three words: a virtual host before the client, a list of clients, spaces in the user's name. */
function scanWideHead(line: string, into: AccessLine): number {
  const open = line.indexOf(' [')
  if (open === -1) return -1
  let at = 0
  let end = line.indexOf(' ')
  const next = line.slice(end + 1, line.indexOf(' ', end + 1))
  if (/:\d+$/.test(line.slice(0, end)) && /[.:]/.test(next)) {
    into.vhostEnd = end
    at = end + 1
    end = line.indexOf(' ', at)
  }
  into.client = at
  while (line.charCodeAt(end - 1) === 44) end = line.indexOf(' ', end + 1)
  if (end === -1) return -1
  into.clientEnd = end
  into.identity = end + 1
  into.identityEnd = line.indexOf(' ', into.identity)
  into.user = into.identityEnd + 1
  into.userEnd = open
  return into.identityEnd === -1 || into.user >= open ? -1 : open + 1
}

/** Referrer and agent, where both are there. */
function scanTail(line: string, into: AccessLine): void {
  const at = into.rest
  if (line.charCodeAt(at) !== QUOTE) return
  const referrerEnd = endOfQuoted(line, at + 1, false)
  const agent = referrerEnd + 3
  if (referrerEnd === -1 || line.charCodeAt(agent - 1) !== QUOTE) return
  const closed = endOfQuoted(line, agent, false)
  // Servers and syslog cut long lines, and agents come last.
  const agentEnd = closed === -1 ? line.length : closed
  into.referrer = at + 1
  into.referrerEnd = referrerEnd
  into.agent = agent
  into.agentEnd = agentEnd
  into.rest = Math.min(agentEnd + 2, line.length)
}

/**
 * Index of the quote that closes, or -1. It has a space or the end of the line behind it, and a status where one must follow: old servers do not
 * escape the quotes inside.
 */
function endOfQuoted(line: string, from: number, status: boolean): number {
  for (let at = line.indexOf('"', from); at !== -1; at = line.indexOf('"', at + 1)) {
    if (line.charCodeAt(at - 1) === BACKSLASH && isEscaped(line, from, at)) continue
    const behind = line.charCodeAt(at + 1)
    if (status ? behind === SPACE && isStatus(line, at + 2) : behind === SPACE || at + 1 === line.length) return at
  }
  return -1
}

function isEscaped(line: string, from: number, at: number): boolean {
  let before = at - 1
  while (before >= from && line.charCodeAt(before) === BACKSLASH) before--
  return (at - before) % 2 === 0
}

function isStatus(line: string, at: number): boolean {
  const end = endOfNumber(line, at)
  return line.charCodeAt(end) === SPACE && (end - at === 3 || (end - at === 1 && line.charCodeAt(at) === DASH))
}

/** Index behind the digits, or behind a lone `-`. */
function endOfNumber(line: string, at: number): number {
  if (line.charCodeAt(at) === DASH) return at + 1
  let end = at
  for (let c = line.charCodeAt(end); c >= 48 && c <= 57; c = line.charCodeAt(++end));
  return end
}

function numberAt(line: string, at: number, end: number): number {
  if (line.charCodeAt(at) === DASH) return -1
  let value = 0
  for (let i = at; i < end; i++) value = value * 10 + line.charCodeAt(i) - 48
  return value
}
