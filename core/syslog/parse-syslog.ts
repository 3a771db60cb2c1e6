// A line as a syslog message, whichever dialect it is in: RFC 5424, RFC 3164 and what senders make of them.
import { foundPriority, priorityAt } from './priority.ts'
import { readRfc3164 } from './rfc3164.ts'
import { isRfc5424, readRfc5424 } from './rfc5424.ts'
import { emptySyslogMessage, type SyslogMessage } from './syslog-message.ts'

/**
 * The message, or null for what has neither a priority nor a time. One pass over the line, character by character; each step is linear.
 * NUL, CR and newlines at the end are not part of the message (Python's SysLogHandler ends in NUL, syslog-client in a newline); others are.
 */
export function parseSyslog(line: string, zone: string): SyslogMessage | null {
  const end = textEnd(line)
  const prioritised = priorityAt(line, 0)
  const at = prioritised ? foundPriority.end : 0
  const message = emptySyslogMessage(prioritised ? foundPriority.value : null)
  if (isRfc5424(line, at, !prioritised)) readRfc5424(line, at, end, zone, message)
  else readRfc3164(line, at, end, zone, message)
  return prioritised || message.time !== null ? message : null
}

function textEnd(line: string): number {
  let end = line.length
  for (let c = line.charCodeAt(end - 1); c === 0 || c === 10 || c === 13; c = line.charCodeAt(end - 1)) end--
  return end
}
