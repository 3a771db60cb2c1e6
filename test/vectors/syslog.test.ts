import { SYSLOG_FACILITIES, SYSLOG_SEVERITIES } from '../../core/syslog/priority.ts'
import { OctetFrames } from '../../core/octet-frames.ts'
import type { Vector } from '../shared-data.ts'
import { difference, readSyslog, sameTime, textOf, type Read } from './syslog-fields.ts'
import { testVectors } from './test-vectors.ts'

type Fields = Readonly<Record<string, unknown>>

const severityOf = (read: Read): number => SYSLOG_SEVERITIES.indexOf(read.fields['severity'] as string)
const facilityOf = (read: Read): number => SYSLOG_FACILITIES.indexOf(read.fields['facility'] as string)
/** A byte order mark says how the message is encoded; Sawlog decodes and drops it, go-syslog keeps it. */
const unmarked = (message: unknown): string => (message === undefined ? '' : textOf(message)).replace(/^\uFEFF/, '')
const procidOf = (read: Read): string | undefined => (read.fields['procid'] === undefined ? undefined : String(read.fields['procid']))

/** go-syslog's fields and ours, all of them: what one side lacks the other must lack. */
function sameAsGo(read: Read, want: Fields): string | null {
  const { fields } = read
  return difference([
    ['error', read.error, null],
    ['priority', facilityOf(read) * 8 + severityOf(read), want['priority']],
    ['facility', facilityOf(read), want['facility']],
    ['severity', severityOf(read), want['severity']],
    ['hostname', fields['hostname'], want['hostname']],
    ['appname', fields['appname'], want['appname']],
    ['procid', procidOf(read), want['procid']],
    ['msgid', fields['msgid'], want['msgid']],
    ['structured_data', fields['structured_data'], want['structured_data']],
    ['message', fields['message'], unmarked(want['message'])],
    ['version', fields['version'], want['version']],
  ]) ?? sameTime(read, (want['timestamp'] as string | undefined) ?? null)
}

/**
 * A message go-syslog rejects. It is a strict parser, Sawlog keeps what it can: refusing is agreement; so is reading on, as long as the priority is
 * read where go-syslog read it, and nothing that both read differs. (go-syslog's own partial result is what it had when it gave up.)
 */
function asFarAsGo(read: Read, partial: Fields | undefined): string | null {
  if (read.error !== null) return null
  if (partial === undefined) return read.fields['severity'] === undefined ? null : `read as ${JSON.stringify(read.fields)} what go-syslog rejects at its priority or version`
  const both: Array<readonly [string, unknown, unknown]> = [['facility', facilityOf(read), partial['facility']], ['severity', severityOf(read), partial['severity']]]
  for (const name of ['version', 'hostname', 'appname', 'procid', 'msgid']) {
    const ours = name === 'procid' ? procidOf(read) : read.fields[name]
    if (ours !== undefined && partial[name] !== undefined) both.push([name, ours, partial[name]])
  }
  const ours = read.fields['structured_data'] as Readonly<Record<string, Fields>> | undefined
  const theirs = (partial['structured_data'] ?? {}) as Readonly<Record<string, Fields>>
  if (ours !== undefined) {
    // It gave up in the middle of an element: what it has must be among what we have.
    for (const [id, params] of Object.entries(theirs)) {
      if (ours[id] === undefined) return `there is no element ${id}`
      for (const [name, value] of Object.entries(params)) both.push([`${id} ${name}`, ours[id][name], value])
    }
  }
  const time = read.time === null || partial['timestamp'] === undefined ? null : sameTime(read, partial['timestamp'] as string)
  return difference(both) ?? time
}

const compareGo = ({ input, expect: want }: Vector): string | null => {
  const { ok, fields, partial } = want as { ok: boolean; fields: Fields; partial?: Fields }
  const read = readSyslog(textOf(input))
  return ok ? sameAsGo(read, fields) : asFarAsGo(read, partial)
}

const LENIENT = 'read as RFC 3164 without a time, which needs no version'
testVectors('go_syslog_rfc5424', {
  compare: compareGo,
  disagreements: { 12: 'a zero before a priority is passed over', 13: LENIENT, 14: LENIENT, 18: LENIENT },
})
testVectors('go_syslog_rfc3164', { compare: compareGo })

const OTHER_INPUT = 'the recorded input is not the one that the recorded result belongs to'
testVectors('syslog_loose', {
  leftOut: { 9: OTHER_INPUT, 11: OTHER_INPUT, 12: OTHER_INPUT },
  compare: ({ input, args, expect: want }) => {
    const { fields } = want as { fields: Fields }
    const read = readSyslog(input as string, /any: (\w+)::(\w+)/.exec(args?.['note'] as string)?.slice(1).join('/'))
    const protocol = fields['protocol'] as { version?: number }
    const elements = fields['structured_data'] as ReadonlyArray<{ id: string; params: ReadonlyArray<[string, string]> }>
    const data = elements.length === 0 ? undefined : Object.fromEntries(elements.map(({ id, params }) => [id, Object.fromEntries(params)]))
    return difference([
      ['error', read.error, null],
      ...['facility', 'severity', 'hostname', 'appname', 'procid', 'msgid'].map((name) => [name, read.fields[name], fields[name]] as const),
      ['version', read.fields['version'], protocol.version],
      ['structured_data', read.fields['structured_data'], data],
      ['message', read.fields['message'], fields['msg']],
    ]) ?? sameTime(read, (fields['timestamp'] as { $ts: string }).$ts)
  },
})

