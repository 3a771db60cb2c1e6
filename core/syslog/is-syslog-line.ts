// Whether a line is so plainly syslog that `auto` may say so: stricter than `parseSyslog`, which is for streams known to be syslog.
import { levelOf } from '../level.ts'
import { parseSyslog } from './parse-syslog.ts'

/** rsyslog's own form of ISO 8601, with microseconds and an offset, in which a tag without a process id will do. */
const RSYSLOG_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?:[+-]\d\d:\d\d|Z) /

/**
 * A priority; or the time of RFC 3164, a host and a tag with its colon (or a tag with a process id, or Cisco's mnemonic); or an ISO time, a host
 * and a tag with a process id, or the kernel's.
 */
export function isSyslogLine(line: string): boolean {
  const message = parseSyslog(line, 'UTC')
  if (message === null) return false
  if (message.priority !== null) return message.priority < 192
  const { appname, hostname, procid, version } = message
  if (version !== null) return appname !== null
  if (hostname !== null && levelOf(hostname) !== null) return false
  if (appname === null) return hostname !== null && message.message.startsWith('last message repeated ')
  if (appname.startsWith('%')) return true
  const first = line.charCodeAt(0)
  if (first >= 48 && first <= 57) return hostname !== null && line.charAt(10) === 'T' && (procid !== null || appname === 'kernel' || (RSYSLOG_TIME.test(line) && isTagged(line, appname)))
  return procid !== null || (hostname !== null && isTagged(line, appname))
}

/** The tag ends in a colon. */
function isTagged(line: string, appname: string): boolean {
  return line.includes(` ${appname}:`)
}
