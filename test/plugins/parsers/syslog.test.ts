import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../../../core/record.ts'
import { formatTime } from '../../../core/time.ts'
import syslog from '../../../plugins/parsers/syslog.ts'
import { ARRIVAL, batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

function parse(line: string, options: object = {}): LogRecord {
  const records = recordsOf([line])
  host(syslog, options).parse.get('syslog')?.call(batchOf(records))
  return records[0] as LogRecord
}

/** Fields without `facility` and `severity` where `want` does not name them; `time` is the record's, without what is guessed. */
function check(line: string, want: object): void {
  const record = parse(line, { timezone: 'UTC' })
  expect(record.error, line).toBeNull()
  expect(record.body, line).toBe(line)
  const found: Record<string, unknown> = { ...record.fields }
  for (const name of ['facility', 'severity']) if (!(name in want)) delete found[name]
  if ('time' in want) found['time'] = record.guessed.includes('time') ? null : formatTime(record.time, record.timeText)
  if ('level' in want) found['level'] = record.guessed.includes('level') ? null : record.level
  if ('clock' in want) found['clock'] = formatTime(record.time).slice(5, 19)
  expect(found, line).toEqual(want)
  expect(record.host, line).toBe(found['hostname'] ?? 'web1')
}

describe('priority', () => {
  test('gives facility, severity and level', () => {
    check('<0>x', { facility: 'kern', severity: 'emerg', level: 'fatal', message: 'x' })
    check('<34>x', { facility: 'auth', severity: 'crit', level: 'fatal', message: 'x' })
    check('<11>x', { facility: 'user', severity: 'err', level: 'error', message: 'x' })
    check('<84>x', { facility: 'authpriv', severity: 'warning', level: 'warn', message: 'x' })
    check('<189>x', { facility: 'local7', severity: 'notice', level: 'info', message: 'x' })
    check('<102>x', { facility: 'ntp', severity: 'info', level: 'info', message: 'x' })
    check('<191>x', { facility: 'local7', severity: 'debug', level: 'debug', message: 'x' })
  })
  test('wins over what the message says', () => check('<14>ERROR x', { level: 'info', message: 'ERROR x' }))
  test('above 191 means nothing and is kept', () => check('<999>Oct 11 2026 22:14:15 h t: ERROR x', { priority: 999, level: 'error', hostname: 'h', appname: 't', message: 'ERROR x' }))
  test('with four digits, or none, is none', () => {
    for (const line of ['<1000>x', '<>x', '<1x>', '<1', '< 1>x', '13>x']) expect(parse(line).error, line).toBe('no syslog message: it has neither a priority nor a time')
  })
})

describe('RFC 5424', () => {
  const T = '2026-11-23T21:47:37.525694Z'
  test('logger(1), rsyslog and syslog-ng', () => {
    check('<134>1 2026-11-23T22:47:37.525694+01:00 vm demo - - [timeQuality tzKnown="1" isSynced="0"] hello', {
      time: T, hostname: 'vm', appname: 'demo', version: 1, structured_data: { timeQuality: { tzKnown: '1', isSynced: '0' } }, message: 'hello',
    })
    check('<132>1 2026-11-23T21:51:43.601043+00:00 vm demo - - -  zażółć "two"', { hostname: 'vm', appname: 'demo', version: 1, message: ' zażółć "two"' })
    check('<134>1 2026-11-23T21:46:57Z h1 demo 10065 - - two\nlines\n', { hostname: 'h1', appname: 'demo', procid: 10_065, version: 1, message: 'two\nlines' })
  })
  test('the process id is a number where it is written like one', () => {
    for (const [text, want] of [['42', 42], ['0', 0], ['042', '042'], ['4x', '4x'], ['1234567890123456', '1234567890123456'], ['web.1', 'web.1']]) {
      check(`<13>1 - - - ${text} - -`, { version: 1, procid: want })
    }
  })
  test('a byte order mark is dropped', () => check('<13>1 - - - - - - \uFEFFκόσμε', { version: 1, message: 'κόσμε' }))
  test('may end early, leave out structured data, or have spaces to spare', () => {
    check('<165>1 2026-11-23T21:47:37.525694Z host', { time: T, version: 1, hostname: 'host' })
    check('<40>1 2012-11-30T06:45:29+00:00 host app web.3 - State changed', { hostname: 'host', appname: 'app', procid: 'web.3', version: 1, message: 'State changed' })
    check('<13>1 -  host   app - - -', { version: 1, hostname: 'host', appname: 'app' })
    check(`1 ${T} host app - - - no priority`, { time: T, version: 1, hostname: 'host', appname: 'app', message: 'no priority' })
  })
  test('a time out of range is no time', () => {
    check('<13>1 2018-02-32T00:00:00Z h a - - - m', { time: null, version: 1, hostname: 'h', appname: 'a', message: 'm' })
    expect(parse('<13>1 2018-02-32T00:00:00Z h a - - - m').time).toBe(ARRIVAL)
  })
  test('a number at the start of a message is no version', () => {
    check('<13>10 apples', { message: '10 apples' })
    check('<13>1', { message: '1' })
    check('<13>1 more', { message: '1 more' })
  })
})

describe('structured data', () => {
  const data = (text: string, structured: object | undefined, message?: string): void =>
    check(`<13>1 - - - - - ${text}`, { version: 1, ...(structured === undefined ? {} : { structured_data: structured }), ...(message === undefined ? {} : { message }) })
  test('elements, parameters and escapes', () => {
    data('[a]', { a: {} })
    data('[a@1 x="1" y=""][b z="2"] m', { 'a@1': { x: '1', y: '' }, b: { z: '2' } }, 'm')
    data('[a x="\\"\\\\\\]\\n"]', { a: { x: '"\\]\\n' } })
    data('[a x= "1" ] m', { a: { x: '1' } }, 'm')
    data('[a x="1"]\n', { a: { x: '1' } })
    data('[a x="]q"] m', { a: { x: ']q' } }, 'm')
  })
  test('what is given twice is kept twice', () => {
    data('[origin ip="1" ip="2" ip="3"]', { origin: { ip: ['1', '2', '3'] } })
    data('[a x="1"][b][a x="2" y="3"]', { a: { x: ['1', '2'], y: '3' }, b: {} })
  })
  test('what is broken stays in the message', () => {
    for (const text of ['[', '[ ]', '[=]', '["]', '[a x]', '[a x=]', '[a x=1]', '[a x="1]', '[a x="a\\"]', '[a x="1"y="2"]', '[a x="1"', '[a]b', '[]', '[a x="a""]']) data(`${text} m`, undefined, `${text} m`)
    data('[a x="1"][b y=2] m', { a: { x: '1' } }, '[b y=2] m')
  })
  test('names are data', () => {
    const { fields } = parse('<13>1 - - - - - [__proto__ polluted="1" __proto__="2"][constructor prototype="3"]')
    expect(JSON.stringify(fields['structured_data'])).toBe('{"__proto__":{"polluted":"1","__proto__":"2"},"constructor":{"prototype":"3"}}')
    expect('polluted' in {}).toBe(false)
  })
  test('in RFC 3164 only with parameters, as rsyslogd writes it', () => {
    check('<46>Jan  5 15:33:03 h rsyslogd: [origin software="rsyslogd" x-pid="1"] start', { hostname: 'h', appname: 'rsyslogd', structured_data: { origin: { software: 'rsyslogd', 'x-pid': '1' } }, message: 'start' })
    check('<46>Jan  5 15:33:03 h app: [info] start', { hostname: 'h', appname: 'app', message: '[info] start' })
    check('<46>Jan  5 15:33:03 h app: [a x="1"][b y=2] start', { hostname: 'h', appname: 'app', structured_data: { a: { x: '1' } }, message: '[b y=2] start' })
  })
})

describe('RFC 3164', () => {
  const C = '10-11T22:14:15'
  const after = (text: string, want: object): void => {
    check(`<34>Oct 11 22:14:15${text}`, { clock: C, time: null, ...want })
    check(`Oct 11 22:14:15${text}`, { clock: C, ...want })
  }
  test('tags', () => {
    after(' h su: text', { hostname: 'h', appname: 'su', message: 'text' })
    after(' h sshd[42]: text', { hostname: 'h', appname: 'sshd', procid: 42, message: 'text' })
    after(' h sshd(pam_unix)[42]: text', { hostname: 'h', appname: 'sshd(pam_unix)', procid: 42, message: 'text' })
    after(' h postfix/smtpd[42]: text', { hostname: 'h', appname: 'postfix/smtpd', procid: 42, message: 'text' })
    after(' h app.exe: text', { hostname: 'h', appname: 'app.exe', message: 'text' })
    after(' h Foo::Bar: text', { hostname: 'h', appname: 'Foo::Bar', message: 'text' })
    after(' h syslogd 1.4.1: restart.', { hostname: 'h', appname: 'syslogd 1.4.1', message: 'restart.' })
    after('  -- root[42]: ROOT LOGIN', { appname: '-- root', procid: 42, message: 'ROOT LOGIN' })
    after(' h  -- root[42]: ROOT LOGIN', { hostname: 'h', appname: '-- root', procid: 42, message: 'ROOT LOGIN' })
    after(' h -- MARK --', { hostname: 'h', appname: '--', message: 'MARK --' })
    after(' h tag:text', { hostname: 'h', appname: 'tag', message: 'text' })
    after(' h tag[42] text', { hostname: 'h', appname: 'tag', procid: 42, message: 'text' })
    after(' h tag[eth0]: text', { hostname: 'h', appname: 'tag', procid: 'eth0', message: 'text' })
    after(' h tag[]: text', { hostname: 'h', appname: 'tag', message: 'text' })
    after(' h tag text', { hostname: 'h', appname: 'tag', message: 'text' })
    after(' Übergröße außerplanmäßig größe', { hostname: 'Übergröße', appname: 'außerplanmäßig', message: 'größe' })
  })
  test('messages without a tag', () => {
    after(' h Some message here', { hostname: 'h', message: 'Some message here' })
    after(' h last message repeated 3 times', { hostname: 'h', message: 'last message repeated 3 times' })
    after(' h {"a": 1}', { hostname: 'h', message: '{"a": 1}' })
    after(' h http://a/b is down', { hostname: 'h', message: 'http://a/b is down' })
    after(' h 10.0.0.1:80 is down', { hostname: 'h', message: '10.0.0.1:80 is down' })
    after(' h [1.5] text', { hostname: 'h', message: '[1.5] text' })
  })
  test('hosts, and none', () => {
    after(' 10.1.2.3 t: x', { hostname: '10.1.2.3', appname: 't', message: 'x' })
    after(' fe80::1 t: x', { hostname: 'fe80::1', appname: 't', message: 'x' })
    after(' Hos@t_4 t: x', { hostname: 'Hos@t_4', appname: 't', message: 'x' })
    after(' haproxy[73411]: x', { appname: 'haproxy', procid: 73_411, message: 'x' })
    after(' - - x', { message: 'x' })
    after(' {"a": 1}', { message: '{"a": 1}' })
    after(' h', { hostname: 'h' })
    after(' h ', { hostname: 'h' })
    after('', {})
  })
  test('spaces, newlines and prefixes of the message', () => {
    after(' h t:     at foo', { hostname: 'h', appname: 't', message: '    at foo' })
    after(' h t: two\n\tlines\n\0', { hostname: 'h', appname: 't', message: 'two\n\tlines' })
    after(' h t: x\r', { hostname: 'h', appname: 't', message: 'x' })
    after(' h postgres[9]: [3-2] HINT:  x', { hostname: 'h', appname: 'postgres', procid: 9, message: '[3-2] HINT:  x' })
    after(' h t:', { hostname: 'h', appname: 't' })
  })
  test('years, fractions and ISO times', () => {
    check('<13>Oct 16 2009 23:47:31 h t: x', { time: '2009-10-16T23:47:31.000Z', hostname: 'h', appname: 't', message: 'x' })
    check('<13>Mar 7 2008 19:06:53: h t: x', { time: '2008-03-07T19:06:53.000Z', hostname: 'h', appname: 't', message: 'x' })
    check('<13> Oct 16 2009 23:47:31.123456 h t: x', { time: '2009-10-16T23:47:31.123456Z', hostname: 'h', appname: 't', message: 'x' })
    check('<13>2024-06-18T23:37:20.123456+02:00 h t[1]: x', { time: '2024-06-18T21:37:20.123456Z', hostname: 'h', appname: 't', procid: 1, message: 'x' })
    check('2024-06-18T23:37:20.123456+02:00 h t[1]: x', { time: '2024-06-18T21:37:20.123456Z', hostname: 'h', appname: 't', procid: 1, message: 'x' })
    check('<13>2024-06-18 23:37:20 h t: x', { time: '2024-06-18T23:37:20.000Z', hostname: 'h', appname: 't', message: 'x' })
    check('<13>AUG 10 22:18:24 h t: x', { clock: '08-10T22:18:24', hostname: 'h', appname: 't', message: 'x' })
  })
  test('no time: no host, and a tag only with its colon', () => {
    check('<134>hello one\0', { message: 'hello one' })
    check('<134>demo[10304]: INFO hello\0', { appname: 'demo', procid: 10_304, message: 'INFO hello' })
    check('<34>su: failed', { appname: 'su', message: 'failed' })
    check('<11>ERROR:root:boom', { message: 'ERROR:root:boom' })
    check('<13> x', { message: 'x' })
    check('<13>', {})
  })
})

describe('Cisco', () => {
  const C = '03-01T18:46:11'
  test('sequence numbers, hosts and marks before the time', () => {
    check('<189>29: *Mar  1 18:46:11.000: %SYS-5-CONFIG_I: Configured', { clock: C, appname: '%SYS-5-CONFIG_I', message: 'Configured' })
    check('<189>29: router1: .Mar  1 18:46:11: %SYS-5-CONFIG_I: Configured', { clock: C, hostname: 'router1', appname: '%SYS-5-CONFIG_I', message: 'Configured' })
    check('<189>29: router1: 000123: Mar  1 18:46:11 UTC: %LINK-3-UPDOWN: Interface', { clock: C, hostname: 'router1', appname: '%LINK-3-UPDOWN', message: 'Interface' })
    check('<166>Mar  1 18:46:11 asa1 : %ASA-6-302013: Built', { clock: C, hostname: 'asa1', appname: '%ASA-6-302013', message: 'Built' })
    check('<166>Mar  1 18:46:11 10.0.0.1: %ASA-6-302013: Built', { clock: C, hostname: '10.0.0.1', appname: '%ASA-6-302013', message: 'Built' })
    check('<166>%ASA-6-302013: Built', { appname: '%ASA-6-302013', message: 'Built' })
  })
  test('without a priority the mnemonic has the severity', () => {
    check('*Mar  1 18:46:11.000: %LINK-3-UPDOWN: Interface', { level: 'error', appname: '%LINK-3-UPDOWN', message: 'Interface' })
    check('000035: *Mar  1 18:46:11.000: %SYS-5-CONFIG_I: Configured', { level: 'info', appname: '%SYS-5-CONFIG_I', message: 'Configured' })
  })
})

test('levels of lines without a priority are those the message states', () => {
  const level = (message: string): string | null => {
    const record = parse(`Oct 11 22:14:15 h app[1]: ${message}`)
    return record.guessed.includes('level') ? null : record.level
  }
  expect([level('ERROR no'), level('error: no'), level('[warn] x'), level('level=debug x'), level('Accepted password'), level('an error occurred')]).toEqual(['error', 'error', 'warn', 'debug', null, null])
})

test('a time without zone is UTC and marked; the configured zone is no guess', () => {
  const line = '<13>Oct 16 2009 23:47:31 h t: x'
  expect(parse(line).guessed).toEqual(['time'])
  const paris = parse(line, { timezone: 'Europe/Paris' })
  expect([formatTime(paris.time), paris.guessed]).toEqual(['2009-10-16T21:47:31.000Z', []])
  expect(parse('<13>Oct 16 23:47:31 h t: x', { timezone: 'Europe/Paris' }).guessed).toEqual(['time'])
})

test('lines that are no syslog are kept, with the time and level they state', () => {
  const record = parse('not much of a syslog message')
  expect([record.error, { ...record.fields }, record.body, record.host]).toEqual(['no syslog message: it has neither a priority nor a time', {}, 'not much of a syslog message', 'web1'])
  expect(parse('[ERROR] no').level).toBe('error')
  for (const blank of ['', '  ', '\t', '\0']) expect(parse(blank).error).toBeNull()
})

test('what the source gave stays', () => {
  const [record] = recordsOf(['<11>1 2009-10-16T23:47:31Z h a - - - m']) as [LogRecord]
  record.timeFound(ARRIVAL)
  record.levelFound('debug')
  const object = objectRecord({ message: '<11>x' })
  host(syslog).parse.get('syslog')?.call(batchOf([record, object]))
  expect([record.time, record.level, record.fields['severity']]).toEqual([ARRIVAL, 'debug', 'err'])
  expect([object.object, { ...object.readFields }]).toEqual([{ message: '<11>x' }, {}])
})