testVectors('vrl_syslog', {
  compare: ({ input, expect: want }) => {
    const { ok, fields } = want as { ok: boolean; fields: Fields }
    const read = readSyslog(input as string)
    if (!ok) return read.error === null ? 'is read' : null
    const named = ['severity', 'facility', 'timestamp', 'hostname', 'appname', 'procid', 'msgid', 'message', 'version']
    const data = Object.fromEntries(Object.entries(fields).filter(([name]) => !named.includes(name)))
    return difference([
      ['error', read.error, null],
      ...named.filter((name) => name !== 'timestamp').map((name) => [name, read.fields[name], fields[name]] as const),
      ['structured_data', read.fields['structured_data'], Object.keys(data).length === 0 ? undefined : data],
    ]) ?? sameTime(read, (fields['timestamp'] as { $ts: string }).$ts.replace('$YEAR', '0000'))
  },
})

/** rsyslog names a month and a day, and keeps the space before the message. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const rsyslogTime = (time: string | null): string => (time === null ? '' : `${MONTHS[Number(time.slice(5, 7)) - 1]} ${String(Number(time.slice(8, 10))).padStart(2)} ${time.slice(11, 19)}`)

const OPTION = 'force.tagEndingByColon is an option of rsyslog; by its default, and here, a tag needs no colon'
const NO_DEFAULT = 'rsyslog takes any text for a message and its first word for the host; a line with neither priority nor time is refused here'
testVectors('rsyslog_testbench', {
  disagreements: { 23: NO_DEFAULT },
  leftOut: { 8: 'the recorded fields are those of a text cut at its own commas', 25: 'escaping what is not ASCII is an option of rsyslog', 28: OPTION, 29: OPTION, 30: OPTION },
  compare: ({ input, args, expect: want }) => {
    const { rendered, fields } = want as { rendered: string; fields?: Readonly<Record<string, string>> }
    const read = readSyslog(input as string)
    const { appname, hostname, message, procid } = read.fields as Readonly<Record<string, string | undefined>>
    if (fields === undefined) {
      // Only rendered through a template: the properties it has, in their order.
      const values: Readonly<Record<string, string>> = {
        'timereported:1:19:date-rfc3339,csv': `"${read.time?.slice(0, 19)}"`, 'hostname:::csv': `"${hostname}"`, 'programname:::csv': `"${appname}"`,
        'syslogtag:R,ERE,0,BLANK:[0-9]+--end:csv': `"${procid ?? ''}"`, 'syslogseverity:::csv': `"${severityOf(read)}"`, 'msg:::drop-last-lf,csv': `" ${message}"`,
        hostname: hostname ?? '', msg: read.error === null ? (message ?? '') : (input as string), syslogtag: appname === undefined ? '' : `${appname}:`, rawmsg: input as string,
      }
      const ours = String(args?.['template']).replaceAll(/%([^%]+)%/g, (_, name: string) => values[name] ?? `(${name})`)
      const bare = (text: string): string => text.replace(/^ /, '')
      return difference([['rendered', bare(ours), bare(rendered)]])
    }
    const prioritised = (input as string).startsWith('<')
    return difference([
      // rsyslog takes user.notice for a line without a priority; here it has none.
      ['facility', read.fields['facility'], prioritised ? fields['syslogfacility-text'] : undefined],
      ['severity', severityOf(read), prioritised ? Number(fields['PRI']) & 7 : -1],
      ['hostname', hostname, fields['hostname'] === '$HOSTNAME' ? undefined : fields['hostname']],
      ['appname', appname, fields['programname']],
      ['message', message, fields['msg']?.replace(/^ /, '')],
      ['time', rsyslogTime(read.time), (fields['timestamp'] ?? rsyslogTime(read.time)).replace(/ 0(\d )/, '  $1')],
    ])
  },
})

testVectors('go_syslog_octet_counting', {
  compare: ({ input, args, expect: want }) => {
    const entries = (want as { best_effort: ReadonlyArray<{ error?: string; fields?: Fields }> }).best_effort
    const faults: string[] = []
    // 0 stands for go-syslog's default.
    const splitter = new OctetFrames({ framing: 'octet_counted', maxFrame: (args?.['max_message_length'] as number) || 8192, onFault: (reason) => faults.push(reason) })
    const frames: string[] = []
    let bad = 0
    for (const chunk of [splitter.push(Buffer.from(input as string)), splitter.end()]) {
      bad += chunk?.cut?.size ?? 0
      for (let i = 0; i < (chunk?.count ?? 0); i++) frames.push(chunk?.text(chunk.starts[i] as number, chunk.ends[i] as number) as string)
    }
    bad += faults.length
    // An error without fields is one of framing; that nothing follows at the end is none here. What is wrong with the framing comes last in all cases.
    const messages = entries.filter(({ fields }) => fields !== undefined)
    const expectedBad = entries.filter(({ error, fields }) => fields === undefined && error !== 'found EOF, expecting a MSGLEN').length
    if (bad !== expectedBad) return `${bad} framing errors, expected ${expectedBad}`
    if (frames.length !== messages.length + bad) return `${frames.length} frames, expected ${messages.length + bad}`
    for (const [i, { error, fields }] of messages.entries()) {
      const read = readSyslog(frames[i] as string)
      const differs = error === undefined ? sameAsGo(read, fields as Fields) : asFarAsGo(read, fields)
      if (differs !== null) return `frame ${i}: ${differs}`
    }
    return null
  },
})
