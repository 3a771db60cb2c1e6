// The parsers of what servers write keep the contract of parsers. What each reads in detail is tested beside it.
import { expect, test } from 'vitest'
import log4j from '../../plugins/parsers/log4j.ts'
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
