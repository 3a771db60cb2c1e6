// A stored record as the parts of a syslog message, RFC 5424 or RFC 3164. What frames it on the wire is not its business.
import type { JsonObject } from '../json.ts'
import type { StoredLine, StoredRecord } from '../journal/stored-line.ts'
import { levelOf, type Level } from '../level.ts'
import type { LineFormat } from '../line-format.ts'
import { rawBody } from '../raw-body.ts'
import { storedText } from '../stored-text.ts'
import { headerWord } from './header-word.ts'
import { SYSLOG_FACILITIES, SYSLOG_SEVERITIES } from './priority.ts'
import { writeStructuredData } from './write-structured-data.ts'

export const SYSLOG_FORMATS = ['rfc5424', 'rfc3164'] as const
export const STRUCTURED_DATA = ['none', 'record', 'fields'] as const

export interface SyslogTextOptions {
  readonly format: (typeof SYSLOG_FORMATS)[number]
  /** A name, for records that do not bring one. */
  readonly facility: string
  /** What tells the header's words and the message; null where the record decides. */
  readonly hostname: LineFormat | null
  readonly appName: LineFormat | null
  readonly procid: LineFormat | null
  readonly msgid: LineFormat | null
  readonly message: LineFormat | null
  readonly structuredData: (typeof STRUCTURED_DATA)[number]
  /** Put a byte order mark before messages that are not plain ASCII, as RFC 5424 demands. */
  readonly bom: boolean
}

/** One after the other they are the message. */
export interface SyslogText {
  readonly head: string
  /** RFC 5424 only, with its space; may be replaced by `- ` without breaking anything. */
  readonly data: string
  readonly message: string
}

/** The number is one that IANA keeps for examples and documentation: no registered enterprise is claimed to be ours. */
const OWN_ID = 'sawlog@32473'
const FIELDS_ID = 'fields@32473'

/** trace has no severity of its own; fatal is `crit`, the mildest of the three that are read as fatal. */
const SEVERITY: Readonly<Record<Level, number>> = { trace: 7, debug: 7, info: 6, warn: 4, error: 3, fatal: 2 }
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
// oxlint-disable-next-line no-control-regex -- ASCII is what is looked for
const BEYOND_ASCII = /[^\u0000-\u007f]/
/** RFC 3164, 4.1.3: letters and digits; what daemons are called in practice. */
const UNFIT_TAG = /[^A-Za-z0-9._/-]/g

export function syslogText(line: StoredLine, options: SyslogTextOptions): SyslogText {
  const { value } = line
  const { format, hostname, appName, procid, msgid } = options
  const priority = priorityOf(value, options.facility)
  const host = headerWord(hostname === null ? value.host : hostname(line), 255)
  const name = appName === null ? storedText(line, 'appname') || value.source : appName(line)
  const process = procid === null ? storedText(line, 'procid') || storedText(line, 'pid') : procid(line)
  const message = options.message === null ? messageFor(line) : options.message(line)
  if (format === 'rfc3164') {
    const tag = name.slice(0, 32).replace(UNFIT_TAG, '_') || '-'
    const pid = headerWord(process, 32)
    return { head: `<${priority}>${localTime(value.time)} ${host} ${tag}${pid === '-' ? '' : `[${pid.replaceAll(']', '_')}]`}: `, data: '', message }
  }
  const id = msgid === null ? storedText(line, 'msgid') : msgid(line)
  return {
    head: `<${priority}>1 ${time5424(value.time)} ${host} ${headerWord(name, 48)} ${headerWord(process, 128)} ${headerWord(id, 32)} `,
    data: `${dataOf(value, options.structuredData)} `,
    message: options.bom && BEYOND_ASCII.test(message) ? `\ufeff${message}` : message,
  }
}

/** A record that came as syslog keeps its facility, and its severity as long as that is its level: `notice` stays `notice`. */
function priorityOf({ level, fields }: StoredRecord, otherwise: string): number {
  const said = SYSLOG_FACILITIES.indexOf(String(fields?.['facility'] ?? ''))
  const facility = said === -1 ? SYSLOG_FACILITIES.indexOf(otherwise) : said
  const severity = SYSLOG_SEVERITIES.indexOf(String(fields?.['severity'] ?? ''))
  return facility * 8 + (severity !== -1 && levelOf(severity) === level ? severity : SEVERITY[level])
}

/** What a relay passes on is the message inside, not the line with the header of its last station; else the body as it came. */
function messageFor(line: StoredLine): string {
  const { body, fields } = line.value
  const inside = fields?.['message']
  return typeof body === 'string' && typeof inside === 'string' && (fields?.['facility'] !== undefined || fields?.['appname'] !== undefined) ? inside : rawBody(line)
}

function dataOf({ source, tags, fields = {} }: StoredRecord, which: SyslogTextOptions['structuredData']): string {
  if (which === 'none') return '-'
  const elements = new Map<string, JsonObject>([[OWN_ID, tags.length === 0 ? { source } : { source, tags: tags.join(',') }]])
  const own = fields['structured_data']
  // Ours is the latest of its name; a message must not have two.
  if (isObject(own)) for (const [id, params] of Object.entries(own)) if (isObject(params) && id !== OWN_ID && id !== FIELDS_ID) elements.set(id, params)
  if (which === 'fields') {
    const { structured_data: _, message: _message, ...rest } = fields
    if (Object.keys(rest).length > 0) elements.set(FIELDS_ID, rest)
  }
  return writeStructuredData(elements)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The stored time has up to nine digits, RFC 5424 takes six; its years have four. */
function time5424(time: string): string {
  if (!/^\d{4}-/.test(time)) return '-'
  return time.length > '2026-11-01T00:00:00.013456Z'.length ? `${time.slice(0, 26)}Z` : time
}

/** Without a year and a zone, so in that of this machine, as every syslog daemon writes it. */
function localTime(time: string): string {
  const at = new Date(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${MONTHS[at.getMonth()]} ${String(at.getDate()).padStart(2)} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
