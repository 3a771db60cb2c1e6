// What the parser `syslog` finds in a line, in the words of the vectors.
import { formatTime } from '../../core/time.ts'
import { parseSyslog } from '../../core/syslog/parse-syslog.ts'
import type { LogRecord } from '../../core/record.ts'
import syslog from '../../plugins/parsers/syslog.ts'
import { batchOf, host, recordsOf } from '../plugins/tap-host.ts'

export interface Read {
  readonly error: string | null
  readonly fields: Readonly<Record<string, unknown>>
  /** ISO text, null where none was read. */
  readonly time: string | null
  /** The line had no year. */
  readonly yearGuessed: boolean
}

/** Lines as text: bytes that are no UTF-8 are what `Buffer` makes of them, as in a stream. */
export function readSyslog(line: string, timezone = 'UTC'): Read {
  const [record] = recordsOf([line]) as [LogRecord]
  const hooks = host(syslog, { timezone })
  hooks.parse.get('syslog')?.call(batchOf([record]))
  const time = parseSyslog(record.line, timezone)?.time ?? null
  return {
    error: record.error,
    fields: { ...record.fields },
    time: time === null ? null : formatTime(record.time, record.timeText),
    yearGuessed: time?.yearGuessed === true,
  }
}

/** The first of `pairs` (name, ours, theirs) that differ, in words; null where none does. Null, undefined and '' all mean that nothing is there. */
export function difference(pairs: ReadonlyArray<readonly [name: string, ours: unknown, theirs: unknown]>): string | null {
  for (const [name, ours, theirs] of pairs) {
    const [a, b] = [ours, theirs].map((value) => JSON.stringify(value === '' || value === null ? undefined : value, sorted))
    if (a !== b) return `${name} is ${a}, expected ${b}`
  }
  return null
}

/** Objects with their keys in order. */
function sorted(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value
}

/** Text of a vector: bytes are decoded as a stream's would be. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return Buffer.from((value as { $b64: string }).$b64, 'base64').toString()
}

/** Both the same moment; where the line has no year, the same but for the year. */
export function sameTime(read: Read, want: string | null): string | null {
  if (read.time === null || want === null) return read.time === want ? null : `time is ${read.time}, expected ${want}`
  const theirs = want.startsWith('0000') || read.yearGuessed ? want.slice(4) : formatTime(Date.parse(want))
  const ours = formatTime(Date.parse(read.time)).slice(want.startsWith('0000') || read.yearGuessed ? 4 : 0)
  return ours === (theirs.startsWith('-') ? formatTime(Date.parse(`2000${theirs}`)).slice(4) : theirs) ? null : `time is ${read.time}, expected ${want}`
}
