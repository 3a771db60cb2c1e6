// A syslog message as it goes over the wire: cut to size, and framed (RFC 6587) where it is part of a stream.
import { characterStart } from '../character-start.ts'
import type { SyslogText } from './syslog-text.ts'

export const SYSLOG_FRAMINGS = ['octet_counted', 'newline'] as const
/** `none`: a datagram is a frame by itself. */
export type SyslogFraming = (typeof SYSLOG_FRAMINGS)[number] | 'none'

export interface SyslogFrame {
  readonly bytes: Buffer
  /** The message was longer than allowed: its end is missing, or its structured data, if that left no room. */
  readonly cut: boolean
}

/** NUL ends a message for many receivers, whatever the framing. */
// oxlint-disable-next-line no-control-regex -- control characters are what is escaped
const NUL = /\u0000/g
// oxlint-disable-next-line no-control-regex -- control characters are what is escaped
const LINE_ENDS = /[\u0000\r\n]/g

/** `maxBytes` counts the message without the frame around it. */
export function frameSyslog({ head, data, message }: SyslogText, framing: SyslogFraming, maxBytes: number): SyslogFrame {
  const unfit = framing === 'newline' ? LINE_ENDS : NUL
  let cut = false
  let start = escape(head + data, unfit)
  // Half an element is no structured data: all of it goes, or all of it stays.
  if (data !== '' && Buffer.byteLength(start) > maxBytes / 2 && data !== '- ') {
    start = escape(`${head}- `, unfit)
    cut = true
  }
  let text = Buffer.from(start + escape(message, unfit))
  if (text.length > maxBytes) {
    text = text.subarray(0, characterStart(text, maxBytes))
    cut = true
  }
  if (framing === 'none') return { bytes: text, cut }
  if (framing === 'newline') return { bytes: Buffer.concat([text, Buffer.from('\n')]), cut }
  return { bytes: Buffer.concat([Buffer.from(`${text.length} `), text]), cut }
}

/** As rsyslog does it: `#` and three octal digits. */
function escape(text: string, unfit: RegExp): string {
  return text.replace(unfit, (char) => `#${char.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
