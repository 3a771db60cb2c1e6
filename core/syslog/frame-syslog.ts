// A syslog message as it goes over the wire: cut to size, and framed (RFC 6587) where it is part of a stream.
import { characterStart } from '../character-start.ts'
import type { SyslogText } from './syslog-text.ts'

export const SYSLOG_FRAMINGS = ['octet_counted', 'newline'] as const
/** `none`: a datagram is a frame by itself. */
export type SyslogFraming = (typeof SYSLOG_FRAMINGS)[number] | 'none'

export interface SyslogFrame {
  /** To be encoded as UTF-8: text is gathered and encoded by the 64 KiB, which costs half of what a buffer a message does. */
  readonly text: string
  /** The message was longer than allowed: its end is missing, or its structured data, if that left no room. */
  readonly cut: boolean
}

/** NUL ends a message for many receivers, whatever the framing. */
// oxlint-disable-next-line no-control-regex -- control characters are what is escaped
const NUL = /\u0000/g
// oxlint-disable-next-line no-control-regex -- control characters are what is escaped
const LINE_ENDS = /[\u0000\r\n]/g

/** `maxBytes` counts the message without the frame around it. */
export function frameSyslog(message: SyslogText, framing: SyslogFraming, maxBytes: number): SyslogFrame {
  const unfit = framing === 'newline' ? LINE_ENDS : NUL
  let text = escape(message.head + message.data + message.message, unfit)
  let bytes = Buffer.byteLength(text)
  const cut = bytes > maxBytes
  if (cut) {
    text = shortened(message, unfit, maxBytes)
    bytes = Buffer.byteLength(text)
  }
  if (framing === 'none') return { text, cut }
  return { text: framing === 'newline' ? `${text}\n` : `${bytes} ${text}`, cut }
}

/** Half an element is no structured data: all of it goes where it takes more than half of the room. */
function shortened({ head, data, message }: SyslogText, unfit: RegExp, maxBytes: number): string {
  const start = escape(head + data, unfit)
  const kept = data === '' || Buffer.byteLength(start) <= maxBytes / 2 ? start : `${head}- `
  const bytes = Buffer.from(kept + escape(message, unfit))
  return bytes.length <= maxBytes ? bytes.toString() : bytes.toString('utf8', 0, characterStart(bytes, maxBytes))
}

/** As rsyslog does it: `#` and three octal digits. */
function escape(text: string, unfit: RegExp): string {
  return text.replace(unfit, (char) => `#${char.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
