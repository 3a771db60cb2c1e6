// The parsers of what servers write keep the contract of parsers. What each reads in detail is tested beside it.
import { expect, test } from 'vitest'
import log4j from '../../plugins/parsers/log4j.ts'
import postgres from '../../plugins/parsers/postgres.ts'
import { testParser } from './test-parser.ts'

const TIME = Date.UTC(2026, 10, 1, 0, 0, 0, 13)

testParser({ test, expect }, log4j, {
  options: { timezone: 'UTC' },
  lines: [
    { line: '2026-11-01 00:00:00,013 [main] ERROR com.foo.Pay - declined', time: TIME, level: 'error', guessed: [], fields: { logger: 'com.foo.Pay', thread: 'main', message: 'declined' } },
    {
      line: '[2026-11-01 00:00:00,013] WARN it failed (com.foo.Pay)\njava.io.IOException: no\n\tat a.B.c(B.java:1)', time: TIME, level: 'warn', guessed: [],
      fields: { logger: 'com.foo.Pay', message: 'it failed\njava.io.IOException: no\n\tat a.B.c(B.java:1)', 'exception.type': 'java.io.IOException', 'exception.message': 'no' },
    },
  ],
  refused: ['plain text', 'INFO:root:x', '2026-11-01 00:00:00,013 a sentence', '2026-11-01 00:00:00 UTC [1] LOG:  x'],
  invalid: [{ timezone: 'Mars/Olympus' }],
  detect: [
    { lines: ['2026-11-01 00:00:00,013 [main] ERROR com.foo.Pay - declined', '\tat a.B.c(B.java:1)', 'Caused by: x'], wanted: true },
    { lines: ['2026-11-01 00:00:00 UTC [1] LOG:  x', '2026-11-01 00:00:00 ERROR x', 'INFO x'], wanted: false },
  ],
})

testParser({ test, expect }, postgres, {
  lines: [
    {
      line: '2026-11-01 00:00:00.013 UTC [4711] app@shop LOG:  duration: 12.5 ms  statement: SELECT 1', time: TIME, level: 'info', guessed: [],
      fields: { pid: 4711, user: 'app', database: 'shop', severity: 'LOG', message: 'duration: 12.5 ms  statement: SELECT 1', duration_ms: 12.5, statement: 'SELECT 1' },
    },
    { line: '2026-11-01 01:00:00.013 CET:10.0.0.1(5000):app@shop:[4711]:ERROR:  no', time: TIME, level: 'error', guessed: [], fields: { pid: 4711, user: 'app', database: 'shop', client: '10.0.0.1', client_port: 5000, severity: 'ERROR', message: 'no' } },
    {
      line: '2026-11-01 00:00:00.013 UTC,"app","shop",4711,"[local]",6723a5b0.1267,3,"SELECT",2026-11-01 00:00:00 UTC,3/2,0,ERROR,42P01,"no ""x""",,,,,,"SELECT x",8,,"psql","client backend",,0', time: TIME, level: 'error', guessed: [],
      fields: { user: 'app', database: 'shop', pid: 4711, client: '[local]', session_id: '6723a5b0.1267', session_line: 3, command_tag: 'SELECT', severity: 'ERROR', sqlstate: '42P01', message: 'no "x"', statement: 'SELECT x', app: 'psql', backend_type: 'client backend' },
    },
  ],
  refused: ['plain text', '\tFROM x', '2026-11-01 00:00:00 UTC [1] a sentence', '2026-11-01 00:00:00.013 UTC,"a","b"'],
  invalid: [{ timezone: 'Mars/Olympus' }],
  detect: [
    { lines: ['2026-11-01 00:00:00 UTC [1] LOG:  x', '\tgoes on', '2026-11-01 00:00:00 UTC [1] STATEMENT:  x'], wanted: true },
    { lines: ['2026-11-01 00:00:00 UTC ERROR: x', '2026-11-01 00:00:00,013 [main] INFO a.B - LOG'], wanted: false },
  ],
})
