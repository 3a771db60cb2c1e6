// What one syslog message says, in either dialect. What it does not say is null.
import type { Fields } from '../record.ts'
import type { ParsedTime } from '../time.ts'

export interface SyslogMessage {
  /** 0 to 191, or what was written where it is more. */
  priority: number | null
  /** Of RFC 5424 only. */
  version: number | null
  time: ParsedTime | null
  hostname: string | null
  appname: string | null
  procid: string | null
  msgid: string | null
  /** {sd-id: {param: value}}, without prototypes; a parameter given twice has a list. */
  structuredData: Fields | null
  message: string
}

/** Born with every key, so that all messages share one hidden class. */
export function emptySyslogMessage(priority: number | null): SyslogMessage {
  return { priority, version: null, time: null, hostname: null, appname: null, procid: null, msgid: null, structuredData: null, message: '' }
}
