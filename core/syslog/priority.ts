// The priority a syslog message begins with (`<165>`): facility times eight plus severity.

/** By number. 12 to 15 are named as rsyslog and syslog-ng do; RFC 5424 only describes them. */
export const SYSLOG_FACILITIES: readonly string[] = [
  'kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp',
  'ntp', 'audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7',
]

/** By number, the highest first. */
export const SYSLOG_SEVERITIES: readonly string[] = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

/** What `priorityAt` found: the number, and the index behind its `>`. One caller reads it at once. */
export const foundPriority = { value: 0, end: 0 }

const LESS = 60
const GREATER = 62

/** Whether one to three digits in angle brackets stand at `at`; then they are in `foundPriority`. 192 to 999 mean nothing but are taken too. */
export function priorityAt(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== LESS) return false
  let value = 0
  let i = at + 1
  for (let c = text.charCodeAt(i); c >= 48 && c <= 57 && i - at <= 3; c = text.charCodeAt(++i)) value = value * 10 + c - 48
  if (i === at + 1 || text.charCodeAt(i) !== GREATER) return false
  foundPriority.value = value
  foundPriority.end = i + 1
  return true
}
