// Syslog: RFC 5424, RFC 3164 and what real senders make of them.
import {
  claimStream, definePlugin, eachRecord, findLevel, isSyslogLine, levelOf, noteTime, parseSyslog, readText, SYSLOG_FACILITIES, SYSLOG_SEVERITIES, timeZone, z,
  type LogRecord, type SyslogMessage,
} from '../../core/plugin.ts'

/** Higher priorities mean nothing. */
const MAX_PRIORITY = 191
/** More digits are kept as text: a JSON number would lose some. */
const MAX_PID_DIGITS = 15

export default definePlugin({
  kind: 'parser',
  type: 'syslog',
  summary: 'Reads syslog messages: RFC 5424 with structured data, RFC 3164, and lines of files such as /var/log/auth.log.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: 'timezone: Europe/Paris',
  docs: [
    'Fields: `facility` and `severity` by name (`local7`, `warning`), `hostname`, `appname`, `procid` (a number where it is one), `msgid`, `version` (RFC 5424 only), '
      + '`structured_data` as `{sd-id: {param: value}}`, and `message`. What a message does not say, or says as `-`, is left out. The record\'s host becomes `hostname`; the body stays the line as it came.',
    'The level is that of the severity: emerg, alert and crit are `fatal`, err is `error`, warning `warn`, notice and info `info`, debug `debug`. '
      + 'Lines without a priority get the level their message states, or that of Cisco\'s mnemonic (`%SYS-5-CONFIG_I`).',
    'Times are those of RFC 3164 or ISO 8601 in either dialect. A time without a year gets the latest that is not in the future and stays marked as guessed, whatever `timezone` says.',
    'Read leniently: no priority, no host, no tag, ISO times, years, Cisco\'s sequence numbers, `<134>message` alone, a NUL or newline at the end (dropped), a byte order mark before the message (dropped). '
      + 'In RFC 3164 the first word behind the host is the tag, colon or not, unless it has a capital and then only small letters, as a sentence begins; a sender that leaves out the tag loses a word of its message to it. '
      + 'Behind a tag with a colon one space is dropped, further ones belong to the message, and so do prefixes such as PostgreSQL\'s `[3-1]`.',
    'Structured data that is broken is no error: what is whole is read, the rest stays in the message, from the bracket where it breaks. A parameter given twice becomes a list. '
      + 'A priority above 191 means nothing: it is kept as `priority`, without facility and severity.',
    'A line with neither priority nor time is no syslog: it is kept as text with the reason in `error`. `auto` chooses this parser for lines with a priority, with the time, host and tag of RFC 3164, or with an ISO time, a host and a tag with a process id.',
  ].join('\n\n'),
  sample: {
    line: '<165>1 2026-11-01T00:00:00.013Z web1 checkout 4711 ID47 [order@32473 id="17" total="9.90"] card declined',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"app","host":"web1","tags":[],"body":"<165>1 2026-11-01T00:00:00.013Z web1 checkout 4711 ID47 [order@32473 id=\\"17\\" total=\\"9.90\\"] card declined","fields":{"facility":"local4","severity":"notice","hostname":"web1","appname":"checkout","procid":4711,"msgid":"ID47","version":1,"structured_data":{"order@32473":{"id":"17","total":"9.90"}},"message":"card declined"}}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    const parse = (record: LogRecord): void => {
      if (record.object === null) readLine(record, zone)
    }
    claimStream({ name, type: 'syslog', hooks }, 'syslog messages', isSyslogLine)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, parse))
  },
})

/** What the source already gave stays. */
function readLine(record: LogRecord, zone: string | null): void {
  const { line } = record
  const said = parseSyslog(line, zone ?? 'UTC')
  if (said === null) {
    if (isBlank(line)) return
    record.error = 'no syslog message: it has neither a priority nor a time'
    readText(record, line, zone)
    return
  }
  const { guessed } = record
  if (said.time !== null && guessed.includes('time')) noteTime(record, said.time, zone !== null)
  if (guessed.includes('level')) {
    const level = levelIn(said)
    if (level !== null) record.levelFound(level)
  }
  if (said.hostname !== null) record.host = said.hostname
  noteFields(record, said)
}

function noteFields(record: LogRecord, said: SyslogMessage): void {
  const { fields } = record
  const { priority, version } = said
  if (priority !== null) {
    if (priority <= MAX_PRIORITY) {
      fields['facility'] = SYSLOG_FACILITIES[priority >> 3] as string
      fields['severity'] = SYSLOG_SEVERITIES[priority & 7] as string
    } else fields['priority'] = priority
  }
  if (said.hostname !== null) fields['hostname'] = said.hostname
  if (said.appname !== null) fields['appname'] = said.appname
  if (said.procid !== null) fields['procid'] = isNumber(said.procid) ? Number(said.procid) : said.procid
  if (said.msgid !== null) fields['msgid'] = said.msgid
  if (version !== null) fields['version'] = version
  if (said.structuredData !== null) fields['structured_data'] = said.structuredData
  if (said.message !== '') fields['message'] = said.message
}

function levelIn({ priority, appname, message }: SyslogMessage): ReturnType<typeof levelOf> {
  if (priority !== null && priority <= MAX_PRIORITY) return levelOf(priority & 7)
  if (appname !== null && appname.charCodeAt(0) === 37) {
    const mnemonic = /^%[A-Z0-9_]+-([0-7])-/.exec(appname)
    if (mnemonic !== null) return levelOf(Number(mnemonic[1]))
  }
  return findLevel(message)
}

/** Digits only, and the same when written again. */
function isNumber(text: string): boolean {
  if (text.length > MAX_PID_DIGITS || (text.charCodeAt(0) === 48 && text.length > 1)) return false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (!(c >= 48 && c <= 57)) return false
  }
  return true
}

function isBlank(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    const c = line.charCodeAt(i)
    if (c !== 32 && c !== 9 && c !== 0 && c !== 13 && c !== 10) return false
  }
  return true
}
