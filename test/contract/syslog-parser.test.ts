// The parser `syslog` keeps the contract of parsers.
import { expect, test } from 'vitest'
import syslog from '../../plugins/parsers/syslog.ts'
import { testParser } from './test-parser.ts'

const TIME = Date.UTC(2026, 10, 1, 0, 0, 0, 13)
const YEAR = Date.UTC(2009, 9, 16, 23, 47, 31)

testParser({ test, expect }, syslog, {
  options: { timezone: 'UTC' },
  lines: [
    {
      line: '<165>1 2026-11-01T00:00:00.013Z web1 checkout 4711 ID47 [order@32473 id="17"] card declined', time: TIME, level: 'info', guessed: [],
      body: '<165>1 2026-11-01T00:00:00.013Z web1 checkout 4711 ID47 [order@32473 id="17"] card declined',
      fields: { facility: 'local4', severity: 'notice', hostname: 'web1', appname: 'checkout', procid: 4711, msgid: 'ID47', version: 1, structured_data: { 'order@32473': { id: '17' } }, message: 'card declined' },
    },
    { line: '<175>Oct 16 2009 23:47:31 host tag[1]: text', time: YEAR, level: 'debug', guessed: [], fields: { facility: 'local5', severity: 'debug', hostname: 'host', appname: 'tag', procid: 1, message: 'text' } },
    { line: '<131>boom', level: 'error', guessed: ['time'], fields: { facility: 'local0', severity: 'err', message: 'boom' } },
    { line: 'Oct 16 23:47:31 host su: ERROR: no', level: 'error', guessed: ['time'], fields: { hostname: 'host', appname: 'su', message: 'ERROR: no' } },
    { line: '', guessed: ['time', 'level'], fields: {} },
  ],
  refused: ['not much of a syslog message', '<>1 - - - - - -', '{"a":1}'],
  valid: [{}, { timezone: 'Europe/Paris' }],
  invalid: [{ timezone: 'Mars/Olympus' }],
  detect: [
    { lines: ['<134>hello one', '<132>two'], wanted: true },
    { lines: ['Mar 27 13:06:56 ip-10-77-20-248 sshd[1291]: Server listening on 0.0.0.0 port 22.'], wanted: true },
    { lines: ['Jun 19 04:09:11 combo last message repeated 2 times', 'Jun 19 04:09:11 combo syslogd 1.4.1: restart.'], wanted: true },
    { lines: ['2024-06-18T23:37:20.123456+02:00 host kernel: [    0.0] Linux', '2024-06-18T23:37:20.123456+02:00 host dbus-daemon: x'], wanted: true },
    { lines: ['2024-06-18T23:37:20Z host systemd[1]: Started.'], wanted: true },
    { lines: ['*Mar  1 00:00:00.000: %SYS-5-CONFIG_I: Configured from console'], wanted: true },
    { lines: ['2026-11-01T00:00:00.013Z ERROR card declined', '2026-11-01T00:00:00.013Z INFO main: started'], wanted: false },
    { lines: ['2015-07-29 17:41:41,536 - INFO  [main:Server@1] - started'], wanted: false },
    { lines: ['2026-11-01T00:00:00Z api main: started'], wanted: false },
    { lines: ['Oct 11, 2026 3:14:15 PM com.example.Main run', 'INFO: started'], wanted: false },
    { lines: ['Oct 11 22:14:15 started the server'], wanted: false },
    { lines: ['<html>', '<999>'], wanted: false },
  ],
})
